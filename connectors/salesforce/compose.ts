/** From a delivery to what Salesforce is to know: the value that finds the record, and the fields to write. Pure. */
import type { Delivery, Render } from "../../src/connector.ts";
import { asText, type ComposedBatch, composeEach } from "../../src/connector-tools.ts";
import type { Fields } from "./fields.ts";
import { said } from "./sentences.ts";

export interface Templates {
  readonly value: Render;
  readonly set: ReadonlyMap<string, Render>;
  /** Empty where nothing is created. */
  readonly create: ReadonlyMap<string, Render>;
}

/** A delivery with what is to be written for it. */
export interface Composed {
  readonly delivery: Delivery;
  /** What the match field holds for this person. */
  readonly value: string;
  readonly set: Readonly<Record<string, unknown>>;
  /** What only a new record gets. */
  readonly added: Readonly<Record<string, unknown>>;
}

/** Characters of a text field of Salesforce: none holds more. */
export const LONGEST_TEXT = 255;

/** @param fields types of the fields, as far as they are known */
export function composeAll(
  deliveries: readonly Delivery[],
  templates: Templates,
  fields: Fields,
): ComposedBatch<Composed> {
  return composeEach(deliveries, (delivery) => {
    const value = asText(templates.value(delivery));
    if (value.trim() === "") return { refused: said("value_empty") };
    if (value.length > LONGEST_TEXT) return { refused: said("value_long", { length: value.length }) };
    const set = rendered(delivery, templates.set, fields);
    return { composed: { delivery, value, set, added: rendered(delivery, templates.create, fields) } };
  });
}

function rendered(delivery: Delivery, templates: ReadonlyMap<string, Render>, fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    [...templates].map(([name, render]) => [name, fieldValue(render(delivery), fields.get(name)?.type)]),
  );
}

/**
 * A value as Salesforce wants it: empty is null, which clears a field; a `date` is its day in UTC; numbers and checkboxes are no
 * texts; several values of a picklist stand between semicolons. What does not fit is left for Salesforce to judge.
 */
export function fieldValue(value: unknown, type: string | undefined): unknown {
  if (typeof value !== "string") return Array.isArray(value) ? value.map(asText).join(";") : typed(value, type);
  if (value === "") return type === "boolean" ? false : null;
  switch (type) {
    case "boolean":
      return /^(true|false)$/i.test(value) ? value.toLowerCase() === "true" : value;
    case "date":
      return dayOf(value) ?? value;
    case "double":
    case "int":
    case "currency":
    case "percent":
      return /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}

/** Texts take nothing but texts. */
function typed(value: unknown, type: string | undefined): unknown {
  const isPlain = typeof value === "number" || typeof value === "boolean";
  const isOwn = type === undefined || /^(boolean|double|int|currency|percent)$/.test(type);
  return isPlain && !isOwn ? String(value) : (value ?? null);
}

function dayOf(text: string): string | undefined {
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}
