/** What was meant by a name that nobody knows, by a value where a block or a list is expected, and by a word that is none of the choices. */
import type { TSchema } from "@sinclair/typebox";
import { nearest } from "../../basics/suggest.ts";
import { mayHoldSecret } from "../credentials/names.ts";
import { isOrdinary } from "../credentials/ordinary.ts";
import { booleanMeant } from "../settings/meant.ts";
import { calledElsewhere, placeMeant, settingCalledElsewhere } from "../settings/other-names.ts";
import { mayBeLeftOut, settingOf } from "../settings/setting.ts";
import { exampleOf } from "../settings/words.ts";
import type { YamlNode, YamlScalar } from "../yaml/tree.ts";
import type { At, Decoding } from "./context.ts";
import { blockOf, type Properties } from "./realign.ts";

/** Whether a value could stand here; nothing is reported of it. */
export type Takes = (schema: TSchema, node: YamlNode, at: At, decoding: Decoding) => boolean;

export const COMMA_IN_NUMBER = "a comma begins another entry inside of { }: write the number without one";

/** `{ a: 1,000 }` and `{ a: 1,5h }`: the rest of the number is a name to YAML. */
export function isRestOfNumber(key: string, value: YamlNode): boolean {
  return /^\d{1,3}[a-z%]{0,3}$/i.test(key) && value.tag === "scalar" && value.value === null;
}

/** What to do about a name that nobody knows here. @param free names that are known and not given */
export function settingMeant(key: string, free: readonly string[], known: Properties, at: At): string {
  const near = nearest(key, free) ?? nearest(key, known.keys()) ?? settingCalledElsewhere(key, free);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (/^(?:disabled?|off|paused)$/.test(key) && known.has("enabled")) return "write `enabled: false`";
  const [holder] = [...known].find(([, schema]) => isIn(schema, key)) ?? [];
  if (holder !== undefined) return `it belongs below "${holder}"`;
  const place = at.path.length === 0 ? placeMeant(key) : undefined;
  return place ?? `known here: ${[...known.keys()].join(", ")}`;
}

function isIn(schema: TSchema, key: string): boolean {
  const block = blockOf(schema);
  return block?.tag === "block" && block.properties.has(key);
}

/** The one of the choices that was probably meant. */
export function literalMeant(word: string, choices: readonly string[]): string | undefined {
  return calledElsewhere(word, choices) ?? nearest(word, choices);
}

/** What to write where a list is expected; undefined where no entry could be as what stands there. */
export function listMeant(
  items: TSchema,
  node: YamlScalar,
  at: At,
  decoding: Decoding,
  takes: Takes,
): string | undefined {
  const parts = node.text.split(/\s*[,;，；、]\s*/).filter((part) => part !== "");
  const areWords = parts.length > 1 && parts.every((part) => /^[\w.-]+$/.test(part) && isOrdinary(part));
  if (areWords && !mayHoldSecret(at.path)) return `write [${parts.join(", ")}]`;
  return takes(items, node, at, decoding) ? "put it in square brackets: [ … ]" : undefined;
}

const NUMERIC = new Set(["integer", "number", "duration", "size", "rate", "share"]);

/** What to write where a block is expected, and one value stands there: the setting of it that the value was meant for. */
export function blockMeant(
  node: YamlNode,
  at: At,
  decoding: Decoding,
  properties: Properties | undefined,
  takes: Takes,
): string | undefined {
  if (node.tag !== "scalar" || properties === undefined) return undefined;
  const all = [...properties];
  const block = String(at.path.at(-1));
  if (booleanMeant(node.text) === "true" && all.every(([, schema]) => mayBeLeftOut(schema)))
    return `write \`${block}: {}\``;
  const isNumber = /^\d/.test(node.text);
  const couldBe = all.filter(([, schema]) => NUMERIC.has(settingOf(schema).tag) === isNumber);
  const [first] = couldBe.toSorted(([, a], [, b]) => Number(mayBeLeftOut(a)) - Number(mayBeLeftOut(b)));
  const fitting = couldBe.find(([, schema]) => isScalar(schema) && takes(schema, node, at, decoding));
  const isText = first !== undefined && settingOf(first[1]).tag === "text";
  const [name, schema] = (isText ? first : fitting) ?? [];
  if (name === undefined || schema === undefined) return undefined;
  const isShown = takes(schema, node, at, decoding) && isOrdinary(node.text) && !mayHoldSecret([...at.path, name]);
  return `write \`${block}: { ${name}:${isShown ? ` ${node.text}` : exampleOf(schema, true)} }\``;
}

function isScalar(schema: TSchema): boolean {
  const { tag } = settingOf(schema);
  return NUMERIC.has(tag) || tag === "text" || tag === "literal" || tag === "choice";
}
