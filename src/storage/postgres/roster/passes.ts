/** Passes: who runs one, how far it has read, and how it ends. */
import type { Held } from "../../contract/held-pass.ts";
import type { BeginPass, Pass, PassBegun, PassEnd } from "../../contract/passes.ts";
import { LOST, passOf } from "../../rules/roster-rows.ts";
import { numberOrNull } from "../../rules/rows.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { NOW, type Row } from "../values.ts";
import { serveWish } from "./wishes.ts";

type PassOperations = Pick<Operations, "beginPass" | "renewPass" | "endPass" | "passes">;

/** The open pass that somebody holds, its lease renewed; undefined: it is lost. Locks it to the end of the transaction. */
export async function heldPass({ one }: Transaction, { pass, holder, leaseMs }: Held): Promise<Pass | undefined> {
  const row = await one(
    `UPDATE passes SET lease_until = ${NOW} + $1::bigint WHERE id = $2 AND holder = $3 AND ended_at IS NULL RETURNING *`,
    ...[leaseMs, pass, holder],
  );
  return row === undefined ? undefined : passOf(row);
}

/** Adds to what a pass tells of itself. */
export async function countInPass(
  { run }: Transaction,
  pass: string,
  column: "looked" | "missing" | "held" | "healed" | "added",
  by: number,
): Promise<void> {
  if (by !== 0) await run(`UPDATE passes SET ${column} = ${column} + $1 WHERE id = $2`, by, pass);
}

export function passOperations({ transact }: Context): PassOperations {
  return {
    beginPass: (request) => transact("leisure", (transaction) => begin(transaction, request)),

    renewPass: (held) => transact("passing", async (transaction) => (await heldPass(transaction, held)) !== undefined),

    endPass: (held, how) =>
      transact("leisure", async (transaction) => {
        const pass = await heldPass(transaction, held);
        if (pass === undefined) return LOST;
        await noteEnd(transaction, pass, how);
        await end(transaction, pass.id, how.state, "why" in how ? how.why : null);
        return { tag: "ended" };
      }),

    passes: ({ app = null, account = null, limit }) =>
      transact("leisure", async ({ rows }) =>
        (
          await rows(
            `SELECT * FROM passes WHERE ($1::text IS NULL OR app = $1) AND ($2::text IS NULL OR account = $2)
             ORDER BY seq DESC LIMIT $3`,
            ...[app, account, limit],
          )
        ).map(passOf),
      ),
  };
}

async function begin(transaction: Transaction, request: BeginPass): Promise<PassBegun> {
  const { id, app, account, kind, holder, leaseMs, chatTime, subscribers, continueMs, isThere } = request;
  const { one, run } = transaction;
  await run(
    `INSERT INTO roster_accounts (app, account, known_since) VALUES ($1, $2, ${NOW}) ON CONFLICT DO NOTHING`,
    ...[app, account],
  );
  // one at a time for each account
  const known = await one(
    "SELECT baseline_at FROM roster_accounts WHERE app = $1 AND account = $2 FOR UPDATE",
    app,
    account,
  );
  const same = await one("SELECT * FROM passes WHERE id = $1", id);
  if (same !== undefined) return { tag: "begun", pass: passOf(same) };
  const open = await one(
    "SELECT * FROM passes WHERE app = $1 AND account = $2 AND ended_at IS NULL FOR UPDATE",
    ...[app, account],
  );
  const at = await transaction.now();
  if (open !== undefined && open.holder !== holder && Number(open.lease_until) > at) {
    return { tag: "taken", holder: String(open.holder), forMs: Number(open.lease_until) - at };
  }
  if (isThere === true) {
    await run(
      "UPDATE roster_accounts SET no_account_since = NULL, no_account_at = NULL WHERE app = $1 AND account = $2",
      ...[app, account],
    );
  }
  if (open !== undefined && kind === "roster" && (await canContinue(transaction, open, at - continueMs))) {
    await run("UPDATE passes SET holder = $1, lease_until = $2 WHERE id = $3", holder, at + leaseMs, String(open.id));
    return { tag: "continued", pass: passOf(open) };
  }
  if (open !== undefined) await end(transaction, String(open.id), "void", "whoever ran it has stopped");
  if (kind === "roster") await serveWish(transaction, request);
  const begun = await one(
    `INSERT INTO passes (id, app, account, kind, state, holder, lease_until, begun_at, chat_time, baseline, subscribers)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING *`,
    ...[id, app, account, kind, kind === "release" ? "sifting" : "reading", holder, at + leaseMs, at, chatTime],
    ...[numberOrNull(known?.baseline_at) === null, subscribers],
  );
  return { tag: "begun", pass: passOf(begun ?? {}) };
}

/** Whether all that was noted is still there, and not too old: the rows are gone after a crash, or where a standby took over. */
async function canContinue({ one }: Transaction, { id, state, kind }: Row, since: number): Promise<boolean> {
  if (state !== "reading" || kind !== "roster") return false;
  const noted = await one(
    `SELECT sum(people) AS people, max(noted_at) AS latest, (SELECT count(*) FROM pass_people p WHERE p.pass = $1) AS there
     FROM pass_pages WHERE pass = $1`,
    String(id),
  );
  const latest = numberOrNull(noted?.latest);
  return latest !== null && latest >= since && Number(noted?.people) === Number(noted?.there);
}

async function noteEnd({ one, run }: Transaction, pass: Pass, how: PassEnd): Promise<void> {
  const of = [pass.app, pass.account];
  if (how.state === "void") {
    if (how.noAccount !== true) return;
    await run(
      `UPDATE roster_accounts SET no_account_since = coalesce(no_account_since, ${NOW}), no_account_at = ${NOW}
       WHERE app = $1 AND account = $2`,
      ...of,
    );
    return;
  }
  if (pass.kind !== "roster") return;
  const added = Number((await one("SELECT added FROM passes WHERE id = $1", pass.id))?.added);
  await run(
    `UPDATE roster_accounts SET baseline_at = coalesce(baseline_at, $3), read_at = $3, people = $4, no_account_since = NULL,
       no_account_at = NULL WHERE app = $1 AND account = $2`,
    ...[...of, pass.chatTime, pass.looked + added - pass.healed],
  );
}

async function end({ run }: Transaction, id: string, state: "done" | "void", why: string | null): Promise<void> {
  await run(`UPDATE passes SET state = $1, why = $2, ended_at = ${NOW} WHERE id = $3`, state, why, id);
  for (const table of ["pass_people", "pass_named", "pass_pages"]) {
    await run(`DELETE FROM ${table} WHERE pass = $1`, id);
  }
}
