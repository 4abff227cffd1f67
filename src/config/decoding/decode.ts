/**
 * From the tree of the YAML and a schema to values in the program's units, or every fault with its place. Unknown names are
 * faults, defaults are filled in.
 */
import type { TSchema } from "@sinclair/typebox";
import { oneOf } from "../../basics/suggest.ts";
import { isPlainUrl } from "../credentials/addresses.ts";
import { mayHoldSecret } from "../credentials/names.ts";
import { isOrdinary } from "../credentials/ordinary.ts";
import type { FaultAt } from "../faults/fault.ts";
import { hasNoValue, isOptional, mayBeLeftOut, settingOf } from "../settings/setting.ts";
import { wordOf } from "../settings/words.ts";
import { wordFor, type YamlList, type YamlMap, type YamlNode } from "../yaml/tree.ts";
import { harmless } from "../yaml/yaml-lines.ts";
import { type At, below, type Decoding, INVALID, refuse, refuseShape, refuseStrays } from "./context.ts";
import { addition, exampleHere } from "./example.ts";
import { decodeOther, decodeTree } from "./free-form.ts";
import { isSoundName } from "./odd-value.ts";
import { type Properties, realigned } from "./realign.ts";
import { decodeScalar } from "./scalar.ts";
import { decodeSecret } from "./secret.ts";
import {
  blockMeant,
  COMMA_IN_NUMBER,
  isRestOfNumber,
  listMeant,
  literalMeant,
  settingMeant,
  type Takes,
} from "./shape-meant.ts";
import { decodeTemplate } from "./template.ts";
import { replaceVariables, shown } from "./text.ts";

export function decodeSetting(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): unknown {
  const setting = settingOf(schema);
  switch (setting.tag) {
    case "block":
      return decodeBlock(setting.properties, node, at, decoding);
    case "record":
      return decodeRecord(schema, setting.values, node, at, decoding);
    case "list":
      return decodeList(schema, setting.items, node, at, decoding);
    case "choice":
      return decodeChoice(setting.branches, node, at, decoding);
    case "literal":
      return decodeChoice([schema], node, at, decoding);
    case "secret":
      return decodeSecret(schema, node, at, decoding);
    case "template":
      return decodeTemplate(schema, node, at, decoding);
    case "tree":
      return decodeTree(node, at, decoding);
    case "other":
      return decodeOther(schema, node, at, decoding);
    default:
      return decodeScalar(schema, setting.tag, node, at, decoding);
  }
}

/** @param properties what the block may hold; nothing else is taken */
export function decodeBlock(
  properties: ReadonlyMap<string, TSchema>,
  node: YamlNode,
  at: At,
  decoding: Decoding,
): Record<string, unknown> | typeof INVALID {
  const written = asMap(node, at, decoding, properties);
  if (written === INVALID) return INVALID;
  const { map, strays } = realigned(written, properties);
  refuseStrays(strays, at, decoding);
  const isComplete = [
    strays.length === 0,
    reportUnknown(map, properties, at, decoding),
    reportMissing(map, properties, at, decoding),
  ];
  const given = new Map(map.entries.map((entry) => [entry.key, entry]));
  const values = [...properties].flatMap(([name, schema]): [string, unknown][] => {
    const entry = given.get(name);
    if (entry !== undefined)
      return [[name, decodeSetting(schema, entry.value, below(at, name, entry.keyRange), decoding)]];
    if (hasNoValue(schema) || !mayBeLeftOut(schema)) return [];
    return [[name, absent(schema, below(at, name, at.keyRange), decoding)]];
  });
  return isComplete.every(Boolean) && values.every(([, value]) => value !== INVALID)
    ? Object.fromEntries(values)
    : INVALID;
}

/** The value of a setting that was left out. */
export function absent(schema: TSchema, at: At, decoding: Decoding): unknown {
  const setting = settingOf(schema);
  const byDefault: unknown = schema.default;
  const isEmpty = byDefault === undefined || Object.keys(Object(byDefault)).length === 0;
  if (setting.tag === "block" && isEmpty) return decodeBlock(setting.properties, emptyMap(at), at, decoding);
  return structuredClone(byDefault);
}

function emptyMap(at: At): YamlMap {
  return { tag: "map", range: at.keyRange, entries: [] };
}

/** A block of which every line is commented out is an empty block. */
function asMap(node: YamlNode, at: At, decoding: Decoding, properties?: Properties): YamlMap | typeof INVALID {
  if (node.tag === "map") return node;
  if (node.tag === "scalar" && node.value === null) return emptyMap(at);
  const glued = node.tag === "scalar" && node.plain ? gluedName(node.text) : undefined;
  if (glued !== undefined) {
    const isColon = node.tag === "scalar" && /^\w+:/.test(node.text);
    const what = isColon ? "a space is missing after the colon" : "a colon and a blank stand behind a name, and no =";
    return refuseShape(decoding, at, node, what, glued);
  }
  const isList = node.tag === "list" && node.items.every(({ tag }) => tag === "map") && node.items.length > 0;
  const todo = isList
    ? "remove the - before its names"
    : (blockMeant(node, at, decoding, properties, takes) ??
      "write `name: value` on lines of their own, indented below it");
  return refuseShape(decoding, at, node, `a block of settings is expected here, not ${wordFor(node)}`, todo);
}

