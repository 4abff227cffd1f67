/** Who seems to be missing, as both stores list them. */

import type { Look, LookOptions } from "../contract/looks.ts";
import type { Missing, MissingFilter, MissingState, Reviewed } from "../contract/missing.ts";
import type { Pass } from "../contract/passes.ts";
import { accountPlace } from "./places.ts";
import { missingOf } from "./roster-rows.ts";
import { numberOrNull } from "./rows.ts";

/** Whom a person must decide on, or nobody can: a later pass lists them no second time. */
export const SETTLED: readonly unknown[] = ["held", "baseline", "no_moment"] satisfies MissingState[];

/** So many are looked at by one step of an act. */
export const DISCARDED = 500;
/** What a pass asks about, or may not: found anew by each, or no more. */
const FLEETING: readonly unknown[] = ["found", "quarantined"] satisfies MissingState[];

/** By column; `row_time`: the subscription of the row that there is, or null. */
type Row = Readonly<Record<string, unknown>>;

/** SQL: of a row `m` of the list, the subscription that the roster has of this person. */
export const ROW_TIME =
  "(SELECT r.subscribe_time FROM roster r WHERE r.app = m.app AND r.account = m.account AND r.user_id = m.user_id) AS row_time";
/** SQL: of a row with its `row_time`, whether that is there, and of this subscription: who came back has a row of the newer one. */
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

/**
 * What a step of a review comes to.
 * @param rows with their `row_time`
 * @param since from when on somebody was found lately, milliseconds since 1970
 */
export function reviewOf(
  rows: readonly Row[],
  pass: Pick<Pass, "id">,
  since: number,
): Pick<Reviewed, "found" | "heldLately"> & { readonly gone: readonly string[] } {
  const isGone = ({ state, pass: by, row_time: there }: Row) =>
    numberOrNull(there) === null || (FLEETING.includes(state) && by !== pass.id);
  const listed = rows.filter((row) => !isGone(row) && isListed(row));
  return {
    gone: rows.filter(isGone).map(({ user_id: user }) => String(user)),
    found: listed.filter(({ state }) => state === "found").length,
    heldLately: listed.filter(({ state, found_at: at }) => state === "held" && Number(at) > since).length,
  };
}

/** Where a step ends: behind the last of its users. */
export function nextUser(rows: readonly Row[], limit: number): string | null {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return last === undefined ? null : String(last.user_id);
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
