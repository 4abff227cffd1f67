/** From a delivery to the event that Mixpanel gets, or why Mixpanel would not take it. Pure. */
import { hash } from "node:crypto";
import type { Delivery, Render } from "../../src/connector.ts";
import { asRecord, asText, type ComposedBatch, type Composition, composeEach } from "../../src/connector-tools.ts";
import { said } from "./sentences.ts";

/** https://docs.mixpanel.com/reference/import-events */
export interface MixpanelEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A delivery with what would be sent for it. */
export interface Composed {
  readonly delivery: Delivery;
  readonly insertId: string;
  readonly event: MixpanelEvent;
  /** The event as JSON. */
  readonly text: string;
  /** Its bytes. */
  readonly size: number;
}

export interface EventTemplates {
  readonly event: Render;
  readonly distinctId: Render;
  readonly properties: Render;
}

/** Mixpanel's limit for one event, in bytes. */
const LARGEST_EVENT = 1_000_000;
/** "Fewer than 255", those that the bridge says by itself included. */
const MOST_PROPERTIES = 254;
/** Characters; what is longer is cut off there. */
const LONGEST_TEXT = 255;

/** Values that Mixpanel refuses as somebody's id, since they mostly are mistakes. */
const NOBODIES: ReadonlySet<string> = new Set([
  ...["00000000-0000-0000-0000-000000000000", "anon", "anonymous", "nil", "none", "null", "n/a", "na", "undefined"],
  ...["unknown", "<nil>", "0", "-1", "true", "false", "[]", "{}"],
]);

/** Whether Mixpanel would take this id, and as this very one. */
export function isPerson(id: string): boolean {
  return !NOBODIES.has(id) && id.length <= LONGEST_TEXT;
}

export function composeAll(deliveries: readonly Delivery[], templates: EventTemplates): ComposedBatch<Composed> {
  return composeEach(deliveries, (delivery) => compose(delivery, templates));
}

/** Throws what a template throws. */
function compose(delivery: Delivery, templates: EventTemplates): Composition<Composed> {
  const name = asText(templates.event(delivery)).trim();
  if (name === "") return { refused: said("event_empty") };
  // as it is: " jared" and "jared" are two people in Chat
  const distinctId = asText(templates.distinctId(delivery));
  if (distinctId.trim() === "") return { refused: said("person_empty") };
  if (NOBODIES.has(distinctId)) return { refused: said("person_odd", { id: distinctId }) };
  if (!isPerson(distinctId)) return { refused: said("person_long", { length: distinctId.length }) };
  const insertId = insertIdOf(delivery.id);
  const properties = {
    ...asRecord(templates.properties(delivery)),
    // an event is the same one only where its time is, too: that of the person's own act, which never changes
    time: delivery.event.eventTime,
    distinct_id: distinctId,
    $insert_id: insertId,
  };
  const count = Object.keys(properties).length;
  if (count > MOST_PROPERTIES) return { refused: said("many_properties", { count }) };
  const event = { event: name, properties };
  const text = JSON.stringify(event);
  const size = Buffer.byteLength(text);
  if (size > LARGEST_EVENT) return { refused: said("event_large", { size: Math.ceil(size / 1_000) }) };
  return { composed: { delivery, insertId, event, text, size } };
}

/** Mixpanel takes 36 letters, digits and dashes: the beginning of a hash. Always the same for the same delivery. */
export function insertIdOf(deliveryId: string): string {
  return hash("sha256", deliveryId).slice(0, 36);
}
