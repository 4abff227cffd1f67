/** Whose rosters are kept, and from which event on each account must still be followed. */
import type { AccountKey, RosterScope } from "../../contract/accounts.ts";
import { followedFrom, isInScope, isWider } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import type { Transaction } from "../context.ts";
import { NOW, type Row } from "../values.ts";

/** What is wanted since is followed from the beginning, or from where it was left. */
export async function keepScopes(transaction: Transaction, scopes: readonly RosterScope[]): Promise<void> {
  const { one, run } = transaction;
  await run("INSERT INTO reconciling (id) VALUES (1) ON CONFLICT (id) DO NOTHING");
  const before = scopesOf(await one("SELECT scopes FROM reconciling WHERE id = 1 FOR UPDATE"));
  await run("UPDATE reconciling SET scopes = $1, unwanted_since = NULL WHERE id = 1", JSON.stringify(scopes));
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(scopes)) {
    await leaveBehind(transaction, before, scopes);
  }
  const isLate = isWider(before, scopes);
  const named = scopes.flatMap(({ app, account }) => (account === null ? [] : [{ app, account }]));
  await knowAccounts(transaction, named, isLate ? 0 : null);
  if (!isLate) return;
  const from = followedFrom(scopes, await lateIn(transaction, scopes));
  await run("UPDATE reconciling SET late_from = least(coalesce(late_from, $1::bigint), $1::bigint) WHERE id = 1", from);
}

/** Accounts that are not wanted any more have been followed up to here. */
async function leaveBehind(
  transaction: Transaction,
  before: readonly RosterScope[],
  scopes: readonly RosterScope[],
): Promise<void> {
  for (const { app, account } of await rowsIn(transaction)) {
    const [name, id] = [String(app), String(account)];
    if (!isInScope(before, name, id) || isInScope(scopes, name, id)) continue;
    await transaction.run(
      `UPDATE roster_accounts SET followed_to = coalesce(followed_to, (SELECT followed FROM reconciling WHERE id = 1))
       WHERE app = $1 AND account = $2`,
      ...[name, id],
    );
  }
}

/** Accounts in scope that are not followed with all others yet. */
export async function lateIn(transaction: Transaction, scopes: readonly RosterScope[]): Promise<readonly Row[]> {
  return (await rowsIn(transaction)).filter(
    ({ app, account, followed_to: upto }) => upto !== null && isInScope(scopes, String(app), String(account)),
  );
}

const rowsIn = ({ rows }: Transaction): Promise<readonly Row[]> =>
  rows("SELECT app, account, followed_to FROM roster_accounts");

/** @param followedTo up to which event they are followed; `null`: as all others */
export async function knowAccounts(
  { run }: Pick<Transaction, "run">,
  accounts: readonly AccountKey[],
  followedTo: number | null,
): Promise<void> {
  if (accounts.length === 0) return;
  await run(
    `INSERT INTO roster_accounts (app, account, known_since, followed_to)
     SELECT n.app, n.account, ${NOW}, $3::bigint FROM unnest($1::text[], $2::text[]) AS n (app, account) ON CONFLICT DO NOTHING`,
    ...[accounts.map(({ app }) => app), accounts.map(({ account }) => account), followedTo],
  );
}
