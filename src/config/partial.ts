/** What a faulty configuration still says for certain: which store is meant, and which connectors there are. */
import { dirname } from "node:path";
import { nearest } from "../basics/suggest.ts";
import type { ConnectorConfig, PartialConfig } from "./checked-config.ts";
import { type Decoding, INVALID } from "./decoding/context.ts";
import { decodeBlock } from "./decoding/decode.ts";
import { withAbsoluteStorage } from "./paths.ts";
import { Settings } from "./schema.ts";
import { child, type YamlMap, type YamlNode } from "./yaml/tree.ts";

/**
 * Undefined where the store is in doubt: a store that is not meant must not be asked, let alone changed.
 * @param sound the connectors without a fault
 * @param file the YAML file, absolute
 */
export function partialConfig(
  root: YamlNode,
  sound: readonly ConnectorConfig[],
  file: string,
  decoding: Decoding,
): Omit<PartialConfig, "secrets" | "secretsAt"> | undefined {
  if (root.tag !== "map") return undefined;
  const storage = decodeStorage(root, decoding);
  if (storage === undefined) return undefined;
  return {
    file,
    storage: withAbsoluteStorage(storage, dirname(file), decoding.env),
    connectors: sound,
    unclear: unclearIn(root, sound),
  };
}

function unclearIn(root: YamlMap, sound: readonly ConnectorConfig[]): PartialConfig["unclear"] {
  const connectors = child(root, "connectors");
  if (connectors === undefined && hasNameLike(root, ["connectors"])) return "all";
  const names = connectors?.tag === "map" ? connectors.entries.map(({ key }) => key) : [];
  return names.filter((name) => sound.every((connector) => connector.name !== name));
}

/** What says which store it is. */
const NAMING = new Set(["url", "schema", "prepare"]);

function decodeStorage(root: YamlMap, decoding: Decoding): Settings["storage"] | undefined {
  const node = child(root, "storage") ?? emptyMap(root);
  // one that was mistyped or put in the wrong place: then the default is not meant
  const isElsewhere = node.tag === "map" && node.entries.length === 0 && hasNameLike(root, ["storage", "storage.url"]);
  if (node.tag !== "map" || isElsewhere) return undefined;
  const properties = new Map(Object.entries(Settings.properties.storage.properties));
  if (node.entries.some(({ key }) => !properties.has(key))) return undefined;
  const naming = { ...node, entries: node.entries.filter(({ key }) => NAMING.has(key)) };
  const at = { path: ["storage"], keyRange: node.range };
  const values = decodeBlock(properties, naming, at, { ...decoding, fault: () => undefined });
  // decodeBlock has checked it against the schema that this type is derived from
  return values === INVALID ? undefined : (values as Settings["storage"]);
}

function emptyMap(root: YamlNode): YamlMap {
  return { tag: "map", range: root.range, entries: [] };
}

/** Whether a name anywhere looks like one of these, as it does where that was mistyped or put in the wrong place. */
export function hasNameLike(node: YamlNode, names: readonly string[]): boolean {
  if (node.tag === "list") return node.items.some((item) => hasNameLike(item, names));
  if (node.tag !== "map") return false;
  return node.entries.some(({ key, value }) => nearest(key, names) !== undefined || hasNameLike(value, names));
}
