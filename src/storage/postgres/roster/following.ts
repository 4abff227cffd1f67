/** Events are followed in the order in which they were stored: for all accounts, and once more for those that are wanted since. */

import type { AccountKey, RosterScope } from "../../contract/accounts.ts";
import type { StoredEvent } from "../../contract/callbacks.ts";
import { isInScope, isTold, monthOf } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import { eventOf, numberOrNull } from "../../rules/rows.ts";
import { EVENT } from "../columns.ts";
import type { Transaction } from "../context.ts";
import { applyEvents, lockReading } from "./roster.ts";
import { knowAccounts, lateIn } from "./scopes.ts";

export async function followEvents(transaction: Transaction, limit: number): Promise<{ readonly more: boolean }> {
  await lockReading(transaction);
  // whoever wants other accounts at this moment waits, or is waited for
  const state = await transaction.one("SELECT scopes, followed, late_from FROM reconciling WHERE id = 1 FOR UPDATE");
  const scopes = scopesOf(state);
  if (scopes === undefined) return { more: false };
  const followed = Number(state?.followed);
  const from = numberOrNull(state?.late_from);
  if (from !== null) {
    if (from < followed) {
      await followLate(transaction, scopes, { from, upto: followed, limit });
      return { more: true };
    }
    await endLate(transaction, scopes);
  }
  const events = await eventsIn(transaction, { from: followed, upto: Number.MAX_SAFE_INTEGER, limit });
  const last = events.at(-1);
  if (last === undefined) return { more: false };
  const meant = inScope(events, scopes);
  await knowAccounts(transaction, meant.map(accountOf), null);
  await follow(transaction, scopes, meant);
  await transaction.run("UPDATE reconciling SET followed = $1 WHERE id = 1", last.seq);
  return { more: events.length === limit };
}

interface Part {
  readonly from: number;
  readonly upto: number;
  readonly limit: number;
}

/** Of what all others were followed through already. */
async function followLate(transaction: Transaction, scopes: readonly RosterScope[], part: Part): Promise<void> {
  const { run } = transaction;
  const events = await eventsIn(transaction, part);
  const meant = inScope(events, scopes);
  await knowAccounts(transaction, meant.map(accountOf), 0);
  const late = await lateIn(transaction, scopes);
  const upto = new Map(late.map(({ app, account, followed_to: to }) => [`${app} ${account}`, Number(to)]));
  const isLate = (event: StoredEvent) => event.seq > (upto.get(`${event.app} ${event.officialAccount}`) ?? event.seq);
  await follow(transaction, scopes, meant.filter(isLate));
  const last = events.length < part.limit ? undefined : events.at(-1);
  await run("UPDATE reconciling SET late_from = $1 WHERE id = 1", last?.seq ?? part.upto);
}

/** From here on they are followed with all others. */
async function endLate(transaction: Transaction, scopes: readonly RosterScope[]): Promise<void> {
  await transaction.run("UPDATE reconciling SET late_from = NULL WHERE id = 1");
  for (const { app, account } of await lateIn(transaction, scopes)) {
    await transaction.run(
      "UPDATE roster_accounts SET followed_to = NULL WHERE app = $1 AND account = $2",
      ...[String(app), String(account)],
    );
  }
}

async function eventsIn({ rows }: Transaction, { from, upto, limit }: Part): Promise<readonly StoredEvent[]> {
  const page = `SELECT ${EVENT} FROM events e WHERE e.seq > $1 AND e.seq <= $2 ORDER BY e.seq LIMIT $3`;
  return (await rows(page, from, upto, limit)).map(eventOf);
}

const inScope = (events: readonly StoredEvent[], scopes: readonly RosterScope[]): readonly StoredEvent[] =>
  events.filter(({ app, officialAccount }) => isInScope(scopes, app, officialAccount));

const accountOf = ({ app, officialAccount: account }: StoredEvent): AccountKey => ({ app, account });

async function follow(
  transaction: Transaction,
  scopes: readonly RosterScope[],
  events: readonly StoredEvent[],
): Promise<void> {
  await applyEvents(transaction, scopes, events);
  await noteTold(transaction, events.filter(isTold));
}

/** Callbacks have told them. */
async function noteTold({ run }: Transaction, events: readonly StoredEvent[]): Promise<void> {
  const byAccount = Map.groupBy(events, (event) => JSON.stringify(accountOf(event)));
  for (const of of byAccount.values()) {
    const [first] = of;
    if (first === undefined) continue;
    const { app, account } = accountOf(first);
    for (const [month, { length }] of Map.groupBy(of, ({ eventTime }) => monthOf(eventTime))) {
      await run(
        `INSERT INTO coverage (app, account, month, told) VALUES ($1, $2, $3, $4)
         ON CONFLICT (app, account, month) DO UPDATE SET told = coverage.told + excluded.told`,
        ...[app, account, month, length],
      );
    }
    await run(
      `UPDATE roster_accounts SET told_at = $3, unheard = 0 WHERE app = $1 AND account = $2
         AND (told_at IS NULL OR told_at < $3)`,
      ...[app, account, of.reduce((latest, { eventTime }) => Math.max(latest, eventTime), 0)],
    );
  }
}
