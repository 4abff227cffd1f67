/** Who is subscribed: rows that events make and remove. Whoever writes rows holds `reading`. */
import type { EventKind } from "../../../connector.ts";
import type { RosterScope } from "../../contract/accounts.ts";
import { type Change, isInScope } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import type { Transaction } from "../context.ts";
import { placeOf } from "./by-key.ts";

/** What is kept: whose rosters, and whether there is any healed event. */
export interface Reconciling {
  readonly scopes: readonly RosterScope[] | undefined;
  readonly healed: boolean;
}

/** Whoever numbers events, or changes rosters, does so alone: so what one sees of the other is all there is. */
export async function lockReading({ one }: Transaction): Promise<Reconciling> {
  // sent together, but a statement of its own: one that waited for the lock would tell what was there before it waited. With a
  // parameter: the driver prepares none without, and the server would plan it each time
  const [, row] = await Promise.all([
    one("SELECT 1 FROM reading WHERE id = $1 FOR UPDATE", 1),
    one("SELECT scopes, healed FROM reconciling WHERE id = $1", 1),
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
  DELETE FROM roster r USING (
    SELECT n.time, ${placeOf("roster")} AS place
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS n (app, account, user_id, time) OFFSET 0) n
  WHERE r.ctid = n.place AND r.subscribe_time <= n.time`;

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
