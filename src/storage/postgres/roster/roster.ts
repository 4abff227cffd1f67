/** Who is subscribed: rows that events make and remove, and how events are followed. Whoever writes rows holds `reading`. */
import type { EventKind } from "../../../connector.ts";
import type { RosterScope } from "../../contract/roster.ts";
import { type Change, isInScope, isTold, monthOf } from "../../rules/healing.ts";
import { accountOf, coverageOf, scopesOf } from "../../rules/roster-rows.ts";
import { eventOf } from "../../rules/rows.ts";
import { EVENT } from "../columns.ts";
import type { Context, Operations, Transaction } from "../context.ts";
import { NOW } from "../values.ts";

/** What is kept: whose rosters, and whether there is any healed event. */
export interface Reconciling {
  readonly scopes: readonly RosterScope[] | undefined;
  readonly healed: boolean;
}

/** Whoever numbers events, or changes rosters, does so alone: so what one sees of the other is all there is. */
export async function lockReading({ one }: Transaction): Promise<Reconciling> {
  // sent together, but a statement of its own: one that waited for the lock would tell what was there before it waited
  const [, row] = await Promise.all([
    one("SELECT 1 FROM reading WHERE id = 1 FOR UPDATE"),
    one("SELECT scopes, healed FROM reconciling WHERE id = 1"),
  ]);
  return { scopes: scopesOf(row), healed: Number(row?.healed ?? 0) === 1 };
}

const SUBSCRIBED = `
  INSERT INTO roster (app, account, user_id, subscribe_time, seen_at)
  SELECT n.app, n.account, n.user_id, n.time, n.time
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS n (app, account, user_id, time)
  WHERE (SELECT e.seq FROM events e WHERE e.user_id = n.user_id AND e.app = n.app AND e.event_time >= n.time
    AND e.official_account = n.account AND e.kind = 'unsubscribed' LIMIT 1) IS NULL
  ON CONFLICT (app, account, user_id) DO UPDATE SET subscribe_time = excluded.subscribe_time, seen_at = excluded.seen_at
    WHERE excluded.subscribe_time > roster.subscribe_time`;

/** At one time the unsubscription is the newer, as everywhere. */
const UNSUBSCRIBED = `
  DELETE FROM roster r USING unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS n (app, account, user_id, time)
  WHERE r.app = n.app AND r.account = n.account AND r.user_id = n.user_id AND r.subscribe_time <= n.time`;

/**
 * What events say of the rosters in scope. They must be stored: a subscription makes no row where an unsubscription is known that is not
 * older. In any order, and as often as one likes.
 */
export async function applyEvents(
  { run }: Transaction,
  scopes: readonly RosterScope[],
  events: readonly Change[],
): Promise<void> {
  const meant = events.filter(({ app, officialAccount }) => isInScope(scopes, app, officialAccount));
  const latest = (kind: EventKind): readonly Change[] => {
    const byPerson = new Map<string, Change>();
    for (const event of meant) {
      const key = JSON.stringify([event.app, event.officialAccount, event.user]);
      const known = byPerson.get(key);
      if (event.kind === kind && (known?.eventTime ?? 0) <= event.eventTime) byPerson.set(key, event);
    }
    return [...byPerson.values()];
  };
  for (const [kind, sql] of [
    ["subscribed", SUBSCRIBED],
    ["unsubscribed", UNSUBSCRIBED],
  ] as const) {
    const changes = latest(kind);
    if (changes.length === 0) continue;
    const column = <T extends string | number>(of: (change: Change) => T): T[] => changes.map(of);
    await run(
      sql,
      ...[column((c) => c.app), column((c) => c.officialAccount), column((c) => c.user), column((c) => c.eventTime)],
    );
  }
}

export function rosterOperations({
  transact,
}: Context): Pick<Operations, "keepRoster" | "followEvents" | "rosterAccounts" | "coverage"> {
  return {
    keepRoster: (scopes) =>
      transact("work", async ({ run }) => {
        if (scopes === null) {
          await run(
            `UPDATE reconciling SET unwanted_since = ${NOW} WHERE scopes IS NOT NULL AND unwanted_since IS NULL`,
          );
          return;
        }
        await run(
          `INSERT INTO reconciling (id, scopes) VALUES (1, $1)
           ON CONFLICT (id) DO UPDATE SET scopes = excluded.scopes, unwanted_since = NULL`,
          JSON.stringify(scopes),
        );
        await knowAccounts(
          { run },
          scopes.flatMap(({ app, account }) => (account === null ? [] : [[app, account] as const])),
        );
      }),

    followEvents: (limit) =>
      transact("passing", async (transaction) => {
        const { scopes } = await lockReading(transaction);
        if (scopes === undefined) return { more: false };
        const rows = await transaction.rows(
          `SELECT ${EVENT} FROM events e
           WHERE e.seq > (SELECT followed FROM reconciling WHERE id = 1) ORDER BY e.seq LIMIT $1`,
          limit,
        );
        const behind = rows.map(eventOf);
        const last = behind.at(-1);
        if (last === undefined) return { more: false };
        const events = behind.filter(({ app, officialAccount }) => isInScope(scopes, app, officialAccount));
        await knowAccounts(
          transaction,
          events.map(({ app, officialAccount }) => [app, officialAccount] as const),
        );
        await applyEvents(transaction, scopes, events);
        await noteTold(transaction, events.filter(isTold));
        await transaction.run("UPDATE reconciling SET followed = $1 WHERE id = 1", String(last.seq));
        return { more: behind.length === limit };
      }),

    rosterAccounts: () =>
      transact("work", async ({ one, rows }) => {
        const scopes = scopesOf(await one("SELECT scopes FROM reconciling WHERE id = 1")) ?? [];
        const found = await rows("SELECT * FROM roster_accounts ORDER BY app, account");
        return found.map(accountOf).filter(({ app, account }) => isInScope(scopes, app, account));
      }),

    coverage: () =>
      transact("leisure", async ({ rows }) =>
        (await rows("SELECT * FROM coverage ORDER BY month DESC, app, account")).map(coverageOf),
      ),
  };
}

async function knowAccounts(
  { run }: Pick<Transaction, "run">,
  accounts: readonly (readonly [app: string, account: string])[],
): Promise<void> {
  if (accounts.length === 0) return;
  await run(
    `INSERT INTO roster_accounts (app, account, known_since)
     SELECT n.app, n.account, ${NOW} FROM unnest($1::text[], $2::text[]) AS n (app, account) ON CONFLICT DO NOTHING`,
    ...[accounts.map(([app]) => app), accounts.map(([, account]) => account)],
  );
}

/** Callbacks have told them. */
async function noteTold({ run }: Transaction, events: readonly Change[]): Promise<void> {
  const byAccount = Map.groupBy(events, ({ app, officialAccount }) => JSON.stringify([app, officialAccount]));
  for (const [key, of] of byAccount) {
    const [app, account] = JSON.parse(key) as [string, string];
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
