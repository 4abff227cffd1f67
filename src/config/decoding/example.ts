/** What a fault gives as an example. */
import type { TSchema } from "@sinclair/typebox";
import { isOrdinary } from "../credentials/ordinary.ts";
import { namesElsewhere } from "../settings/setting.ts";
import { exampleOf, exampleWords, flow } from "../settings/words.ts";
import type { Decoding } from "./context.ts";

/** Of a list of names those that there are, and so many of them. */
const MOST_NAMES = 3;

/** What to do where a setting is missing. */
export function addition(name: string, schema: TSchema, decoding: Decoding): string {
  const elsewhere = namesElsewhere(schema);
  if (elsewhere === undefined) return `add \`${name}:${exampleOf(schema)}\``;
  const there = namesThere(elsewhere.below, decoding);
  return there === undefined ? `add ${elsewhere.first}` : `add \`${name}: ${there}\``;
}

/** What to do where a value is none. */
export function exampleHere(schema: TSchema, decoding: Decoding): string {
  const elsewhere = namesElsewhere(schema);
  const there = elsewhere && namesThere(elsewhere.below, decoding);
  if (elsewhere !== undefined) return there === undefined ? `write ${elsewhere.first}` : `write for example ${there}`;
  return exampleWords(schema);
}

function namesThere(block: string, decoding: Decoding): string | undefined {
  const names = decoding.namesBelow(block).filter(isOrdinary).slice(0, MOST_NAMES);
  return names.length === 0 ? undefined : flow(names);
}
