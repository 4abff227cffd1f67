/** Callbacks become events, numbered in the order in which they become visible. */
import { errorWords } from "../../basics/error-words.ts";
import { quarantineEntry } from "../../callback.ts";
import type { Expansion, QuarantineEntry } from "../contract/callbacks.ts";
import { UNREAD_BYTES } from "../rules/bounds.ts";
import { isFollowed, isRepeated } from "../rules/expanding.ts";
import { callbackOf } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { ENCODING_TODO } from "./encoding.ts";
import { fitted, isUnfit } from "./fitting.ts";
import { insertEvents } from "./inserting.ts";
import type { NumberWatch } from "./numbers.ts";
import { PLAN_EACH_TIME, PLAN_ONCE } from "./opening.ts";
import { keepAside, keepQuarantine } from "./quarantine.ts";
import { linkLate } from "./roster/late-callbacks.ts";
import { applyEvents, lockReading, type Reconciling } from "./roster/roster.ts";

/** Callbacks that wait to be read: `$1` at most, of `$2` bytes. */
export const UNREAD = `
  WITH sized AS (
    SELECT c.seq, sum(octet_length(c.body)) OVER (ORDER BY c.seq) - octet_length(c.body) AS before
    FROM (SELECT callback FROM unread ORDER BY callback LIMIT $1) u JOIN callbacks c ON c.seq = u.callback)
  SELECT c.* FROM sized s JOIN callbacks c ON c.seq = s.seq WHERE s.before = 0 OR s.before + octet_length(c.body) <= $2
  ORDER BY c.seq`;

export function expandingOperations(
  context: Context,
  expectHigher: NumberWatch,
): Pick<Operations, "unread" | "expand"> {
  const { transact, ask } = context;
  const write = (expansions: readonly Expansion[]): Promise<void> =>
    transact("carrying", async (transaction) => {
      const claimed = await claimUnread(transaction, expansions);
      await keepAside(transaction, await numberEvents(transaction, claimed, expectHigher));
    });

  return {
    unread: async (limit) => (await ask("carrying", UNREAD, limit, UNREAD_BYTES)).map(callbackOf),

    async expand(expansions) {
      try {
        await write(expansions);
      } catch (error) {
        const [alone, ...others] = expansions;
        if (!isUnfit(error) || alone === undefined || others.length > 0) throw error;
        await setAside(context, alone, error);
      }
    },
  };
}

/** What this database cannot hold would wait for ever, and others behind it: people find it in the quarantine, whole. */
async function setAside({ transact, log }: Context, { callback }: Expansion, error: unknown): Promise<void> {
  const fault = `this database cannot hold what it says (${errorWords(error)}): ${ENCODING_TODO}`;
  await transact("work", async (transaction) => {
    const { rows, one } = transaction;
    if ((await rows(CLAIM, [callback])).length === 0) return;
    const row = await one("SELECT * FROM callbacks WHERE seq = $1", callback);
    if (row === undefined) return;
    const { id, app, ...entry } = quarantineEntry(callbackOf(row), fault);
    await keepQuarantine(transaction, [{ ...fitted(entry), id, app }]);
  });
  log?.error({ fact: "callback.unfit", callback, reason: fault });
}

/** Callbacks that are ours to number, while nobody else numbers any. */
export interface Claimed extends Reconciling {
  readonly ours: readonly Expansion[];
}

/** One at a time, to its commit: else a later number could be seen before an earlier one, and a cursor pass it by. */
export async function claimUnread(transaction: Transaction, expansions: readonly Expansion[]): Promise<Claimed> {
  const [reconciling, ours] = await Promise.all([lockReading(transaction), claim(transaction, expansions)]);
  return { ...reconciling, ours };
}

/**
 * Stores what these say as events, in the transaction of somebody else. Returns what is to be kept aside, as the last that is done
 * there: intake waits for whoever holds the sums of the quarantine.
 */
export async function numberEvents(
  transaction: Transaction,
  { ours, scopes, healed }: Claimed,
  expectHigher: NumberWatch,
): Promise<readonly QuarantineEntry[]> {
  const fresh = await insertEvents(transaction, ours);
  await expectHigher(
    transaction,
    fresh.map(({ seq }) => seq),
  );
  if (healed || scopes !== undefined) {
    await transaction.run(PLAN_EACH_TIME);
    if (healed) await linkLate(transaction, fresh);
    // what was known before has been applied, or is followed: a row that was taken off since does not come back
    const events = fresh.map(({ event }) => event);
    if (scopes !== undefined) await applyEvents(transaction, scopes, events);
    await transaction.run(PLAN_ONCE);
  }
  const news = new Set(fresh.map(({ callback }) => callback));
  const known = ours.filter((expansion) => isRepeated(expansion, news.has(expansion.callback)));
  if (known.length > 0) await transaction.run("DELETE FROM callbacks WHERE seq = ANY($1::bigint[])", ids(known));
  return ours.flatMap((expansion) => expansion.quarantine);
}

const CLAIM = "DELETE FROM unread WHERE callback = ANY($1::bigint[]) RETURNING callback";
const LOOK = "SELECT callback FROM unread WHERE callback = ANY($1::bigint[])";

/** Those that nobody has expanded meanwhile; whose last part is still to come stay unread. */
async function claim({ rows }: Transaction, expansions: readonly Expansion[]): Promise<readonly Expansion[]> {
  const [others, whole] = [expansions.filter(isFollowed), expansions.filter((each) => !isFollowed(each))];
  const claimed = [
    ...(whole.length === 0 ? [] : await rows(CLAIM, ids(whole))),
    ...(others.length === 0 ? [] : await rows(LOOK, ids(others))),
  ];
  const ours = new Set(claimed.map(({ callback }) => Number(callback)));
  return expansions.filter(({ callback }) => ours.has(callback));
}

const ids = (expansions: readonly Expansion[]): readonly number[] => expansions.map(({ callback }) => callback);
