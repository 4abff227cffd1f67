/** What a faulty part of the file says all the same: stand-ins where nothing can be read, so that rules can judge the rest. */
import type { TSchema } from "@sinclair/typebox";
import { nearest } from "../../basics/suggest.ts";
import { hasNoValue, mayBeLeftOut, type Setting, settingOf } from "../settings/setting.ts";
import type { Path, YamlMap, YamlNode } from "../yaml/tree.ts";
import { type At, below, type Decoding, INVALID } from "./context.ts";
import { absent, decodeSetting } from "./decode.ts";

export interface Lenient<T = unknown> {
  readonly value: T;
  /** Where stand-ins are: what is found of them is found of nothing. */
  readonly faulty: readonly Path[];
}

/** A block whose faults are reported elsewhere. Names that it does not know are left out. */
export function decodeLeniently(
  properties: ReadonlyMap<string, TSchema>,
  node: YamlNode,
  at: At,
  decoding: Decoding,
): Lenient<Record<string, unknown>> {
  const quiet = { ...decoding, fault: () => undefined };
  const map: YamlMap = node.tag === "map" ? node : { tag: "map", range: node.range, entries: [] };
  const parts = [...properties].flatMap(([name, schema]): [string, Lenient][] => {
    const entry = map.entries.find(({ key }) => key === name);
    const partAt = below(at, name, entry?.keyRange ?? at.keyRange);
    if (entry !== undefined) return [[name, part(schema, entry.value, partAt, quiet)]];
    if (hasNoValue(schema)) return [];
    if (!mayBeLeftOut(schema)) return [[name, standIn(schema, partAt, quiet)]];
    const value = absent(schema, partAt, quiet);
    return [[name, { value, faulty: [] }]];
  });
  const isBlock = node.tag === "map" || (node.tag === "scalar" && node.value === null);
  return {
    value: Object.fromEntries(parts.map(([name, { value }]) => [name, value])),
    faulty: [
      ...(isBlock ? [] : [at.path]),
      ...mistyped(map, properties).map((name) => [...at.path, name]),
      ...parts.flatMap(([, { faulty }]) => faulty),
    ],
  };
}

/** What names with a slip in them are probably about: it must not be told as missing. */
function mistyped({ entries }: YamlMap, properties: ReadonlyMap<string, TSchema>): string[] {
  return entries.flatMap(({ key }) => (properties.has(key) ? [] : (nearest(key, properties.keys()) ?? [])));
}

function part(schema: TSchema, node: YamlNode, at: At, quiet: Decoding): Lenient {
  const value = decodeSetting(schema, node, at, quiet);
  if (value !== INVALID) return { value, faulty: [] };
  const setting = shapeOf(schema, node);
  if (setting.tag === "block") return decodeLeniently(setting.properties, node, at, quiet);
  if (setting.tag !== "list" || node.tag !== "list") return standIn(schema, at, quiet);
  const items = node.items.map((item, index) => part(setting.items, item, below(at, index, item.range), quiet));
  return { value: items.map(({ value: item }) => item), faulty: items.flatMap(({ faulty }) => faulty) };
}

/** What is meant where a block of settings stands, and a word could as well: `false`, say. */
function shapeOf(schema: TSchema, node: YamlNode): Setting {
  const setting = settingOf(schema);
  if (setting.tag !== "choice" || node.tag !== "map") return setting;
  const blocks = setting.branches.map(settingOf).filter(({ tag }) => tag === "block");
  const [block] = blocks;
  return blocks.length === 1 && block !== undefined ? block : setting;
}

/** By default, or else as empty as the schema can be. */
function standIn(schema: TSchema, at: At, quiet: Decoding): Lenient {
  const faulty = [at.path];
  const setting = settingOf(schema);
  if (schema.default !== undefined) return { value: structuredClone(schema.default), faulty };
  if (setting.tag === "list") return { value: [], faulty };
  if (setting.tag === "text") return { value: "", faulty };
  if (setting.tag !== "block") return { value: setting.tag === "record" ? {} : undefined, faulty };
  const nothing: YamlMap = { tag: "map", range: at.keyRange, entries: [] };
  return { value: decodeLeniently(setting.properties, nothing, at, quiet).value, faulty };
}

/** Whether a rule that reads these settings speaks of what the file says. */
export function isSound(reads: readonly Path[], faulty: readonly Path[]): boolean {
  return reads.every((read) => faulty.every((path) => !isWithin(read, path) && !isWithin(path, read)));
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((part, index) => String(path[index]) === String(part));
}
