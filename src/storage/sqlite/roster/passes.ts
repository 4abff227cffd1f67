/** Passes: who runs one, how far it has read, and how it ends. */
import type { Held, Lost, Pass } from "../../contract/roster.ts";
import { namedIn } from "../../naming.ts";
import { fitting, UNREAD_BYTES } from "../../rules/bounds.ts";
import { passOf } from "../../rules/roster-rows.ts";
import { quarantineOf } from "../../rules/rows.ts";
import type { Context, Operations, Row } from "../context.ts";
import type { Scratches } from "./scratch.ts";

type PassOperations = Pick<
  Operations,
  "beginPass" | "renewPass" | "notePage" | "noteQuarantined" | "endPass" | "passes"
>;

export const LOST: Lost = { tag: "lost" };

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
  const { all, one, run, now } = context;
  const byId = (id: string) => one("SELECT * FROM passes WHERE id = ?", id);

  function end(id: string, state: "done" | "void", why: string | null): void {
    run("UPDATE passes SET state = ?, why = ?, ended_at = ? WHERE id = ?", state, why, now(), id);
    run("DELETE FROM pass_pages WHERE pass = ?", id);
    // a file, so it goes when the row is sure to
    context.onCommit(() => scratches.remove(id));
  }

  /** Whether all that was noted is still there, and not too old. */
  function canContinue(row: Row, continueMs: number): boolean {
    const noted = one(
      "SELECT sum(people) AS people, max(noted_at) AS latest FROM pass_pages WHERE pass = ?",
      String(row.id),
    );
    const isRecent = noted?.latest !== null && Number(noted?.latest) >= now() - continueMs;
    if (row.state !== "reading" || row.kind !== "roster" || !isRecent) return false;
    return scratches.of(String(row.id)).count() === Number(noted?.people);
  }

  return {
    beginPass({ id, app, account, kind, holder, leaseMs, chatTime, subscribers, continueMs }) {
      const known = byId(id);
      if (known !== undefined) return { tag: "begun", pass: passOf(known) };
      const at = now();
      const open = one("SELECT * FROM passes WHERE app = ? AND account = ? AND ended_at IS NULL", app, account);
      if (open !== undefined && open.holder !== holder && Number(open.lease_until) > at) {
        return { tag: "taken", holder: String(open.holder), forMs: Number(open.lease_until) - at };
      }
      if (open !== undefined && kind === "roster" && canContinue(open, continueMs)) {
        run("UPDATE passes SET holder = ?, lease_until = ? WHERE id = ?", holder, at + leaseMs, String(open.id));
        return { tag: "continued", pass: passOf(open) };
      }
      if (open !== undefined) end(String(open.id), "void", "whoever ran it has stopped");
      const baseline = one("SELECT baseline_at FROM roster_accounts WHERE app = ? AND account = ?", app, account);
      run(
        "INSERT INTO roster_accounts (app, account, known_since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        ...[app, account, at],
      );
      run(
        `INSERT INTO passes (id, app, account, kind, state, holder, lease_until, begun_at, chat_time, baseline, subscribers)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, app, account, kind, kind === "roster" ? "reading" : "sifting", holder, at + leaseMs, at, chatTime],
        ...[typeof baseline?.baseline_at === "number" ? 0 : 1, subscribers],
      );
      return { tag: "begun", pass: passOf(byId(id) ?? {}) };
    },

    renewPass: (held) => heldPass(context, held) !== undefined,

    notePage({ page, people, next, ...held }) {
      const pass = heldPass(context, held);
      if (pass === undefined || pass.state !== "reading") return LOST;
      const same = "SELECT 1 FROM pass_pages WHERE pass = ? AND next = ? AND page < ?";
      if (next !== "" && one(same, pass.id, next, page) !== undefined) return { tag: "repeated" };
      const fresh = scratches.of(pass.id).notePage(page, people);
      run(
        `INSERT INTO pass_pages VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET next = excluded.next, people = excluded.people, noted_at = excluded.noted_at`,
        ...[pass.id, page, next, fresh, now()],
      );
      const sums = one("SELECT sum(people) AS people, count(*) AS pages FROM pass_pages WHERE pass = ?", pass.id);
      const total = Number(sums?.people);
      run(
        "UPDATE passes SET pages = ?, people = ?, next = ? WHERE id = ?",
        ...[Number(sums?.pages), total, next, pass.id],
      );
      return { tag: "noted", people: total };
    },

    noteQuarantined({ after, limit, ...held }) {
      const pass = heldPass(context, held);
      if (pass === undefined) return LOST;
      const page = "FROM quarantine WHERE seq > ? ORDER BY seq LIMIT ?";
      const sizes = all(`SELECT length(body) AS size ${page}`, Number(after ?? 0), limit);
      const most = fitting(
        sizes.map(({ size }) => Number(size)),
        UNREAD_BYTES,
      );
      const rows = all(`SELECT * ${page}`, Number(after ?? 0), most);
      const named = rows.flatMap((row) => namedIn(quarantineOf(row), pass, now()));
      if (named.length > 0) scratches.of(pass.id).noteNamed(named);
      const last = rows.length > 0 && (most < sizes.length || sizes.length === limit) ? rows.at(-1) : undefined;
      return { tag: "named", people: named.length, next: last === undefined ? null : String(last.seq) };
    },

    endPass(held, { state, ...how }) {
      const pass = heldPass(context, held);
      if (pass === undefined) return LOST;
      const of = [pass.app, pass.account];
      if (state === "done" && pass.kind === "roster") {
        const { added } = one("SELECT added FROM passes WHERE id = ?", pass.id) ?? {};
        run(
          `UPDATE roster_accounts SET baseline_at = coalesce(baseline_at, ?3), read_at = ?3, people = ?4, no_account_since = NULL,
             no_account_at = NULL WHERE app = ?1 AND account = ?2`,
          ...[...of, pass.chatTime, pass.looked + Number(added) - pass.healed],
        );
        // whoever was found before and is not missing now has come back, or their row is gone
        run(
          `DELETE FROM missing WHERE app = ?1 AND account = ?2 AND ((state IN ('found', 'quarantined') AND pass <> ?3)
             OR NOT EXISTS (SELECT 1 FROM roster r WHERE r.app = ?1 AND r.account = ?2 AND r.user_id = missing.user_id))`,
          ...[...of, pass.id],
        );
      }
      const why = "why" in how ? how.why : null;
      if ("noAccount" in how) {
        run(
          `UPDATE roster_accounts SET no_account_since = coalesce(no_account_since, ?3), no_account_at = ?3
           WHERE app = ?1 AND account = ?2`,
          ...[...of, now()],
        );
      }
      end(pass.id, state, why);
      return { tag: "ended" };
    },

    passes({ app, account, limit }) {
      const where = [app === undefined ? "" : "app = ?", account === undefined ? "" : "account = ?"].filter(Boolean);
      const values = [app, account].filter((value) => value !== undefined);
      const condition = where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`;
      return all(`SELECT * FROM passes ${condition} ORDER BY seq DESC LIMIT ?`, ...values, limit).map(passOf);
    },
  };
}
