/**
 * What a connector type finds in the sound settings of a connector that has faulty ones besides. Its `lint` wants all of
 * them: where one is faulty, that of the type's own example stands in, and what is found about it is left out.
 */
import type { TSchema } from "@sinclair/typebox";
import type { ConnectorType, SettingFault } from "../connector.ts";
import { type At, below, type Decoding, INVALID } from "./decoding/context.ts";
import { decodeBlock, decodeSetting } from "./decoding/decode.ts";
import type { YamlNode } from "./yaml/tree.ts";
import { parseYaml } from "./yaml/yaml.ts";

/** @param properties all that may stand under a connector of this type */
export function lintSoundPart(
  type: ConnectorType,
  properties: ReadonlyMap<string, TSchema>,
  node: YamlNode,
  at: At,
  decoding: Decoding,
): readonly SettingFault[] {
  const sound = soundSettings(properties, node, at, decoding);
  const example = exampleSettings(type, properties, at, decoding);
  if (example === undefined) return [];
  try {
    const faults = type.lint?.({ ...example, ...Object.fromEntries(sound) }) ?? [];
    return faults.filter(({ path: [name] }) => sound.has(String(name)));
  } catch {
    // code of one's own need not bear stand-ins
    return [];
  }
}

/** Those that stand in the YAML without a fault. */
function soundSettings(
  properties: ReadonlyMap<string, TSchema>,
  node: YamlNode,
  at: At,
  decoding: Decoding,
): ReadonlyMap<string, unknown> {
  const entries = node.tag === "map" ? node.entries : [];
  return new Map(
    entries.flatMap(({ key, keyRange, value }): [string, unknown][] => {
      const schema = properties.get(key);
      if (schema === undefined || key === "type") return [];
      const decoded = decodeSetting(schema, value, below(at, key, keyRange), { ...decoding, fault: silently });
      return decoded === INVALID ? [] : [[key, decoded]];
    }),
  );
}

/** Undefined for a type of one's own whose example is none. */
function exampleSettings(
  type: ConnectorType,
  properties: ReadonlyMap<string, TSchema>,
  at: At,
  decoding: Decoding,
): Record<string, unknown> | undefined {
  const parsed = parseYaml(type.example);
  if (!parsed.ok) return undefined;
  const standIns = { ...decoding, env: EVERY_VARIABLE, fault: silently, secret: silently, conceal: silently };
  const settings = decodeBlock(properties, parsed.root, at, standIns);
  return settings === INVALID ? undefined : settings;
}

const silently = () => undefined;
/** An environment in which every variable is set. */
const EVERY_VARIABLE = new Proxy<Record<string, string>>({}, { get: () => "stand-in" });
