/** From deliveries to what Customer.io is told of each person, or why it never could be. Pure. */
import { type ConnectorTools, type Delivery, type Outcome, type Render, skipped } from "../../src/connector.ts";
import { asRecord, asText, type Composition, composeEach, newestWins } from "../../src/connector-tools.ts";
import { said } from "./sentences.ts";
import type { CustomerIoSettings } from "./settings.ts";

export interface Templates {
  readonly id: Render;
  readonly attributes: Render;
}

export function compiled(settings: CustomerIoSettings, tools: Pick<ConnectorTools, "template">): Templates {
  return { id: tools.template(settings.id), attributes: tools.template(settings.attributes) };
}

/** A delivery with what would be written for it. */
interface Composed {
  readonly delivery: Delivery;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** All that is written of one person at once. */
export interface Person {
  readonly id: string;
  readonly deliveries: readonly Delivery[];
  /** As it stands in `batch` of a request. */
  readonly item: Readonly<Record<string, unknown>>;
  /** Bytes of it as JSON. */
  readonly size: number;
}

export interface Batch {
  readonly persons: readonly Person[];
  /** Those that are not sent, by delivery id. */
  readonly settled: ReadonlyMap<string, Outcome>;
  /** What `insistOnAny` asks. */
  readonly composed: readonly unknown[];
  readonly refused: ReadonlyMap<string, Outcome>;
}

/** Customer.io's limit for one item of a batch, in bytes. */
const LARGEST = 32_000;

export function composeAll(deliveries: readonly Delivery[], templates: Templates, settings: CustomerIoSettings): Batch {
  const { composed, refused } = composeEach(deliveries, (delivery) => compose(delivery, templates, settings));
  const settled = new Map(refused);
  const written = composed.filter(({ attributes }) => Object.keys(attributes).length > 0);
  for (const { delivery } of composed.filter((each) => !written.includes(each))) {
    settled.set(delivery.id, { ...skipped(said("nothing_to_write")), unsent: true });
  }
  return { persons: personsOf(written), settled, composed, refused };
}

function compose(delivery: Delivery, templates: Templates, settings: CustomerIoSettings): Composition<Composed> {
  // as it is: " jared" and "jared" are two people in Chat
  const id = asText(templates.id(delivery));
  if (id.trim() === "") return { refused: said("id_empty") };
  const attributes = { ...asRecord(templates.attributes(delivery)), ...consentOf(delivery, settings) };
  const size = Buffer.byteLength(JSON.stringify(itemOf(id, attributes)));
  if (size > LARGEST) return { refused: said("large", { size: Math.ceil(size / 1_000) }) };
  return { composed: { delivery, id, attributes } };
}

/** Each topic by its own path: a map of topics would overwrite those that it does not name. */
function consentOf({ event }: Delivery, { topics, unsubscribe_everywhere }: CustomerIoSettings) {
  const isSubscribed = event.kind === "subscribed";
  const paths = topics.map((topic) => [`cio_subscription_preferences.topics.topic_${topic}`, isSubscribed] as const);
  return { ...Object.fromEntries(paths), ...(unsubscribe_everywhere && !isSubscribed && { unsubscribed: true }) };
}

/** One item a person: attribute by attribute, the newest event wins. */
function personsOf(composed: readonly Composed[]): Person[] {
  return [...Map.groupBy(composed, ({ id }) => id)].map(([id, all]) => {
    const item = itemOf(
      id,
      newestWins(all, ({ attributes }) => attributes),
    );
    const deliveries = all.map(({ delivery }) => delivery);
    return { id, deliveries, item, size: Buffer.byteLength(JSON.stringify(item)) };
  });
}

function itemOf(id: string, attributes: Readonly<Record<string, unknown>>) {
  return { type: "person", action: "identify", identifiers: { id }, attributes };
}
