/** From a delivery to what HubSpot is to know: the value that finds the contact, and the properties to write. Pure. */
import type { Delivery, Render } from "../../src/connector.ts";
import { type ComposedBatch, composeEach } from "../../src/connector-tools.ts";
import type { Definition, Definitions } from "./properties.ts";
import { said } from "./sentences.ts";
import { strayTime } from "./times.ts";

export interface Templates {
  readonly value: Render;
  readonly set: ReadonlyMap<string, Render>;
  /** Properties whose value is made from a time. */
  readonly timed: ReadonlySet<string>;
}

/** A delivery with what is to be written for it. */
export interface Composed {
  readonly delivery: Delivery;
  /** What the match property holds for this person. */
  readonly value: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * @param definitions types of the properties, as far as they are known
 * @param now milliseconds since 1970
 */
export function composeAll(
  deliveries: readonly Delivery[],
  templates: Templates,
  matchProperty: string,
  definitions: Definitions,
  now: number,
): ComposedBatch<Composed> {
  return composeEach(deliveries, (delivery) => {
    const value = matchValue(templates.value(delivery), matchProperty);
    if (value.trim() === "") return { refused: said("value_empty") };
    const properties = renderProperties(delivery, templates.set, definitions);
    for (const name of templates.timed) {
      const stray = isDate(definitions.get(name)) && strayTime(name, properties[name] ?? "", delivery.event, now);
      if (stray) return { refused: stray };
    }
    return { composed: { delivery, value, properties } };
  });
}

const isDate = (definition: Definition | undefined): boolean =>
  definition?.type === "date" || definition?.type === "datetime";

export function renderProperties(
  delivery: Delivery,
  set: Templates["set"],
  definitions: Definitions,
): Record<string, string> {
  return Object.fromEntries(
    [...set].map(([name, render]) => [name, propertyValue(render(delivery), definitions.get(name)?.type)]),
  );
}

/** HubSpot keeps e-mail addresses in lower case; any other value is taken as it is. */
function matchValue(value: unknown, matchProperty: string): string {
  const text = propertyValue(value, undefined);
  return matchProperty === "email" ? text.trim().toLowerCase() : text;
}

/**
 * A value as HubSpot wants it: always text; several values of an enumeration between semicolons; a `date` as its day in UTC
 * (HubSpot refuses a date that is not midnight UTC).
 */
export function propertyValue(value: unknown, type: string | undefined): string {
  const text = asText(value);
  const time = type === "date" ? dayTimeOf(text) : undefined;
  return time === undefined ? text : new Date(time).toISOString().slice(0, 10);
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(asText).join(";");
  return String(value);
}

/** ISO 8601 with a time, or milliseconds since 1970. Anything else is left for HubSpot to judge. */
function dayTimeOf(text: string): number | undefined {
  const time = /^\d{12,14}$/.test(text) ? Number(text) : /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
