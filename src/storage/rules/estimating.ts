/**
 * How many rows there are between two numbers, told from a part of them: counted to their end, some millions would take seconds, and
 * a number that is kept in a row would be waited for by all who change it. Pure.
 */

/** So many places are looked at, evenly between the first number and the last. */
const PLACES = 1_000;
/** So many numbers are looked at from each place on. */
export const WIDTH = 50;
/** Digits that are told: more of them would look like a count. */
const DIGITS = 3;

/** Of the first number and the last that there are. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Where to count, `WIDTH` numbers from each on. */
export function placesIn({ first, last }: Span): readonly number[] {
  const step = (last - first + 1) / PLACES;
  return Array.from({ length: PLACES }, (_, index) => first + Math.floor(index * step + (step - WIDTH) / 2));
}

/** @param found at all places together */
export function estimateOf({ first, last }: Span, found: number): number {
  return Number(((found / (PLACES * WIDTH)) * (last - first + 1)).toPrecision(DIGITS));
}
