/** Counts that end somewhere, whatever a store holds. Pure. */
import { DEAD_CLASSES, type DeadClass } from "../contract/deliveries.ts";

/** Nothing is counted further than this, one by one. */
export const COUNTED = 100_000;
/** What was settled lately, of all connectors together. */
export const SETTLED_COUNTED = 200_000;
/** What is looked at again and again, row by row, ends sooner. */
export const COUNTED_OFTEN = 10_000;

/** What "lately" means of what was settled, in milliseconds: the last hour, and the last day. */
export const LAST_HOUR_MS = 3_600_000;
export const LAST_DAY_MS = 24 * LAST_HOUR_MS;

/** `ended`: false where there are more. `about`: it is an estimate. */
export interface Counted {
  readonly count: number;
  readonly ended: boolean;
  readonly about?: true;
}

export const NONE: Counted = { count: 0, ended: true };

/** @param found by a count that ends one behind `most` */
export function countedOf(found: number, most = COUNTED): Counted {
  return found > most ? { count: most, ended: false } : { count: found, ended: true };
}

/** Both together. */
export function sumOf(one: Counted, other: Counted): Counted {
  return {
    count: one.count + other.count,
    ended: one.ended && other.ended,
    ...((one.about ?? other.about) && { about: true }),
  };
}

export interface DeadCounts extends Counted {
  readonly of: Readonly<Record<DeadClass, number>>;
}

/** What counts rows with a `class`, for `deadCounts`: without a sort, as grouping would take. */
export const DEAD_SUMS = ["count(*) AS n", ...DEAD_CLASSES.map(sumInSql)].join(", ");

function sumInSql(one: DeadClass): string {
  return `count(*) FILTER (WHERE class = '${one}') AS ${one}`;
}

/** Dead letters by class. @param row what `DEAD_SUMS` says of rows that end one behind `COUNTED`; nothing: there are none */
export function deadCounts(row: Readonly<Record<string, unknown>> = {}): DeadCounts {
  const all = countedOf(Number(row.n ?? 0));
  // the one behind the bound only says that there are more
  const [more] = all.ended ? [] : DEAD_CLASSES.filter((one) => Number(row[one]) > 0);
  const ofClass = (one: DeadClass) => Number(row[one] ?? 0) - (one === more ? 1 : 0);
  return {
    ...all,
    of: { rejected: ofClass("rejected"), expired: ofClass("expired"), unmatched: ofClass("unmatched") },
  };
}

/**
 * How many events behind a cursor are a connector's.
 * @param behind how many there are, numbered nearly without a gap
 * @param startsAt what was received before is not the connector's: milliseconds since 1970, 0 where all is
 * @param counted counts the connector's among the first of them; asked only if it matters
 * @param most so many are looked at
 */
export function unroutedOf(behind: number, startsAt: number, counted: () => number, most = COUNTED): Counted {
  if (behind <= 0) return NONE;
  if (behind > most && startsAt === 0) return { count: behind, ended: true };
  return behindIn(behind, counted(), { most });
}

/**
 * Those that are not the connector's are the oldest of many: of the others, so many were not looked at.
 * @param behind how many there are by their numbers
 * @param counted the connector's among the first of them
 * @param found how many there are by a count that ends behind `most`, where numbers have gaps
 */
export function behindIn(behind: number, counted: number, { found = behind, most = COUNTED } = {}): Counted {
  if (found <= most) return { count: counted, ended: true };
  return { count: Math.max(counted, behind - most + counted), ended: true, about: true };
}

/** Which of these counts are no counts: `about` are estimates, `atLeast` have ended before their end. */
export function inexact<Name extends string>(
  counts: Readonly<Record<Name, Counted>>,
): { readonly atLeast?: readonly Name[]; readonly about?: readonly Name[] } {
  const names = Object.keys(counts) as Name[];
  const about = names.filter((name) => counts[name].about);
  const atLeast = names.filter((name) => !counts[name].ended && !about.includes(name));
  return { ...(atLeast.length > 0 && { atLeast }), ...(about.length > 0 && { about }) };
}

/** Which of these counts have gone on to their end; the others are at least so large. */
export function unfinished<Name extends string>(
  ended: Readonly<Record<Name, boolean>>,
): { readonly atLeast?: readonly Name[] } {
  const atLeast = (Object.keys(ended) as Name[]).filter((name) => !ended[name]);
  return atLeast.length === 0 ? {} : { atLeast };
}
