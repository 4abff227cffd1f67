/** Rosters that nobody wants any more go: all of them, or those of accounts that left the list. */
import { isInScope, UNWANTED_MS } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import type { Context, Row } from "../context.ts";
import type { Scratches } from "./scratch.ts";

/** Returns how many rows went, at most about `batch`. */
export function pruneRoster(context: Context, scratches: Scratches, batch: number): number {
  const { all, one, run, now } = context;
  const row = one("SELECT * FROM reconciling");
  if (row === undefined) return 0;
  const isUnwanted = row.unwanted_since !== null && Number(row.unwanted_since) <= now() - UNWANTED_MS;
  // first: from then on no event makes a row
  if (isUnwanted) run("UPDATE reconciling SET scopes = NULL, unwanted_since = NULL");
  const scopes = isUnwanted ? [] : (scopesOf(row) ?? []);
  let rows = 0;
  for (const { app, account, unwanted_since: since } of accountsIn(context)) {
    const [isKept, isNoted] = [isInScope(scopes, String(app), String(account)), since !== null];
    if (isKept === isNoted) note(String(app), String(account), isKept ? null : now());
    // other machines may have an older list for a while: as with all of them, nobody has wanted it for half a day
    if (isKept || (!isUnwanted && !(isNoted && Number(since) <= now() - UNWANTED_MS))) continue;
    rows += pruneAccount(context, scratches, [String(app), String(account)], batch - rows);
    if (rows >= batch) return rows;
  }
  return rows;

  function note(app: string, account: string, since: number | null): void {
    run(
      `INSERT INTO roster_accounts (app, account, known_since, unwanted_since) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET unwanted_since = excluded.unwanted_since`,
      ...[app, account, now(), since],
    );
  }

  function pruneAccount(_: Context, files: Scratches, of: readonly [string, string], most: number): number {
    let gone = 0;
    for (const table of ["roster", "missing"]) {
      gone += run(
        `DELETE FROM ${table} WHERE app = ?1 AND account = ?2 AND user_id IN (
           SELECT user_id FROM ${table} WHERE app = ?1 AND account = ?2 ORDER BY user_id LIMIT ?3)`,
        ...[...of, most - gone],
      );
      if (gone >= most) return gone;
    }
    for (const { id } of all("SELECT id FROM passes WHERE app = ? AND account = ?", ...of)) {
      files.remove(String(id));
      run("DELETE FROM pass_pages WHERE pass = ?", String(id));
    }
    for (const table of ["passes", "pass_wishes"]) run(`DELETE FROM ${table} WHERE app = ? AND account = ?`, ...of);
    forgetReading(context, of);
    return gone;
  }
}

/** Nothing was read of it; up to where its events were followed stays, so that none is counted twice. */
function forgetReading({ run }: Context, of: readonly [string, string]): void {
  run(
    `UPDATE roster_accounts SET baseline_at = NULL, read_at = NULL, people = 0, no_account_since = NULL, no_account_at = NULL,
       followed_to = coalesce(followed_to, (SELECT followed FROM reconciling)) WHERE app = ? AND account = ?`,
    ...of,
  );
}

/** Those that are known, and those that have rows. */
function accountsIn({ all, one }: Context): readonly Row[] {
  const found = new Map<string, Row>();
  for (const row of all("SELECT app, account, unwanted_since FROM roster_accounts"))
    found.set(`${row.app} ${row.account}`, row);
  const next = (app: string, account: string) =>
    one("SELECT app, account FROM roster WHERE (app, account) > (?, ?) ORDER BY app, account LIMIT 1", app, account);
  // from account to account, whatever stands between them
  for (let row = next("", ""); row !== undefined; row = next(String(row.app), String(row.account))) {
    const key = `${row.app} ${row.account}`;
    found.set(key, found.get(key) ?? { ...row, unwanted_since: null });
  }
  return [...found.values()];
}
