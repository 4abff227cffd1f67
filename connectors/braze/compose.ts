/** From deliveries to what Braze is told of each person, or why it never could be. Pure. */
import type { ConnectorTools, Delivery, Render } from "../../src/connector.ts";
import {
  asRecord,
  asText,
  type ComposedBatch,
  type Composition,
  composeEach,
  newestWins,
} from "../../src/connector-tools.ts";
import { said } from "./sentences.ts";
import type { BrazeSettings } from "./settings.ts";

export interface Templates {
  readonly externalId: Render;
  readonly attributes: Render;
}

export function compiled(settings: BrazeSettings, tools: Pick<ConnectorTools, "template">): Templates {
  return { externalId: tools.template(settings.external_id), attributes: tools.template(settings.attributes) };
}

/** A delivery with what would be written for it. */
export interface Composed {
  readonly delivery: Delivery;
  readonly externalId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** All that is written of one person at once: Braze keeps no order among objects of one request. */
export interface Profile {
  readonly externalId: string;
  readonly deliveries: readonly Delivery[];
  /** As it stands in `attributes` of a request. */
  readonly object: Readonly<Record<string, unknown>>;
  /** Bytes of it as JSON. */
  readonly size: number;
}

/** Braze's limit for an object of a request, in bytes. */
const LARGEST = 100_000;
/** Braze's limit for an external ID, in bytes. Not verified: what is longer would be refused there as well. */
const LONGEST_ID = 997;

export function composeAll(
  deliveries: readonly Delivery[],
  templates: Templates,
  settings: BrazeSettings,
): ComposedBatch<Composed> {
  return composeEach(deliveries, (delivery) => compose(delivery, templates, settings));
}

function compose(delivery: Delivery, templates: Templates, settings: BrazeSettings): Composition<Composed> {
  // as it is: " jared" and "jared" are two people in Chat
  const externalId = asText(templates.externalId(delivery));
  if (externalId.trim() === "") return { refused: said("id_empty") };
  const bytes = Buffer.byteLength(externalId);
  if (bytes > LONGEST_ID) return { refused: said("id_long", { bytes, most: LONGEST_ID }) };
  const attributes = { ...asRecord(templates.attributes(delivery)), ...groupsOf(delivery, settings) };
  const size = Buffer.byteLength(JSON.stringify(attributes));
  if (size > LARGEST - 2_000) return { refused: said("large", { size: Math.ceil(size / 1_000) }) };
  return { composed: { delivery, externalId, attributes } };
}

function groupsOf({ event }: Delivery, { subscription_groups: groups }: BrazeSettings) {
  if (groups.length === 0) return {};
  const states = groups.map((id) => ({ subscription_group_id: id, subscription_state: event.kind }));
  return { subscription_groups: states };
}

/** One object a person: attribute by attribute, the newest event wins. */
export function profilesOf(composed: readonly Composed[], { unknown_users }: BrazeSettings): Profile[] {
  const byPerson = Map.groupBy(composed, ({ externalId }) => externalId);
  return [...byPerson].map(([externalId, all]) => {
    const object = {
      external_id: externalId,
      ...(unknown_users !== "create" && { _update_existing_only: true }),
      ...newestWins(all, ({ attributes }) => attributes),
    };
    const deliveries = all.map(({ delivery }) => delivery);
    return { externalId, deliveries, object, size: Buffer.byteLength(JSON.stringify(object)) };
  });
}
