/** Who is subscribed: rows that events make and remove, and how events are followed. */
import type { RosterScope } from "../../contract/roster.ts";
import { type Change, isInScope, isTold, monthOf } from "../../rules/healing.ts";
import { accountOf, coverageOf, scopesOf } from "../../rules/roster-rows.ts";
import { eventOf } from "../../rules/rows.ts";
import { EVENT } from "../columns.ts";
import type { Context, Operations } from "../context.ts";

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

export function rosterOperations(
  context: Context,
): Pick<Operations, "keepRoster" | "followEvents" | "rosterAccounts" | "coverage"> {
  const { all, one, run, now } = context;

  function knowAccount(app: string, account: string): void {
    run(
      "INSERT INTO roster_accounts (app, account, known_since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      ...[app, account, now()],
    );
  }

  /** A callback has told it. */
  function noteTold(app: string, account: string, eventTime: number): void {
    run(
      `INSERT INTO coverage (app, account, month, told) VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET told = told + 1`,
      ...[app, account, monthOf(eventTime)],
    );
    run(
      `UPDATE roster_accounts SET told_at = ?3, unheard = 0 WHERE app = ?1 AND account = ?2
         AND (told_at IS NULL OR told_at < ?3)`,
      ...[app, account, eventTime],
    );
  }

  return {
    keepRoster(scopes) {
      if (scopes === null) {
        run("UPDATE reconciling SET unwanted_since = ? WHERE scopes IS NOT NULL AND unwanted_since IS NULL", now());
        return;
      }
      run(
        `INSERT INTO reconciling (id, scopes) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET scopes = excluded.scopes, unwanted_since = NULL`,
        JSON.stringify(scopes),
      );
      for (const { app, account } of scopes) if (account !== null) knowAccount(app, account);
    },

    followEvents(limit) {
      const state = one("SELECT scopes, followed FROM reconciling");
      const scopes = scopesOf(state);
      if (scopes === undefined) return { more: false };
      const behind = all(
        `SELECT ${EVENT} FROM events e WHERE seq > ? ORDER BY seq LIMIT ?`,
        ...[Number(state?.followed), limit],
      ).map(eventOf);
      const last = behind.at(-1);
      if (last === undefined) return { more: false };
      const events = behind.filter(({ app, officialAccount }) => isInScope(scopes, app, officialAccount));
      for (const [app, account] of distinct(events)) knowAccount(app, account);
      applyEvents(context, scopes, events);
      for (const { app, officialAccount, eventTime } of events.filter(isTold))
        noteTold(app, officialAccount, eventTime);
      run("UPDATE reconciling SET followed = ?", last.seq);
      return { more: behind.length === limit };
    },

    rosterAccounts() {
      const { scopes = [] } = reconcilingIn(context);
      return all("SELECT * FROM roster_accounts ORDER BY app, account")
        .map(accountOf)
        .filter(({ app, account }) => isInScope(scopes, app, account));
    },

    coverage: () => all("SELECT * FROM coverage ORDER BY month DESC, app, account").map(coverageOf),
  };
}

function distinct(events: readonly Change[]): readonly (readonly [app: string, account: string])[] {
  const keys = new Set(events.map(({ app, officialAccount }) => JSON.stringify([app, officialAccount])));
  return [...keys].map((key) => JSON.parse(key) as [string, string]);
}
