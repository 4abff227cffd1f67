/** Counts of a closed set of names: what grows only, since the process began. */

export type Tally<Name extends string> = Record<Name, number>;

/** All of them at zero: what has not happened yet is said as well. */
export function openTally<Name extends string>(names: readonly Name[]): Tally<Name> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Tally<Name>;
}
