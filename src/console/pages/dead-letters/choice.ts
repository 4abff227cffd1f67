/** Which dead letters are meant: as it stands in an address, in a form, and as the store is asked. Pure. */
import type { LetterFilter } from "../../../operations/deliveries/letter-groups.ts";
import type { DeadClass } from "../../../storage/contract/deliveries.ts";
import type { PlanFilter } from "../../../storage/contract/plans.ts";
import { timesIn } from "../../parts/times.tsx";
import type { Visit } from "../../visit.ts";

export const CLASSES: readonly DeadClass[] = ["rejected", "expired", "unmatched"];

const FIELDS = ["connector", "class", "user", "since", "until", "kind"] as const;

/** What was chosen, as it was written. */
export type LetterChoice = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>;

export function choiceIn(fields: URLSearchParams): LetterChoice {
  return Object.fromEntries(FIELDS.flatMap((name) => (fields.get(name) ? [[name, fields.get(name) ?? ""]] : [])));
}

/** @throws PageRefusal where a time is none */
export function letterFilter(choice: LetterChoice, visit: Pick<Visit, "now" | "zone">): LetterFilter {
  const { connector, class: deadClass, user } = choice;
  const known = CLASSES.find((one) => one === deadClass);
  return {
    ...(connector !== undefined && { connector }),
    ...(known !== undefined && { class: known }),
    ...(user !== undefined && { user }),
    ...timesIn(new URLSearchParams(choice), visit),
  };
}

export function planFilterOf(choice: LetterChoice, visit: Pick<Visit, "now" | "zone">): PlanFilter {
  return { ...letterFilter(choice, visit), ...(choice.kind !== undefined && { reason: choice.kind }) };
}

/** What stands behind a path: `?connector=crm&kind=…`, or nothing. */
export function queryOf(choice: LetterChoice, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...choice, ...more });
  return query.size === 0 ? "" : `?${query}`;
}
