/** Whether a block, a list or a choice has the shape that its schema wants: which names, how many, of what kind. */
import type { TSchema } from "@sinclair/typebox";
import { nearest, oneOf } from "../../basics/suggest.ts";
import { isPlainUrl } from "../credentials/addresses.ts";
import { isOptional, mayBeLeftOut, settingOf } from "../settings/setting.ts";
import { exampleOf } from "../settings/words.ts";
import { wordFor, type YamlMap, type YamlNode } from "../yaml/tree.ts";
import { type At, type Decoding, type INVALID, refuse } from "./context.ts";

export function emptyMap(at: At): YamlMap {
  return { tag: "map", range: at.keyRange, entries: [] };
}

/** A block of which every line is commented out is an empty block. */
export function asMap(node: YamlNode, at: At, decoding: Decoding): YamlMap | typeof INVALID {
  if (node.tag === "map") return node;
  if (node.tag === "scalar" && node.value === null) return emptyMap(at);
  const todo = "write `name: value` on lines of their own, indented below it";
  return refuse(decoding, at, node, `a block of settings is expected here, not ${wordFor(node)}`, todo);
}

export function reportUnknown(map: YamlMap, known: ReadonlyMap<string, TSchema>, at: At, decoding: Decoding): boolean {
  const given = new Set(map.entries.map(({ key }) => key));
  const unknown = map.entries.filter(({ key }) => !known.has(key));
  for (const { key, keyRange, value } of unknown) {
    // it may be a credential under a name that was mistyped
    if (value.tag !== "scalar" || !isPlainUrl(value.text)) decoding.conceal("", value);
    const free = [...known.keys()].filter((name) => !given.has(name));
    const near = nearest(key, free) ?? nearest(key, known.keys());
    const todo = near === undefined ? `known here: ${[...known.keys()].join(", ")}` : `did you mean "${near}"?`;
    const what = `unknown setting "${key.slice(0, 64)}"`;
    decoding.fault({ offset: keyRange[0], path: [...at.path, key], what, todo });
  }
  return unknown.length === 0;
}

export function reportMissing(map: YamlMap, known: ReadonlyMap<string, TSchema>, at: At, decoding: Decoding): boolean {
  const given = new Set(map.entries.map(({ key }) => key));
  const missing = [...known].filter(([name, schema]) => !given.has(name) && !mayBeLeftOut(schema));
  for (const [name, schema] of missing) {
    const todo = `add \`${name}:${exampleOf(schema)}\``;
    decoding.fault({ offset: at.keyRange[0], path: [...at.path, name], what: `"${name}" is missing`, todo });
  }
  return missing.length === 0;
}

export function lengthFault(
  schema: TSchema,
  values: readonly unknown[],
  node: YamlNode,
  at: At,
  decoding: Decoding,
): typeof INVALID | undefined {
  const { minItems, maxItems, uniqueItems } = schema as { minItems?: number; maxItems?: number; uniqueItems?: boolean };
  if (minItems !== undefined && values.length < minItems) {
    const todo = isOptional(schema) ? "add one, or remove the setting" : `write for example${exampleOf(schema)}`;
    const what = minItems === 1 ? "the list is empty" : `the list needs at least ${minItems} entries`;
    return refuse(decoding, at, node, what, todo);
  }
  if (maxItems !== undefined && values.length > maxItems) {
    return refuse(decoding, at, node, `the list has more than ${maxItems} entries`, "remove some");
  }
  if (uniqueItems !== true || new Set(values.map((value) => JSON.stringify(value))).size === values.length)
    return undefined;
  const again = values.filter((value, index) => values.indexOf(value) < index).map(String);
  return refuse(decoding, at, node, `the list names ${oneOf(again)} twice`, "keep one of them");
}

/** Whether what stands in the file could be meant as this branch of a choice. */
export function hasShape(schema: TSchema, node: YamlNode): boolean {
  const { tag } = settingOf(schema);
  if (tag === "literal") return false;
  if (tag === "tree" || tag === "other" || tag === "choice") return true;
  if (node.tag === "list") return tag === "list";
  if (node.tag === "map") return tag === "block" || tag === "record" || tag === "secret";
  return tag !== "list" && tag !== "block" && tag !== "record";
}
