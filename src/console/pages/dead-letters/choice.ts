/** Which dead letters are meant: as it stands in an address, in a form, and as the store is asked. Pure. */
import type { LetterFilter } from "../../../operations/deliveries/letter-groups.ts";
import type { DeadClass } from "../../../storage/contract/deliveries.ts";
import type { PlanFilter } from "../../../storage/contract/plans.ts";

export const CLASSES: readonly DeadClass[] = ["rejected", "expired", "unmatched"];

/** How long ago, in milliseconds. */
export const AGO = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000 } as const;

export type Ago = keyof typeof AGO;

export const AGOS = Object.keys(AGO) as Ago[];

const FIELDS = ["connector", "class", "user", "since", "kind"] as const;

/** What was chosen, as it was written. */
export type Choice = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>;

export function choiceIn(fields: URLSearchParams): Choice {
  return Object.fromEntries(FIELDS.flatMap((name) => (fields.get(name) ? [[name, fields.get(name) ?? ""]] : [])));
}

/** @param now milliseconds since 1970 */
export function filterOf({ connector, class: deadClass, user, since }: Choice, now: number): LetterFilter {
  const known = CLASSES.find((one) => one === deadClass);
  const ago = AGOS.find((one) => one === since);
  return {
    ...(connector !== undefined && { connector }),
    ...(known !== undefined && { class: known }),
    ...(user !== undefined && { user }),
    ...(ago !== undefined && { since: now - AGO[ago] }),
  };
}

export function planFilterOf(choice: Choice, now: number): PlanFilter {
  return { ...filterOf(choice, now), ...(choice.kind !== undefined && { reason: choice.kind }) };
}

/** What stands behind a path: `?connector=crm&kind=…`, or nothing. */
export function queryOf(choice: Choice, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...choice, ...more });
  return query.size === 0 ? "" : `?${query}`;
}
