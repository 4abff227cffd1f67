/** Whose rosters are kept, and from which event on each account must still be followed. */
import type { RosterScope } from "../../contract/accounts.ts";
import { followedFrom, isInScope, isWider } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import type { Context, Row } from "../context.ts";

/** What is wanted since is followed from the beginning, or from where it was left. */
export function keepScopes(context: Context, scopes: readonly RosterScope[]): void {
  const { one, run } = context;
  const before = scopesOf(one("SELECT scopes FROM reconciling"));
  run(
    `INSERT INTO reconciling (id, scopes) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET scopes = excluded.scopes, unwanted_since = NULL`,
    JSON.stringify(scopes),
  );
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(scopes)) leaveBehind(context, before, scopes);
  const isLate = isWider(before, scopes);
  for (const { app, account } of scopes) if (account !== null) knowAccount(context, app, account, isLate ? 0 : null);
  if (!isLate) return;
  run(
    "UPDATE reconciling SET late_from = min(coalesce(late_from, ?1), ?1)",
    followedFrom(scopes, lateIn(context, scopes)),
  );
}

/** Accounts that are not wanted any more have been followed up to here. */
function leaveBehind(context: Context, before: readonly RosterScope[], scopes: readonly RosterScope[]): void {
  for (const { app, account } of rowsIn(context)) {
    const [name, id] = [String(app), String(account)];
    if (!isInScope(before, name, id) || isInScope(scopes, name, id)) continue;
    context.run(
      `UPDATE roster_accounts SET followed_to = coalesce(followed_to, (SELECT followed FROM reconciling))
       WHERE app = ? AND account = ?`,
      ...[name, id],
    );
  }
}

/** Accounts in scope that are not followed with all others yet. */
export function lateIn(context: Pick<Context, "all">, scopes: readonly RosterScope[]): readonly Row[] {
  return rowsIn(context).filter(
    ({ app, account, followed_to: upto }) => upto !== null && isInScope(scopes, String(app), String(account)),
  );
}

const rowsIn = ({ all }: Pick<Context, "all">): readonly Row[] =>
  all("SELECT app, account, followed_to FROM roster_accounts");

/** @param followedTo up to which event it is followed; `null`: as all others */
export function knowAccount(
  { run, now }: Pick<Context, "run" | "now">,
  app: string,
  account: string,
  followedTo: number | null,
): void {
  run(
    "INSERT INTO roster_accounts (app, account, known_since, followed_to) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    ...[app, account, now(), followedTo],
  );
}
