/** Which contacts are written, and what. Pure. Whatever touches one contact is one write, for HubSpot refuses a batch that names it twice. */
import { byAge, grouped, newestWins } from "../../src/connector-tools.ts";
import type { ContactCreation, ContactUpdate } from "./api.ts";
import type { Composed } from "./compose.ts";

/** A contact's write, and what came of it is looked up by `key`. */
export interface Write<T extends ContactCreation> {
  /** The record id; for a contact to be created, the value of its match property. */
  readonly key: string;
  readonly input: T;
}

/** The writes for deliveries whose record ids are known. */
export function planUpdates(
  found: readonly { readonly composed: Composed; readonly ids: readonly string[] }[],
): Write<ContactUpdate>[] {
  const byRecord = grouped(found.flatMap(({ composed, ids }) => ids.map((id) => [id, composed] as const)));
  const isOnly = new Map(found.map(({ composed, ids }) => [composed.delivery.id, ids.length === 1]));
  return [...byRecord].map(([id, all]) => {
    const { properties, newest } = merge(all);
    const deliveryId = newest.delivery.id;
    const traceId = isOnly.get(deliveryId) ? deliveryId : `${deliveryId}:${id}`;
    return { key: id, input: { id, properties, traceId } };
  });
}

/** The writes for deliveries whose contacts do not exist: one contact for each value. */
export function planCreations(missing: readonly Composed[], matchProperty: string): Write<ContactCreation>[] {
  const byValue = grouped(missing.map((composed) => [composed.value, composed] as const));
  return [...byValue].map(([value, all]) => {
    const { properties, newest } = merge(all);
    return {
      key: value,
      input: { properties: { ...properties, [matchProperty]: value }, traceId: newest.delivery.id },
    };
  });
}

/** Property by property, the newest event wins; of two at the same time, the one that unsubscribes. */
function merge(all: readonly [Composed, ...Composed[]]) {
  const [first] = all;
  // nearly always
  if (all.length === 1) return { properties: first.properties, newest: first };
  const properties = newestWins(all, (each) => each.properties);
  const newest = all.reduce((one, other) => (byAge(one.delivery, other.delivery) < 0 ? other : one));
  return { properties, newest };
}
