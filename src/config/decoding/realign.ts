/** Settings that stand two columns too far to the left or right: put where they were meant, so that nothing else is found wrong by them. Pure. */
import type { TSchema } from "@sinclair/typebox";
import { nearest } from "../../basics/suggest.ts";
import { type Setting, settingOf } from "../settings/setting.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/tree.ts";

export type Properties = ReadonlyMap<string, TSchema>;

/** A setting in the wrong column. */
export interface Stray {
  readonly entry: YamlEntry;
  readonly what: string;
  readonly todo: string;
}

export interface Realigned {
  /** As it was probably meant. */
  readonly map: YamlMap;
  readonly strays: readonly Stray[];
}

/** @param properties what may stand in the block */
export function realigned(map: YamlMap, properties: Properties): Realigned {
  const right = outdented(map, properties);
  const left = indented(right.map, properties);
  return { map: left.map, strays: [...right.strays, ...left.strays] };
}

/** `match:` with nothing below it, and `property:` in its own column. */
function indented(map: YamlMap, properties: Properties): Realigned {
  return adopted(map, (entry, owner, isAdopting) => {
    const block = blockOf(properties.get(owner.key));
    if (block === undefined || properties.has(entry.key)) return false;
    const given = owner.value.tag === "map" ? owner.value.entries : [];
    if (given.some(({ key }) => key === entry.key)) return false;
    if (block.tag === "block") return block.properties.has(entry.key);
    // any name may stand there: only where nothing does it can be one of its own
    return (given.length === 0 || isAdopting) && nearest(entry.key, properties.keys()) === undefined;
  });
}

/**
 * `crm:` with nothing below it, and its settings in its own column.
 * @param isSetting whether every connector may have a setting of this name
 */
export function realignedConnectors(map: YamlMap, isSetting: (name: string) => boolean): Realigned {
  return adopted(map, (entry, owner, isAdopting) => {
    const isConnector = entry.value.tag === "map" && entry.value.entries.some(({ key }) => key === "type");
    if (isConnector || (owner.value.tag === "map" && !isAdopting)) return false;
    return isAdopting || isSetting(entry.key);
  });
}

/** `connectors:`, and a connector in its column. */
export function realignedTop(map: YamlMap, isSetting: (name: string) => boolean): Realigned {
  return adopted(map, (entry, owner) => {
    const isConnector = entry.value.tag === "map" && entry.value.entries.some(({ key }) => key === "type");
    return owner.key === "connectors" && isConnector && !isSetting(entry.key);
  });
}

type Belongs = (entry: YamlEntry, owner: YamlEntry, isAdopting: boolean) => boolean;

/** Entries that belong below the one before them. */
function adopted(map: YamlMap, belongs: Belongs): Realigned {
  const entries: YamlEntry[] = [];
  const strays: Stray[] = [];
  let adopting: string | undefined;
  for (const entry of map.entries) {
    const owner = entries.at(-1);
    if (owner === undefined || !mayHoldMore(owner.value) || !belongs(entry, owner, adopting === owner.key)) {
      entries.push(entry);
      continue;
    }
    adopting = owner.key;
    strays.push(strayOf(entry, `belongs to "${owner.key.slice(0, 64)}" above, and is not indented below it`, "more"));
    entries[entries.length - 1] = { ...owner, value: withEntry(owner, entry) };
  }
  return { map: { ...map, entries }, strays };
}

function strayOf(entry: YamlEntry, why: string, how: "more" | "less"): Stray {
  return { entry, what: `"${entry.key.slice(0, 64)}" ${why}`, todo: `indent it two columns ${how}` };
}

type Block = Extract<Setting, { readonly tag: "block" | "record" }>;

/** The block that a setting may be; undefined where it is none, or one of several. */
export function blockOf(schema: TSchema | undefined): Block | undefined {
  if (schema === undefined) return undefined;
  const setting = settingOf(schema);
  if (setting.tag === "block" || setting.tag === "record") return setting;
  const branches = setting.tag === "choice" ? setting.branches.map(settingOf).filter(({ tag }) => tag === "block") : [];
  const [block] = branches;
  return branches.length === 1 && block?.tag === "block" ? block : undefined;
}

/** Settings on lines of their own, or none as yet. */
function mayHoldMore(value: YamlNode): boolean {
  return value.tag === "map" || (value.tag === "scalar" && value.value === null);
}

function withEntry({ value, keyRange }: YamlEntry, entry: YamlEntry): YamlMap {
  const map: YamlMap = value.tag === "map" ? value : { tag: "map", range: keyRange, entries: [] };
  return { ...map, entries: [...map.entries, entry] };
}

/** `when_missing:` below `match:`, where it means nothing. */
function outdented(map: YamlMap, properties: Properties): Realigned {
  const given = new Set(map.entries.map(({ key }) => key));
  const strays: Stray[] = [];
  const entries = map.entries.flatMap((entry): YamlEntry[] => {
    const block = blockOf(properties.get(entry.key));
    if (block?.tag !== "block" || entry.value.tag !== "map") return [entry];
    const { value } = entry;
    const out = value.entries.filter(({ key }) => !block.properties.has(key) && properties.has(key) && !given.has(key));
    if (out.length === 0) return [entry];
    strays.push(...out.map((one) => strayOf(one, `belongs beside "${entry.key}", and is indented below it`, "less")));
    return [{ ...entry, value: { ...value, entries: value.entries.filter((one) => !out.includes(one)) } }, ...out];
  });
  return { map: { ...map, entries }, strays };
}
