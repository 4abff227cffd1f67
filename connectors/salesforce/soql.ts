/** Queries, and cutting lists of values into such as Salesforce takes. Pure. */

import { chunksWithin } from "../../src/connector-tools.ts";

/** Salesforce takes addresses of 16 KB; the rest is for what stands around the values. Characters, encoded. */
const LONGEST_VALUES = 12_000;

/** https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

/** A text between quotation marks, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.toWellFormed().replace(/[\\'"\n\r\t\b\f]/g, (sign) => ESCAPES[sign] ?? sign)}'`;
}

export interface Question {
  readonly object: string;
  readonly fields: readonly string[];
  /** Which field the values are of. */
  readonly by: string;
  readonly values: readonly string[];
}

export function selectBy({ object, fields, by, values }: Question): string {
  return `SELECT ${fields.join(", ")} FROM ${object} WHERE ${by} IN (${values.map(quoted).join(", ")})`;
}

/** Each value once, in chunks of at most `most` that fit into an address. */
export function chunksForQuery(values: readonly string[], most: number): string[][] {
  const sizeOf = (value: string) => encodeURIComponent(`${quoted(value)}, `).length;
  return chunksWithin([...new Set(values)], { most, bytes: LONGEST_VALUES, sizeOf });
}
