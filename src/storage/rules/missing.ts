/** Who seems to be missing, as both stores list them. */

import type { Look, LookOptions } from "../contract/questions.ts";
import type { Missing, MissingFilter, MissingState } from "../contract/roster.ts";
import { accountPlace } from "./places.ts";
import { missingOf } from "./roster-rows.ts";
import { numberOrNull } from "./rows.ts";

/** Whom a person must decide on, or nobody can: a later pass lists them no second time. */
export const SETTLED: readonly unknown[] = ["held", "baseline", "no_moment"] satisfies MissingState[];

/** What one act changes in one transaction. */
export const DISCARDED = 500;

/** SQL: those whose row is there, and of this subscription: who came back has a row of the newer one. */
export const LISTED = `FROM missing m JOIN roster r ON r.app = m.app AND r.account = m.account AND r.user_id = m.user_id
  AND r.subscribe_time = CASE WHEN m.state = 'came_back' THEN m.back ELSE m.subscribe_time END`;

/** By column; `row_time`: the subscription of the row that there is, or null. */
type Row = Readonly<Record<string, unknown>>;

/** SQL: of a row `m` of the list, the subscription that the roster has of this person. */
export const ROW_TIME =
  "(SELECT r.subscribe_time FROM roster r WHERE r.app = m.app AND r.account = m.account AND r.user_id = m.user_id) AS row_time";
/** SQL: of a row with its `row_time`, what `LISTED` asks. */
export const IS_LISTED = "row_time = CASE WHEN state = 'came_back' THEN back ELSE subscribe_time END";

/**
 * What of a look is meant: the first that match, and where to go on.
 * @param walked in their order, behind the place that was asked for
 */
export function missingLook(
  walked: readonly Row[],
  { app, account, states, pass }: MissingFilter,
  { rows: most, limit }: Pick<LookOptions, "rows" | "limit">,
): Look<Missing> {
  const meant = walked
    .filter(isListed)
    .map(missingOf)
    .filter(({ state }) => states === undefined || states.includes(state))
    .filter((one) => (app === undefined || one.app === app) && (account === undefined || one.account === account))
    .filter((one) => pass === undefined || one.pass === pass);
  const found = meant.slice(0, limit);
  const last = walked.length < most ? undefined : walked.at(-1);
  const end = meant.length > found.length ? found.at(-1) : last === undefined ? undefined : missingOf(last);
  return { found, looked: walked.length, next: end === undefined ? null : accountPlace(end) };
}

function isListed({ state, back, subscribe_time: time, row_time: there }: Row): boolean {
  const known = numberOrNull(there);
  return known !== null && known === Number(state === "came_back" ? back : time);
}

/** So many accounts are told of, so many months of each, and so many of the missing are counted. */
export const MOST_ACCOUNTS = 500;
export const MONTHS = 12;
export const COUNTED_MISSING = 10_000;

/** Whether whoever is taken off the list leaves the roster as well: who is there with a newer subscription stays. */
export const leavesRoster = (state: unknown): boolean => state !== "came_back";
