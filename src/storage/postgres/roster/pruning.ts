/** Rosters that nobody wants any more go: all of them, or those of accounts that left the list. */
import { isInScope, UNWANTED_MS } from "../../rules/healing.ts";
import { scopesOf } from "../../rules/roster-rows.ts";
import { numberOrNull } from "../../rules/rows.ts";
import type { Transaction } from "../context.ts";
import type { Row } from "../values.ts";

/** Returns how many rows went, at most about `batch`. */
export async function pruneRoster(transaction: Transaction, at: number, batch: number): Promise<number> {
  const row = await transaction.one("SELECT * FROM reconciling WHERE id = 1");
  if (row === undefined) return 0;
  const unwanted = numberOrNull(row.unwanted_since);
  const isUnwanted = unwanted !== null && unwanted <= at - UNWANTED_MS;
  // first: from then on no event makes a row
  if (isUnwanted) await transaction.run("UPDATE reconciling SET scopes = NULL, unwanted_since = NULL WHERE id = 1");
  const scopes = isUnwanted ? [] : (scopesOf(row) ?? []);
  let rows = 0;
  for (const { app, account, unwanted_since } of await accountsIn(transaction)) {
    const since = numberOrNull(unwanted_since);
    const isKept = isInScope(scopes, String(app), String(account));
    if (isKept === (since !== null)) await note(transaction, [String(app), String(account), at, isKept ? null : at]);
    // other machines may have an older list for a while: as with all of them, nobody has wanted it for half a day
    if (isKept || (!isUnwanted && !(since !== null && since <= at - UNWANTED_MS))) continue;
    rows += await pruneAccount(transaction, [String(app), String(account)], batch - rows);
    if (rows >= batch) return rows;
  }
  return rows;
}

async function note({ run }: Transaction, of: readonly (string | number | null)[]): Promise<void> {
  await run(
    `INSERT INTO roster_accounts (app, account, known_since, unwanted_since) VALUES ($1, $2, $3, $4)
     ON CONFLICT (app, account) DO UPDATE SET unwanted_since = excluded.unwanted_since`,
    ...of,
  );
}

async function pruneAccount({ run }: Transaction, of: readonly [string, string], most: number): Promise<number> {
  let gone = 0;
  for (const table of ["roster", "missing"]) {
    gone += await run(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
         SELECT t.ctid FROM ${table} t WHERE t.app = $1 AND t.account = $2 ORDER BY t.user_id LIMIT $3))`,
      ...[...of, most - gone],
    );
    if (gone >= most) return gone;
  }
  const passes = "ANY(ARRAY(SELECT id FROM passes WHERE app = $1 AND account = $2))";
  for (const table of ["pass_people", "pass_named", "pass_pages"]) {
    await run(`DELETE FROM ${table} WHERE pass = ${passes}`, ...of);
  }
  for (const table of ["passes", "pass_wishes"]) {
    await run(`DELETE FROM ${table} WHERE app = $1 AND account = $2`, ...of);
  }
  // nothing was read of it; up to where its events were followed stays, so that none is counted twice
  await run(
    `UPDATE roster_accounts SET baseline_at = NULL, read_at = NULL, people = 0, no_account_since = NULL, no_account_at = NULL,
       followed_to = coalesce(followed_to, (SELECT followed FROM reconciling WHERE id = 1)) WHERE app = $1 AND account = $2`,
    ...of,
  );
  return gone;
}

/** Those that are known, and those that have rows. */
async function accountsIn({ rows, one }: Transaction): Promise<readonly Row[]> {
  const found = new Map<string, Row>();
  for (const row of await rows("SELECT app, account, unwanted_since FROM roster_accounts"))
    found.set(`${row.app} ${row.account}`, row);
  const next = (app: string, account: string) =>
    one(
      "SELECT app, account FROM roster WHERE (app, account) > ($1, $2) ORDER BY app, account LIMIT 1",
      ...[app, account],
    );
  // from account to account, whatever stands between them
  for (let row = await next("", ""); row !== undefined; row = await next(String(row.app), String(row.account))) {
    const key = `${row.app} ${row.account}`;
    found.set(key, found.get(key) ?? { ...row, unwanted_since: null });
  }
  return [...found.values()];
}
