/** Who seems to be missing: looked through, held, listed, taken off the list. All in steps: there may be as many as a roster has. */

import type { AccountKey } from "../../contract/accounts.ts";
import type { Act } from "../../contract/audit.ts";
import type { Lost, RosterStep } from "../../contract/held-pass.ts";
import type { AccountCounts, Discarded, HeldBack, HoldStep, MissingFilter, Reviewed } from "../../contract/missing.ts";
import { LATELY_MS } from "../../rules/healing.ts";
import { DISCARDED, leavesRoster, nextUser, ROW_TIME, reviewOf } from "../../rules/missing.ts";
import { LOST } from "../../rules/roster-rows.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations, Row } from "../context.ts";
import { missingLooked } from "../looking-roster.ts";
import { countInPass, heldPass } from "./passes.ts";

type MissingOperations = Pick<
  Operations,
  "reviewMissing" | "accountCounts" | "holdMissing" | "missing" | "dropMissing" | "discardMissing"
>;

export function missingOperations(context: Context): MissingOperations {
  const { run } = context;

  return {
    reviewMissing: (step) => review(context, step),
    accountCounts: (account) => accountCounts(context, account),
    holdMissing: (step) => hold(context, step),
    missing: (filter, look) => missingLooked(context, filter, look),

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
      drop(context, pass, users);
      return { tag: "dropped" };
    },

    discardMissing: (filter, act, from) => discardMissing(context, filter, act, from),
  };
}

function listedPage({ all }: Context, { app, account }: AccountKey, { after, limit }: RosterStep): Row[] {
  const behind = after === null ? "" : "AND m.user_id > ?";
  const values = after === null ? [app, account, limit] : [app, account, after, limit];
  return all(
    `SELECT m.*, ${ROW_TIME} FROM missing m WHERE m.app = ? AND m.account = ? ${behind} ORDER BY m.user_id LIMIT ?`,
    ...values,
  );
}

function drop({ run }: Context, { app, account }: AccountKey, users: readonly string[]): void {
  run(
    "DELETE FROM missing WHERE app = ? AND account = ? AND user_id IN (SELECT value FROM json_each(?))",
    ...[app, account, JSON.stringify(users)],
  );
}

function review(context: Context, step: RosterStep): Reviewed | Lost {
  const pass = heldPass(context, step);
  if (pass === undefined) return LOST;
  const rows = listedPage(context, pass, step);
  const { gone, ...counts } = reviewOf(rows, pass, context.now() - LATELY_MS);
  if (pass.kind !== "dry" && gone.length > 0) drop(context, pass, gone);
  return { tag: "reviewed", ...counts, next: nextUser(rows, step.limit) };
}

function accountCounts({ one, now }: Context, { app, account }: AccountKey): AccountCounts {
  const pass = one(
    "SELECT looked FROM passes WHERE app = ? AND account = ? AND kind <> 'release' ORDER BY seq DESC LIMIT 1",
    ...[app, account],
  );
  const healed = one(
    "SELECT count(*) AS n FROM healed WHERE app = ? AND account = ? AND discovered_at > ?",
    ...[app, account, now() - LATELY_MS],
  );
  return { healedLately: Number(healed?.n), people: Number(pass?.looked ?? 0) };
}

function hold(context: Context, { why, ...step }: HoldStep): HeldBack | Lost {
  const pass = heldPass(context, step);
  if (pass === undefined) return LOST;
  const rows = listedPage(context, pass, step);
  const people = context.run(
    `UPDATE missing SET state = 'held', why = ?
     WHERE app = ? AND account = ? AND user_id IN (SELECT value FROM json_each(?)) AND state = 'found'`,
    ...[why, pass.app, pass.account, JSON.stringify(rows.map(({ user_id: user }) => user))],
  );
  countInPass(context, pass.id, "held", people);
  return { tag: "held", people, next: nextUser(rows, step.limit) };
}

function discardMissing(context: Context, filter: MissingFilter, act: Act, from: string | null): Discarded {
  const { run } = context;
  const { found, next } = missingLooked(context, filter, { from, rows: DISCARDED, limit: DISCARDED });
  for (const { app, account, user, state } of found) {
    run("DELETE FROM missing WHERE app = ? AND account = ? AND user_id = ?", app, account, user);
    if (leavesRoster(state))
      run("DELETE FROM roster WHERE app = ? AND account = ? AND user_id = ?", app, account, user);
  }
  noteAct(context, act, found.length);
  return { discarded: found.length, next };
}