/** `port:8080` and `port = 8080` are texts to YAML. What to write. */
function gluedName(text: string): string | undefined {
  const [, name, value] = /^([A-Za-z_]\w{0,40})(?::(?=[^\s/])|[ \t]*=[ \t]*)(\S.*)$/s.exec(text) ?? [];
  return name === undefined || !isOrdinary(name) ? undefined : `write \`${name}: ${harmless(name, value)}\``;
}

function reportUnknown(map: YamlMap, known: ReadonlyMap<string, TSchema>, at: At, decoding: Decoding): boolean {
  const given = new Set(map.entries.map(({ key }) => key));
  const unknown = map.entries.filter(({ key }) => !known.has(key));
  for (const { key, keyRange, value } of unknown) {
    // it may be a credential under a name that was mistyped
    if (value.tag !== "scalar" || !isPlainUrl(value.text)) decoding.conceal("", value);
    const free = [...known.keys()].filter((name) => !given.has(name));
    const glued = value.tag === "scalar" && value.value === null ? gluedName(key) : undefined;
    if (glued !== undefined) {
      decoding.fault({ offset: keyRange[0], path: at.path, what: "a space is missing after the colon", todo: glued });
      continue;
    }
    const todo = isRestOfNumber(key, value) ? COMMA_IN_NUMBER : settingMeant(key, free, known, at);
    const what = `unknown setting "${key.slice(0, 64)}"`;
    decoding.fault({ offset: keyRange[0], path: [...at.path, key], what, todo });
  }
  return unknown.length === 0;
}

function reportMissing(map: YamlMap, known: ReadonlyMap<string, TSchema>, at: At, decoding: Decoding): boolean {
  const given = new Set(map.entries.map(({ key }) => key));
  const missing = [...known].filter(([name, schema]) => !given.has(name) && !mayBeLeftOut(schema));
  for (const [name, schema] of missing) {
    decoding.fault({
      offset: at.keyRange[0],
      path: [...at.path, name],
      what: `"${name}" is missing`,
      todo: addition(name, schema, decoding),
    });
  }
  return missing.length === 0;
}

function decodeRecord(schema: TSchema, values: TSchema, node: YamlNode, at: At, decoding: Decoding): unknown {
  const map = asMap(node, at, decoding);
  if (map === INVALID) return INVALID;
  const { minProperties = 0 } = schema as { minProperties?: number };
  if (map.entries.length < minProperties) {
    return refuse(decoding, at, node, "nothing stands below it", exampleHere(schema, decoding));
  }
  const isSound = map.entries.map((entry) => isSoundName(entry, at, decoding)).every(Boolean);
  const entries = map.entries.map(({ key, keyRange, value }): [string, unknown] => [
    key,
    decodeSetting(values, value, below(at, key, keyRange), decoding),
  ]);
  return isSound && entries.every(([, value]) => value !== INVALID) ? Object.fromEntries(entries) : INVALID;
}

function decodeList(schema: TSchema, items: TSchema, node: YamlNode, at: At, decoding: Decoding): unknown {
  if (node.tag !== "list") {
    const isValue = node.tag === "scalar" && node.value !== null;
    const isEntry = node.tag === "map" && isEntryOf(items, node);
    const example = isEntry ? "put - and a blank before its first line" : exampleHere(schema, decoding);
    const todo = isValue ? (listMeant(items, node, at, decoding, takes) ?? exampleHere(schema, decoding)) : example;
    return refuseShape(decoding, at, node, `a list is expected here, not ${wordFor(node)}`, todo);
  }
  const values = node.items.map((item, index) => decodeSetting(items, item, below(at, index, item.range), decoding));
  const isFit = [
    !values.includes(INVALID),
    hasFitLength(schema, node, at, decoding),
    namesNoneTwice(schema, values, node, at, decoding),
  ];
  return isFit.every(Boolean) ? values : INVALID;
}

/** Whether a value could stand here; nothing is reported of it. */
const takes: Takes = (schema, node, at, decoding) => {
  const silent: Decoding = { ...decoding, fault: () => {}, conceal: () => {}, secret: () => {} };
  return decodeSetting(schema, node, at, silent) !== INVALID;
};

/** One entry of a list, without its dash. */
function isEntryOf(items: TSchema, { entries }: YamlMap): boolean {
  const setting = settingOf(items);
  return setting.tag === "block" && entries.length > 0 && entries.every(({ key }) => setting.properties.has(key));
}

