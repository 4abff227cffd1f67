/** Who seems to be missing: counted, held, listed, taken off the list. */
import type { Act } from "../../contract/audit.ts";
import type { AccountKey, Missing, MissingCounts, MissingFilter, Pass } from "../../contract/roster.ts";
import { LATELY_MS } from "../../rules/healing.ts";
import { DISCARDED, LISTED, leavesRoster } from "../../rules/missing.ts";
import { LOST, missingOf } from "../../rules/roster-rows.ts";
import { noteAct } from "../audit.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import type { Value } from "../values.ts";
import { countInPass, heldPass } from "./passes.ts";
import { lockReading } from "./roster.ts";

type MissingOperations = Pick<
  Operations,
  "countMissing" | "holdMissing" | "missing" | "dropMissing" | "discardMissing"
>;

/** Of `$1` to `$4`. */
const CONDITIONS = `($1::text IS NULL OR m.app = $1) AND ($2::text IS NULL OR m.account = $2)
  AND ($3::text[] IS NULL OR m.state = ANY($3::text[])) AND ($4::text IS NULL OR m.pass = $4)`;

function valuesOf({ app, account, states, pass }: MissingFilter): Value[] {
  return [app ?? null, account ?? null, states ?? null, pass ?? null];
}

const COUNTS = `
  SELECT (SELECT count(*) ${LISTED} WHERE m.app = $1 AND m.account = $2 AND m.state = 'found') AS found,
    (SELECT count(*) ${LISTED} WHERE m.app = $1 AND m.account = $2 AND m.state = 'held' AND m.found_at > $3) AS held,
    (SELECT count(*) FROM healed WHERE app = $1 AND account = $2 AND discovered_at > $3) AS healed,
    (SELECT looked FROM passes WHERE app = $1 AND account = $2 AND kind <> 'release' ORDER BY seq DESC LIMIT 1) AS people`;

export function missingOperations({ transact }: Context): MissingOperations {
  return {
    countMissing: (account) => transact("leisure", (transaction) => countMissing(transaction, account)),

    holdMissing: (held, why) =>
      transact("work", async (transaction) => {
        const pass = await heldPass(transaction, held);
        return pass === undefined ? LOST : { tag: "held", people: await holdMissing(transaction, pass, why) };
      }),

    missing: (filter, page) => transact("leisure", (transaction) => listMissing(transaction, filter, page)),

    dropMissing: (held, users) =>
      transact("passing", async (transaction) => {
        const pass = await heldPass(transaction, held);
        if (pass === undefined) return LOST;
        await dropMissing(transaction, pass, users);
        return { tag: "dropped" };
      }),

    discardMissing: (filter, act) => transact("leisure", (transaction) => discardMissing(transaction, filter, act)),
  };
}

async function countMissing({ one, now }: Transaction, { app, account }: AccountKey): Promise<MissingCounts> {
  const row = await one(COUNTS, app, account, (await now()) - LATELY_MS);
  return {
    found: Number(row?.found),
    healedLately: Number(row?.healed),
    heldLately: Number(row?.held),
    people: Number(row?.people ?? 0),
  };
}

/** Resolves with how many. */
async function holdMissing(transaction: Transaction, { id, app, account }: Pass, why: string): Promise<number> {
  const people = await transaction.run(
    "UPDATE missing SET state = 'held', why = $1 WHERE app = $2 AND account = $3 AND state = 'found'",
    ...[why, app, account],
  );
  await countInPass(transaction, id, "held", people);
  return people;
}

async function listMissing(
  { rows }: Transaction,
  filter: MissingFilter,
  { limit, after }: Parameters<Operations["missing"]>[1],
): Promise<readonly Missing[]> {
  const behind = after === undefined ? "" : "AND (m.app, m.account, m.user_id) > ($6, $7, $8)";
  const place = after === undefined ? [] : [after.app, after.account, after.user];
  const found = await rows(
    `SELECT m.* ${LISTED} WHERE ${CONDITIONS} ${behind} ORDER BY m.app, m.account, m.user_id LIMIT $5`,
    ...[...valuesOf(filter), limit, ...place],
  );
  return found.map(missingOf);
}

async function dropMissing(
  { run }: Transaction,
  { app, account }: AccountKey,
  users: readonly string[],
): Promise<void> {
  // that somebody is there says nothing of which subscription: theirs was seen when it was, and not by this pass
  await run(
    `UPDATE roster r SET seen_at = m.seen_at FROM missing m
     WHERE m.app = $1 AND m.account = $2 AND m.user_id = ANY($3::text[]) AND r.app = $1 AND r.account = $2
       AND r.user_id = m.user_id AND r.subscribe_time = m.subscribe_time AND r.seen_at IS NULL`,
    ...[app, account, users],
  );
  await run(
    "DELETE FROM missing WHERE app = $1 AND account = $2 AND user_id = ANY($3::text[])",
    ...[app, account, users],
  );
}

/** Returns how many. */
async function discardMissing(transaction: Transaction, filter: MissingFilter, act: Act): Promise<number> {
  await lockReading(transaction);
  const meant = await transaction.rows(
    `SELECT m.app, m.account, m.user_id, m.state ${LISTED} WHERE ${CONDITIONS} LIMIT $5`,
    ...[...valuesOf(filter), DISCARDED],
  );
  for (const table of ["missing", "roster"]) {
    const rows = table === "missing" ? meant : meant.filter(({ state }) => leavesRoster(state));
    await transaction.run(
      `DELETE FROM ${table} t USING unnest($1::text[], $2::text[], $3::text[]) AS n (app, account, user_id)
         WHERE t.app = n.app AND t.account = n.account AND t.user_id = n.user_id`,
      ...[rows.map(({ app }) => String(app)), rows.map(({ account }) => String(account))],
      rows.map(({ user_id: user }) => String(user)),
    );
  }
  await noteAct(transaction, act, meant.length);
  return meant.length;
}
