/** Events are followed in the order in which they were stored: for all accounts, and once more for those that are wanted since. */

import type { RosterScope } from "../../contract/accounts.ts";
import type { StoredEvent } from "../../contract/callbacks.ts";
import { isInScope, isTold, monthOf } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import { eventOf } from "../../rules/rows.ts";
import { EVENT } from "../columns.ts";
import type { Context } from "../context.ts";
import { applyEvents } from "./roster.ts";
import { knowAccount, lateIn } from "./scopes.ts";

export function followEvents(context: Context, limit: number): { readonly more: boolean } {
  const state = context.one("SELECT scopes, followed, late_from FROM reconciling");
  const scopes = scopesOf(state);
  if (scopes === undefined) return { more: false };
  const followed = Number(state?.followed);
  if (typeof state?.late_from === "number") {
    if (state.late_from < followed) {
      followLate(context, scopes, { from: state.late_from, upto: followed, limit });
      return { more: true };
    }
    endLate(context, scopes);
  }
  const events = eventsIn(context, { from: followed, upto: Number.MAX_SAFE_INTEGER, limit });
  const last = events.at(-1);
  if (last === undefined) return { more: false };
  const meant = inScope(events, scopes);
  for (const { app, officialAccount } of meant) knowAccount(context, app, officialAccount, null);
  follow(context, scopes, meant);
  context.run("UPDATE reconciling SET followed = ?", last.seq);
  return { more: events.length === limit };
}

interface Part {
  readonly from: number;
  readonly upto: number;
  readonly limit: number;
}

/** Of what all others were followed through already. */
function followLate(context: Context, scopes: readonly RosterScope[], part: Part): void {
  const { one, run } = context;
  const events = eventsIn(context, part);
  const isLate = ({ app, officialAccount: account, seq }: StoredEvent): boolean => {
    knowAccount(context, app, account, 0);
    const upto = one(
      "SELECT followed_to FROM roster_accounts WHERE app = ? AND account = ?",
      app,
      account,
    )?.followed_to;
    return typeof upto === "number" && seq > upto;
  };
  follow(context, scopes, inScope(events, scopes).filter(isLate));
  const last = events.length < part.limit ? undefined : events.at(-1);
  run("UPDATE reconciling SET late_from = ?", last?.seq ?? part.upto);
}

/** From here on they are followed with all others. */
function endLate(context: Context, scopes: readonly RosterScope[]): void {
  const { run } = context;
  run("UPDATE reconciling SET late_from = NULL");
  for (const { app, account } of lateIn(context, scopes)) {
    run("UPDATE roster_accounts SET followed_to = NULL WHERE app = ? AND account = ?", String(app), String(account));
  }
}

function eventsIn({ all }: Context, { from, upto, limit }: Part): readonly StoredEvent[] {
  const page = `SELECT ${EVENT} FROM events e WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`;
  return all(page, from, upto, limit).map(eventOf);
}

const inScope = (events: readonly StoredEvent[], scopes: readonly RosterScope[]): readonly StoredEvent[] =>
  events.filter(({ app, officialAccount }) => isInScope(scopes, app, officialAccount));

function follow(context: Context, scopes: readonly RosterScope[], events: readonly StoredEvent[]): void {
  applyEvents(context, scopes, events);
  for (const event of events.filter(isTold)) noteTold(context, event);
}

/** A callback has told it. */
function noteTold({ run }: Context, { app, officialAccount: account, eventTime }: StoredEvent): void {
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
