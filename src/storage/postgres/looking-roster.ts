/** Rosters of a PostgreSQL store, looked at in bounded steps. */
import type { Look, LookOptions } from "../contract/looks.ts";
import type { Missing, MissingFilter } from "../contract/missing.ts";
import type { ReconcilingStatus } from "../contract/roster.ts";
import { COUNTED_MISSING, IS_LISTED, MONTHS, MOST_ACCOUNTS, missingLook, ROW_TIME } from "../rules/missing.ts";
import { toAccountPlace } from "../rules/places.ts";
import { accountsTold, countsOf, coverageOf, passOf, scopesOf } from "../rules/roster-rows.ts";
import type { Transaction } from "./context.ts";
import { isThere } from "./is-there.ts";
import type { Value } from "./values.ts";

export async function missingLooked(
  transaction: Transaction,
  filter: MissingFilter,
  options: LookOptions,
): Promise<Look<Missing>> {
  if (!(await isThere(transaction, "missing"))) return { found: [], looked: 1, next: null };
  const { app, account } = filter;
  const place = options.from === null ? undefined : toAccountPlace(options.from);
  const values: Value[] = [options.rows];
  const bind = (value: Value) => `$${values.push(value)}`;
  // of an account alone whatever lies between is read, and left out
  const conditions = [
    ...(app === undefined ? [] : [`m.app = ${bind(app)}`]),
    ...(app === undefined || account === undefined ? [] : [`m.account = ${bind(account)}`]),
    ...(place === undefined
      ? []
      : [`(m.app, m.account, m.user_id) > (${bind(place.app)}, ${bind(place.account)}, ${bind(place.user)})`]),
  ];
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const walked = await transaction.rows(
    `SELECT m.*, ${ROW_TIME} FROM missing m ${where} ORDER BY m.app, m.account, m.user_id LIMIT $1`,
    ...values,
  );
  return missingLook(walked, filter, options);
}

const COUNTS = `
  SELECT app, account, state, count(*) AS n FROM (SELECT m.*, ${ROW_TIME} FROM missing m LIMIT $1) x WHERE ${IS_LISTED}
  GROUP BY app, account, state`;

const LATEST = `
  SELECT p.* FROM unnest($1::text[], $2::text[]) AS n (app, account) CROSS JOIN LATERAL (
    SELECT * FROM passes p WHERE p.app = n.app AND p.account = n.account AND p.kind = 'roster' ORDER BY p.seq DESC LIMIT 1) p`;

const COVERAGE = `
  SELECT c.* FROM unnest($1::text[], $2::text[]) AS n (app, account) CROSS JOIN LATERAL (
    SELECT * FROM coverage c WHERE c.app = n.app AND c.account = n.account ORDER BY c.month DESC LIMIT ${MONTHS}) c`;

const SUMS = `
  SELECT n.app, n.account, s.told, s.found FROM unnest($1::text[], $2::text[]) AS n (app, account) CROSS JOIN LATERAL (
    SELECT sum(told) AS told, sum(found) AS found FROM coverage c WHERE c.app = n.app AND c.account = n.account) s`;

export async function reconcilingIn(transaction: Transaction): Promise<ReconcilingStatus | null> {
  const { one, rows } = transaction;
  const isKnown = await isThere(transaction, "reconciling");
  const scopes = isKnown ? scopesOf(await one("SELECT scopes FROM reconciling WHERE id = 1")) : undefined;
  if (scopes === undefined) return null;
  const known = await rows("SELECT * FROM roster_accounts ORDER BY app, account LIMIT $1", 2 * MOST_ACCOUNTS);
  const { accounts, more } = accountsTold(known, scopes, MOST_ACCOUNTS);
  const of = [accounts.map(({ app }) => app), accounts.map(({ account }) => account)];
  const counted = await one("SELECT count(*) AS n FROM (SELECT 1 FROM missing LIMIT $1) x", COUNTED_MISSING + 1);
  const counts = await rows(COUNTS, COUNTED_MISSING);
  const latest = (await rows(LATEST, ...of)).map(passOf);
  const months = (await rows(COVERAGE, ...of)).map(coverageOf);
  const sums = await rows(SUMS, ...of);
  return {
    ...{ more, atLeast: Number(counted?.n) > COUNTED_MISSING },
    accounts: accounts.map((account) => {
      const isOwn = (row: { readonly app?: unknown; readonly account?: unknown }) =>
        row.app === account.app && row.account === account.account;
      const sum = sums.find(isOwn);
      return {
        ...{ ...account, missing: countsOf(account, counts), latest: latest.find(isOwn) ?? null },
        ...{ coverage: months.filter(isOwn), sums: { told: Number(sum?.told ?? 0), found: Number(sum?.found ?? 0) } },
      };
    }),
  };
}
