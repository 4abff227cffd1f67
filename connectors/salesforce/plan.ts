/** Which records are written, and what. Pure. Whatever touches one record is one write: Salesforce refuses a call that names it twice. */
import { grouped, newestWins } from "../../src/connector-tools.ts";
import type { SalesforceRecord } from "./api.ts";
import type { Composed } from "./compose.ts";

/** A record's write; what came of it is looked up by `key`. */
export interface Write {
  /** The record id; for a record to be made, the value of its match field. */
  readonly key: string;
  readonly record: SalesforceRecord;
}

/** The writes for deliveries whose record ids are known. */
export function planUpdates(
  found: readonly { readonly composed: Composed; readonly ids: readonly string[] }[],
): Write[] {
  const byRecord = grouped(found.flatMap(({ composed, ids }) => ids.map((id) => [id, composed] as const)));
  return [...byRecord].map(([id, all]) => ({ key: id, record: { id, ...merged(all) } }));
}

/** The writes for deliveries whose records do not exist: one record for each value. @param field the match field */
export function planCreations(missing: readonly Composed[], field: string): Write[] {
  const byValue = grouped(missing.map((composed) => [composed.value, composed] as const));
  return [...byValue].map(([value, all]) => {
    const [{ added }] = all;
    return { key: value, record: { ...added, ...merged(all), [field]: value } };
  });
}

/** Field by field, the newest event wins; of two at the same time, the one that unsubscribes. */
function merged(all: readonly [Composed, ...Composed[]]): Readonly<Record<string, unknown>> {
  const [first] = all;
  // nearly always
  if (all.length === 1) return first.set;
  return newestWins(all, ({ set }) => set);
}
