/** Who seems to be missing: counted, held, listed, taken off the list. */
import type { SQLInputValue } from "node:sqlite";
import type { Act } from "../../contract/audit.ts";
import type { AccountKey, MissingCounts, MissingFilter } from "../../contract/roster.ts";
import { LATELY_MS } from "../../rules/healing.ts";
import { DISCARDED, LISTED, leavesRoster } from "../../rules/missing.ts";
import { LOST, missingOf } from "../../rules/roster-rows.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations } from "../context.ts";
import { countInPass, heldPass } from "./passes.ts";

type MissingOperations = Pick<
  Operations,
  "countMissing" | "holdMissing" | "missing" | "dropMissing" | "discardMissing"
>;

function conditionsOf({ app, account, states, pass }: MissingFilter): { sql: string; values: SQLInputValue[] } {
  const parts: [string, SQLInputValue][] = [];
  if (app !== undefined) parts.push(["m.app = ?", app]);
  if (account !== undefined) parts.push(["m.account = ?", account]);
  if (states !== undefined) parts.push(["m.state IN (SELECT value FROM json_each(?))", JSON.stringify(states)]);
  if (pass !== undefined) parts.push(["m.pass = ?", pass]);
  return { sql: parts.map(([sql]) => ` AND ${sql}`).join(""), values: parts.map(([, value]) => value) };
}

export function missingOperations(context: Context): MissingOperations {
  const { all, run } = context;

  return {
    countMissing: (account) => countMissing(context, account),

    holdMissing(held, why) {
      const pass = heldPass(context, held);
      if (pass === undefined) return LOST;
      const people = run(
        "UPDATE missing SET state = 'held', why = ? WHERE app = ? AND account = ? AND state = 'found'",
        ...[why, pass.app, pass.account],
      );
      countInPass(context, pass.id, "held", people);
      return { tag: "held", people };
    },

    missing(filter, { limit, after }) {
      const { sql, values } = conditionsOf(filter);
      const behind = after === undefined ? "" : " AND (m.app, m.account, m.user_id) > (?, ?, ?)";
      const place = after === undefined ? [] : [after.app, after.account, after.user];
      return all(
        `SELECT m.* ${LISTED} WHERE true${sql}${behind} ORDER BY m.app, m.account, m.user_id LIMIT ?`,
        ...[...values, ...place, limit],
      ).map(missingOf);
    },

    dropMissing(held, users) {
      const pass = heldPass(context, held);
      if (pass === undefined) return LOST;
      // that somebody is there says nothing of which subscription: theirs was seen when it was, and not by this pass
      run(
        `UPDATE roster AS r SET seen_at = m.seen_at FROM missing m
         WHERE m.app = ?1 AND m.account = ?2 AND m.user_id IN (SELECT value FROM json_each(?3)) AND r.app = ?1 AND r.account = ?2
           AND r.user_id = m.user_id AND r.subscribe_time = m.subscribe_time AND r.seen_at IS NULL`,
        ...[pass.app, pass.account, JSON.stringify(users)],
      );
      run(
        "DELETE FROM missing WHERE app = ? AND account = ? AND user_id IN (SELECT value FROM json_each(?))",
        ...[pass.app, pass.account, JSON.stringify(users)],
      );
      return { tag: "dropped" };
    },

    discardMissing: (filter, act) => discardMissing(context, filter, act),
  };
}

function countMissing({ one, now }: Context, { app, account }: AccountKey): MissingCounts {
  const number = (sql: string, ...values: SQLInputValue[]) => Number(one(sql, ...values)?.n ?? 0);
  const since = now() - LATELY_MS;
  const listed = `SELECT count(*) AS n ${LISTED} WHERE m.app = ? AND m.account = ?`;
  const pass = one(
    "SELECT looked FROM passes WHERE app = ? AND account = ? AND kind <> 'release' ORDER BY seq DESC LIMIT 1",
    ...[app, account],
  );
  return {
    found: number(`${listed} AND m.state = 'found'`, app, account),
    healedLately: number(
      "SELECT count(*) AS n FROM healed WHERE app = ? AND account = ? AND discovered_at > ?",
      ...[app, account, since],
    ),
    heldLately: number(`${listed} AND m.state = 'held' AND m.found_at > ?`, app, account, since),
    people: Number(pass?.looked ?? 0),
  };
}

/** Returns how many. */
function discardMissing(context: Context, filter: MissingFilter, act: Act): number {
  const { all, run } = context;
  const { sql, values } = conditionsOf(filter);
  const rows = all(
    `SELECT m.app, m.account, m.user_id, m.state ${LISTED} WHERE true${sql} LIMIT ?`,
    ...values,
    DISCARDED,
  );
  for (const { app, account, user_id: user, state } of rows) {
    const of = [String(app), String(account), String(user)];
    run("DELETE FROM missing WHERE app = ? AND account = ? AND user_id = ?", ...of);
    if (leavesRoster(state)) run("DELETE FROM roster WHERE app = ? AND account = ? AND user_id = ?", ...of);
  }
  noteAct(context, act, rows.length);
  return rows.length;
}
