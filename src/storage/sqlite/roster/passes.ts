/** Passes: who runs one, and how it ends. */
import type { Held } from "../../contract/held-pass.ts";
import type { BeginPass, Pass, PassBegun, PassEnd } from "../../contract/passes.ts";
import { LOST, passOf } from "../../rules/roster-rows.ts";
import type { Context, Operations, Row } from "../context.ts";
import type { Scratches } from "./scratch.ts";
import { serveWish } from "./wishes.ts";

type PassOperations = Pick<Operations, "beginPass" | "renewPass" | "endPass" | "passes">;

/** The open pass that somebody holds, its lease renewed; undefined: it is lost. */
export function heldPass({ one, run, now }: Context, { pass, holder, leaseMs }: Held): Pass | undefined {
  const held = run(
    "UPDATE passes SET lease_until = ? WHERE id = ? AND holder = ? AND ended_at IS NULL",
    ...[now() + leaseMs, pass, holder],
  );
  const row = held === 0 ? undefined : one("SELECT * FROM passes WHERE id = ?", pass);
  return row === undefined ? undefined : passOf(row);
}

/** Adds to what a pass tells of itself. */
export function countInPass(
  { run }: Context,
  pass: string,
  column: "looked" | "missing" | "held" | "healed" | "added",
  by: number,
): void {
  if (by !== 0) run(`UPDATE passes SET ${column} = ${column} + ? WHERE id = ?`, by, pass);
}

export function passOperations(context: Context, scratches: Scratches): PassOperations {
  return {
    beginPass: (request) => begin(context, scratches, request),
    renewPass: (held) => heldPass(context, held) !== undefined,

    endPass(held, how) {
      const pass = heldPass(context, held);
      if (pass === undefined) return LOST;
      noteEnd(context, pass, how);
      end(context, scratches, pass.id, how.state, "why" in how ? how.why : null);
      return { tag: "ended" };
    },

    passes({ app, account, limit }) {
      const where = [app === undefined ? "" : "app = ?", account === undefined ? "" : "account = ?"].filter(Boolean);
      const values = [app, account].filter((value) => value !== undefined);
      const condition = where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`;
      return context.all(`SELECT * FROM passes ${condition} ORDER BY seq DESC LIMIT ?`, ...values, limit).map(passOf);
    },
  };
}

function begin(context: Context, scratches: Scratches, request: BeginPass): PassBegun {
  const { id, app, account, kind, holder, leaseMs, continueMs, isThere } = request;
  const { one, run, now } = context;
  const known = one("SELECT * FROM passes WHERE id = ?", id);
  if (known !== undefined) return { tag: "begun", pass: passOf(known) };
  const at = now();
  const open = one("SELECT * FROM passes WHERE app = ? AND account = ? AND ended_at IS NULL", app, account);
  if (open !== undefined && open.holder !== holder && Number(open.lease_until) > at) {
    return { tag: "taken", holder: String(open.holder), forMs: Number(open.lease_until) - at };
  }
  if (isThere === true) {
    run(
      "UPDATE roster_accounts SET no_account_since = NULL, no_account_at = NULL WHERE app = ? AND account = ?",
      ...[app, account],
    );
  }
  if (open !== undefined && kind === "roster" && canContinue(context, scratches, open, at - continueMs)) {
    run("UPDATE passes SET holder = ?, lease_until = ? WHERE id = ?", holder, at + leaseMs, String(open.id));
    return { tag: "continued", pass: passOf(open) };
  }
  if (open !== undefined) end(context, scratches, String(open.id), "void", "whoever ran it has stopped");
  if (kind === "roster") serveWish(context, request);
  return { tag: "begun", pass: insertPass(context, request, at) };
}

function insertPass({ one, run }: Context, request: BeginPass, at: number): Pass {
  const { id, app, account, kind, holder, leaseMs, chatTime, subscribers } = request;
  const baseline = one("SELECT baseline_at FROM roster_accounts WHERE app = ? AND account = ?", app, account);
  run(
    "INSERT INTO roster_accounts (app, account, known_since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    ...[app, account, at],
  );
  run(
    `INSERT INTO passes (id, app, account, kind, state, holder, lease_until, begun_at, chat_time, baseline, subscribers)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, app, account, kind, kind === "release" ? "sifting" : "reading", holder, at + leaseMs, at, chatTime],
    ...[typeof baseline?.baseline_at === "number" ? 0 : 1, subscribers],
  );
  return passOf(one("SELECT * FROM passes WHERE id = ?", id) ?? {});
}

/** Whether all that was noted is still there, and not too old. */
function canContinue({ one }: Context, scratches: Scratches, { id, state, kind }: Row, since: number): boolean {
  const noted = one("SELECT sum(people) AS people, max(noted_at) AS latest FROM pass_pages WHERE pass = ?", String(id));
  const isRecent = noted?.latest !== null && Number(noted?.latest) >= since;
  if (state !== "reading" || kind !== "roster" || !isRecent) return false;
  return scratches.of(String(id)).count() === Number(noted?.people);
}

function noteEnd(context: Context, pass: Pass, how: PassEnd): void {
  const { run, now } = context;
  if (how.state === "done") {
    if (pass.kind === "roster") noteRead(context, pass);
    return;
  }
  if (how.noAccount !== true) return;
  run(
    `UPDATE roster_accounts SET no_account_since = coalesce(no_account_since, ?3), no_account_at = ?3
     WHERE app = ?1 AND account = ?2`,
    ...[pass.app, pass.account, now()],
  );
}

/** Its roster is the account's. */
function noteRead({ one, run }: Context, pass: Pass): void {
  const of = [pass.app, pass.account];
  const { added } = one("SELECT added FROM passes WHERE id = ?", pass.id) ?? {};
  run(
    `UPDATE roster_accounts SET baseline_at = coalesce(baseline_at, ?3), read_at = ?3, people = ?4, no_account_since = NULL,
       no_account_at = NULL WHERE app = ?1 AND account = ?2`,
    ...[...of, pass.chatTime, pass.looked + Number(added) - pass.healed],
  );
}

function end(context: Context, scratches: Scratches, id: string, state: "done" | "void", why: string | null): void {
  const { run, now } = context;
  run("UPDATE passes SET state = ?, why = ?, ended_at = ? WHERE id = ?", state, why, now(), id);
  run("DELETE FROM pass_pages WHERE pass = ?", id);
  // a file, so it goes when the row is sure to
  context.onCommit(() => scratches.remove(id));
}