function hasFitLength(schema: TSchema, node: YamlList, at: At, decoding: Decoding): boolean {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema as { minItems?: number; maxItems?: number };
  if (node.items.length < minItems) {
    const todo = isOptional(schema) ? "add one, or remove the setting" : exampleHere(schema, decoding);
    const what = minItems === 1 ? "the list is empty" : `the list needs at least ${minItems} entries`;
    refuse(decoding, at, node, what, todo);
    return false;
  }
  if (node.items.length <= maxItems) return true;
  refuse(decoding, at, node, `the list has more than ${maxItems} entries`, "remove some");
  return false;
}

/** @param values of its entries, of which some may be faulty */
function namesNoneTwice(
  schema: TSchema,
  values: readonly unknown[],
  node: YamlList,
  at: At,
  decoding: Decoding,
): boolean {
  if ((schema as { uniqueItems?: boolean }).uniqueItems !== true) return true;
  const sound = values.filter((value) => value !== INVALID);
  const texts = sound.map((value) => JSON.stringify(value));
  const again = [...new Set(sound.filter((_, index) => texts.slice(0, index).includes(texts[index] ?? "")))];
  if (again.length === 0) return true;
  refuse(decoding, at, node, `the list names ${oneOf(again.map(String))} twice`, "keep one of them");
  return false;
}

function decodeChoice(branches: readonly TSchema[], node: YamlNode, at: At, decoding: Decoding): unknown {
  const literals = branches.flatMap((branch) => {
    const setting = settingOf(branch);
    return setting.tag === "literal" ? [setting.value] : [];
  });
  const replaced = node.tag === "scalar" && literals.length > 0 ? replaceVariables(node, at, decoding) : undefined;
  const isQuotable = typeof replaced !== "object" || !mayHoldSecret(at.path);
  const word = isQuotable ? replaced : { ...replaced, isConcealed: true };
  if (word === INVALID) return INVALID;
  const chosen = word === undefined ? undefined : literals.find((literal) => String(literal) === word.text);
  if (chosen !== undefined) return chosen;
  const fitting = branches.filter((branch) => hasShape(branch, node));
  const shapes = branches
    .flatMap((branch) => (settingOf(branch).tag === "literal" ? [] : `, or ${wordOf(branch)}`))
    .join("");
  const others = literals.length === 0 ? "" : `, or ${oneOf(literals.map(String))}`;
  if (fitting.length > 0) {
    const meant = literalMeant(word?.text ?? "", literals.map(String));
    if (word !== undefined && meant !== undefined && !fitting.some((branch) => takes(branch, node, at, decoding)))
      return refuse(decoding, at, node, `${shown(word)} is not possible here`, `did you mean "${meant}"?`);
    return decodeFirst(fitting, node, at, mentioning(others, at, decoding));
  }
  if (word === undefined) {
    const todo = `write ${branches.map(wordOf).join(" or ")}`;
    return refuseShape(decoding, at, node, `${wordFor(node)} is not possible here`, todo);
  }
  const choices = literals.map(String);
  const near = literalMeant(word.text, choices);
  const possible = `possible: ${literals.join(", ")}`;
  const what =
    node.tag === "scalar" && node.value === null ? "the value is missing" : `${shown(word)} is not possible here`;
  return refuse(
    decoding,
    at,
    node,
    what,
    near === undefined ? possible + shapes : `did you mean "${near}"? (${possible})`,
  );
}

/** The first branch without faults; otherwise the first one's faults. */
function decodeFirst(branches: readonly TSchema[], node: YamlNode, at: At, decoding: Decoding): unknown {
  let first: readonly FaultAt[] | undefined;
  for (const branch of branches) {
    const faults: FaultAt[] = [];
    const value = decodeSetting(branch, node, at, { ...decoding, fault: (fault) => faults.push(fault) });
    if (value !== INVALID) {
      for (const warning of faults) decoding.fault(warning);
      return value;
    }
    first ??= faults;
  }
  for (const fault of first ?? []) decoding.fault(fault);
  return INVALID;
}

/** What else may stand here, said by faults of the value itself: not by those of a setting inside of it. */
function mentioning(others: string, at: At, decoding: Decoding): Decoding {
  const fault = (found: FaultAt) =>
    decoding.fault(found.path.length === at.path.length ? { ...found, todo: found.todo + others } : found);
  return others === "" ? decoding : { ...decoding, fault };
}

/** Whether what stands in the file could be meant as this branch of a choice. */
function hasShape(schema: TSchema, node: YamlNode): boolean {
  const { tag } = settingOf(schema);
  if (tag === "literal") return false;
  if (tag === "tree" || tag === "other" || tag === "choice") return true;
  if (node.tag === "list") return tag === "list";
  // a block of which every line is commented out
  if (node.tag === "scalar" && node.value === null && tag === "block") return true;
  if (node.tag === "map") return tag === "block" || tag === "record" || tag === "secret";
  return tag !== "list" && tag !== "block" && tag !== "record";
}
