/** Rosters of a SQLite store, looked at in bounded steps. */
import type { SQLInputValue } from "node:sqlite";
import type { RosterAccount } from "../contract/accounts.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import type { Missing, MissingFilter } from "../contract/missing.ts";
import type { AccountStatus, ReconcilingStatus } from "../contract/roster.ts";
import { COUNTED_MISSING, IS_LISTED, MONTHS, MOST_ACCOUNTS, missingLook, ROW_TIME } from "../rules/missing.ts";
import { toAccountPlace } from "../rules/places.ts";
import { accountsTold, countsOf, coverageOf, passOf, scopesOf } from "../rules/roster-rows.ts";
import type { Row } from "./context.ts";
import { isThere, type Reading, type SyncLooks } from "./reading.ts";

export function rosterLooks(reading: Reading): Pick<SyncLooks, "missing" | "reconciling"> {
  return {
    // one that an older release has made has none
    missing: (filter, options) =>
      isThere(reading, "missing") ? missingLooked(reading, filter, options) : { found: [], looked: 1, next: null },
    reconciling: () => reconciling(reading),
  };
}

export function missingLooked(reading: Reading, filter: MissingFilter, options: LookOptions): Look<Missing> {
  return missingLook(walked(reading, filter, options), filter, options);
}

function walked({ all }: Reading, { app, account }: MissingFilter, { from, rows }: LookOptions): readonly Row[] {
  const parts: [sql: string, ...values: SQLInputValue[]][] = [];
  if (app !== undefined) parts.push(["m.app = ?", app]);
  // of an account alone whatever lies between is read, and left out
  if (app !== undefined && account !== undefined) parts.push(["m.account = ?", account]);
  if (from !== null) {
    const place = toAccountPlace(from);
    parts.push(["(m.app, m.account, m.user_id) > (?, ?, ?)", place.app, place.account, place.user]);
  }
  const where = parts.length === 0 ? "" : `WHERE ${parts.map(([sql]) => sql).join(" AND ")}`;
  return all(
    `SELECT m.*, ${ROW_TIME} FROM missing m ${where} ORDER BY m.app, m.account, m.user_id LIMIT ?`,
    ...[...parts.flatMap(([, ...values]) => values), rows],
  );
}

function reconciling(reading: Reading): ReconcilingStatus | null {
  const { all, one } = reading;
  const scopes = isThere(reading, "reconciling") ? scopesOf(one("SELECT scopes FROM reconciling")) : undefined;
  if (scopes === undefined) return null;
  const known = all("SELECT * FROM roster_accounts ORDER BY app, account LIMIT ?", 2 * MOST_ACCOUNTS);
  const { accounts, more } = accountsTold(known, scopes, MOST_ACCOUNTS);
  const counts = all(
    `SELECT app, account, state, count(*) AS n FROM (SELECT m.*, ${ROW_TIME} FROM missing m LIMIT ?) WHERE ${IS_LISTED}
     GROUP BY app, account, state`,
    COUNTED_MISSING,
  );
  const counted = Number(one("SELECT count(*) AS n FROM (SELECT 1 FROM missing LIMIT ?)", COUNTED_MISSING + 1)?.n);
  return {
    ...{ more, atLeast: counted > COUNTED_MISSING },
    accounts: accounts.map((account) => ({ ...statusOf(reading, account), missing: countsOf(account, counts) })),
  };
}

function statusOf({ all, one }: Reading, account: RosterAccount): Omit<AccountStatus, "missing"> {
  const of = [account.app, account.account];
  const latest = one(
    "SELECT * FROM passes WHERE app = ? AND account = ? AND kind = 'roster' ORDER BY seq DESC LIMIT 1",
    ...of,
  );
  const months = all(
    "SELECT * FROM coverage WHERE app = ? AND account = ? ORDER BY month DESC LIMIT ?",
    ...[...of, MONTHS],
  );
  const sums = one("SELECT sum(told) AS told, sum(found) AS found FROM coverage WHERE app = ? AND account = ?", ...of);
  return {
    ...account,
    latest: latest === undefined ? null : passOf(latest),
    coverage: months.map(coverageOf),
    sums: { told: Number(sums?.told ?? 0), found: Number(sums?.found ?? 0) },
  };
}
