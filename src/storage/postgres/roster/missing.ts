/** Who seems to be missing: looked through, held, listed, taken off the list. All in steps: there may be as many as a roster has. */

import type { AccountKey } from "../../contract/accounts.ts";
import type { Act } from "../../contract/audit.ts";
import type { Lost, RosterStep } from "../../contract/held-pass.ts";
import type { AccountCounts, Discarded, HeldBack, HoldStep, MissingFilter, Reviewed } from "../../contract/missing.ts";
import { LATELY_MS } from "../../rules/healing.ts";
import { DISCARDED, leavesRoster, nextUser, ROW_TIME, reviewOf } from "../../rules/missing.ts";
import { LOST } from "../../rules/roster-rows.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { missingLooked } from "../looking-roster.ts";
import { areOf, placeOf, USERS } from "./by-key.ts";
import { countInPass, heldPass } from "./passes.ts";
import { lockReading } from "./roster.ts";

type MissingOperations = Pick<
  Operations,
  "reviewMissing" | "accountCounts" | "holdMissing" | "missing" | "dropMissing" | "discardMissing"
>;

export function missingOperations({ transact }: Context): MissingOperations {
  return {
    reviewMissing: (step) => transact("passing", (transaction) => review(transaction, step)),
    accountCounts: (account) => transact("leisure", (transaction) => accountCounts(transaction, account)),
    holdMissing: (step) => transact("passing", (transaction) => hold(transaction, step)),
    missing: (filter, look) => transact("leisure", (transaction) => missingLooked(transaction, filter, look)),

    dropMissing: (held, users) =>
      transact("passing", async (transaction) => {
        const pass = await heldPass(transaction, held);
        if (pass === undefined) return LOST;
        // that somebody is there says nothing of which subscription: theirs was seen when it was, and not by this pass
        await transaction.run(
          `UPDATE roster r SET seen_at = n.seen_at
           FROM (SELECT n.subscribe_time, n.seen_at, ${placeOf("roster")} AS place
             FROM (SELECT * FROM missing WHERE ${areOf("missing", USERS)} OFFSET 0) n OFFSET 0) n
           WHERE r.ctid = n.place AND r.subscribe_time = n.subscribe_time AND r.seen_at IS NULL`,
          ...[pass.app, pass.account, users],
        );
        await drop(transaction, pass, users);
        return { tag: "dropped" };
      }),

    discardMissing: (filter, act, from) =>
      // by index only: nobody numbers an event meanwhile
      transact("work", (transaction) => discardMissing(transaction, filter, act, from)),
  };
}

const PAGE = `
  SELECT m.*, ${ROW_TIME} FROM missing m WHERE m.app = $1 AND m.account = $2 AND ($3::text IS NULL OR m.user_id > $3)
  ORDER BY m.user_id LIMIT $4`;

async function drop({ run }: Transaction, { app, account }: AccountKey, users: readonly string[]): Promise<void> {
  await run(`DELETE FROM missing WHERE ${areOf("missing", USERS)}`, app, account, users);
}

async function review(transaction: Transaction, { after, limit, ...held }: RosterStep): Promise<Reviewed | Lost> {
  const pass = await heldPass(transaction, held);
  if (pass === undefined) return LOST;
  const rows = await transaction.rows(PAGE, pass.app, pass.account, after, limit);
  const { gone, ...counts } = reviewOf(rows, pass, (await transaction.now()) - LATELY_MS);
  if (pass.kind !== "dry" && gone.length > 0) await drop(transaction, pass, gone);
  return { tag: "reviewed", ...counts, next: nextUser(rows, limit) };
}

const COUNTS = `
  SELECT (SELECT count(*) FROM healed WHERE app = $1 AND account = $2 AND discovered_at > $3) AS healed,
    (SELECT looked FROM passes WHERE app = $1 AND account = $2 AND kind <> 'release' ORDER BY seq DESC LIMIT 1) AS people`;

async function accountCounts({ one, now }: Transaction, { app, account }: AccountKey): Promise<AccountCounts> {
  const row = await one(COUNTS, app, account, (await now()) - LATELY_MS);
  return { healedLately: Number(row?.healed), people: Number(row?.people ?? 0) };
}

async function hold(transaction: Transaction, { why, after, limit, ...held }: HoldStep): Promise<HeldBack | Lost> {
  const pass = await heldPass(transaction, held);
  if (pass === undefined) return LOST;
  const rows = await transaction.rows(PAGE, pass.app, pass.account, after, limit);
  const people = await transaction.run(
    `UPDATE missing SET state = 'held', why = $4 WHERE ${areOf("missing", USERS)} AND state = 'found'`,
    ...[pass.app, pass.account, rows.map(({ user_id: user }) => String(user)), why],
  );
  await countInPass(transaction, pass.id, "held", people);
  return { tag: "held", people, next: nextUser(rows, limit) };
}

const NAMED = "(SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS u (app, account, user_id))";

async function discardMissing(
  transaction: Transaction,
  filter: MissingFilter,
  act: Act,
  from: string | null,
): Promise<Discarded> {
  await lockReading(transaction);
  const { found, next } = await missingLooked(transaction, filter, { from, rows: DISCARDED, limit: DISCARDED });
  for (const table of ["missing", "roster"] as const) {
    const people = table === "missing" ? found : found.filter(({ state }) => leavesRoster(state));
    await transaction.run(
      `DELETE FROM ${table} WHERE ${areOf(table, NAMED)}`,
      ...[people.map(({ app }) => app), people.map(({ account }) => account), people.map(({ user }) => user)],
    );
  }
  await noteAct(transaction, act, found.length);
  return { discarded: found.length, next };
}
