/** Who is subscribed: rows that events make and remove. */
import type { RosterScope } from "../../contract/accounts.ts";
import { type Change, isInScope } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import type { Context } from "../context.ts";

/** What is kept: whose rosters, and whether there is any healed event. One look, at each `expand`. */
export function reconcilingIn({ one }: Pick<Context, "one">): {
  readonly scopes: readonly RosterScope[] | undefined;
  readonly healed: boolean;
} {
  const row = one("SELECT scopes, healed FROM reconciling");
  return { scopes: scopesOf(row), healed: Number(row?.healed ?? 0) === 1 };
}

/**
 * What events say of the rosters in scope. They must be stored: a subscription makes no row where an unsubscription is known that is not
 * older. In any order, and as often as one likes.
 */
export function applyEvents({ run }: Context, scopes: readonly RosterScope[], events: readonly Change[]): void {
  for (const { kind, app, officialAccount: account, user, eventTime } of events) {
    if (!isInScope(scopes, app, account)) continue;
    if (kind === "unsubscribed") {
      // at one time the unsubscription is the newer, as everywhere
      run(
        "DELETE FROM roster WHERE app = ? AND account = ? AND user_id = ? AND subscribe_time <= ?",
        ...[app, account, user, eventTime],
      );
      continue;
    }
    run(
      `INSERT INTO roster SELECT ?1, ?2, ?3, ?4, ?4 WHERE NOT EXISTS (
         SELECT 1 FROM events e WHERE e.user = ?3 AND e.app = ?1 AND e.event_time >= ?4 AND e.official_account = ?2
           AND e.kind = 'unsubscribed')
       ON CONFLICT DO UPDATE SET subscribe_time = excluded.subscribe_time, seen_at = excluded.seen_at
         WHERE excluded.subscribe_time > subscribe_time`,
      ...[app, account, user, eventTime],
    );
  }
}
