/** The `connectors:` of the YAML, each checked against what every connector may say and the settings of its type. */
import type { TSchema } from "@sinclair/typebox";
import type { ConnectorType, SettingFault } from "../connector.ts";
import type { ConnectorConfig } from "./checked-config.ts";
import { faultsOfSayings } from "./connector-types/sayings.ts";
import { type At, below, type Decoding, INVALID, placeIn, refuseShape, refuseStrays } from "./decoding/context.ts";
import { decodeBlock } from "./decoding/decode.ts";
import { decodeLeniently } from "./decoding/leniently.ts";
import { realignedConnectors } from "./decoding/realign.ts";
import { codeErrorLine } from "./files/code-error.ts";
import { type ConfigReading, inDiscreetWords } from "./findings.ts";
import { lintSoundPart } from "./lint-partly.ts";
import { hasNameLike } from "./partial.ts";
import type { NamedConnector } from "./rules/connectors.ts";
import { CONNECTOR_NAME, CONNECTOR_NAME_WORDS, Common, type CommonSettings } from "./schema.ts";
import { parseStart } from "./settings/formats.ts";
import { TypeWord, typeOf } from "./type-word.ts";
import { type Path, rangeAt, wordFor, type YamlEntry, type YamlNode } from "./yaml/tree.ts";

/** What stands under `connectors:`. */
export interface Connectors {
  readonly sound: readonly ConnectorConfig[];
  /** With stand-ins where they are faulty, in the file's order. */
  readonly all: readonly NamedConnector[];
  readonly faulty: readonly Path[];
}

const NONE: Connectors = { sound: [], all: [], faulty: [] };

/** @param reading gets the files of connector types of one's own */
export async function decodeConnectors(
  root: YamlNode,
  reading: ConfigReading,
  decoding: Decoding,
): Promise<Connectors> {
  const entry = root.tag === "map" ? root.entries.find(({ key }) => key === "connectors") : undefined;
  const at: At = { path: ["connectors"], keyRange: entry?.keyRange ?? root.range };
  if (entry === undefined || (entry.value.tag === "scalar" && entry.value.value === null)) {
    warnOfNone(at, root, decoding);
    return NONE;
  }
  if (entry.value.tag !== "map") {
    const todo = "write a name of your own for each, and its settings below it";
    refuseShape(decoding, at, entry.value, `a block of connectors is expected here, not ${wordFor(entry.value)}`, todo);
    return NONE;
  }
  if (entry.value.entries.length === 0) warnOfNone(at, root, decoding);
  const { map, strays } = realignedConnectors(entry.value, (name) => name === "type" || COMMON.has(name));
  refuseStrays(strays.slice(0, 1), at, decoding);
  let found = NONE;
  for (const each of map.entries) {
    const eachAt = below(at, each.key, each.keyRange);
    const connector = await decodeConnector(each, eachAt, reading, decoding);
    found =
      connector === undefined
        ? withFaulty(found, each, eachAt, decoding)
        : { ...found, sound: [...found.sound, connector], all: [...found.all, connector] };
  }
  return found;
}

/** What every connector may say can be judged all the same. */
function withFaulty(found: Connectors, { key: name, value }: YamlEntry, at: At, decoding: Decoding): Connectors {
  const common = decodeLeniently(COMMON, value, at, decoding);
  // stand-ins are as the schema wants them
  const connector = { name, common: common.value as CommonSettings };
  return { ...found, all: [...found.all, connector], faulty: [...found.faulty, ...common.faulty] };
}

function warnOfNone(at: At, root: YamlNode, decoding: Decoding): void {
  // `conectors:` is told of where it stands: that is the cause
  const others =
    root.tag === "map" ? { ...root, entries: root.entries.filter(({ key }) => key !== "connectors") } : root;
  decoding.fault({
    offset: at.keyRange[0],
    path: at.path,
    what: "no connectors: events are kept, but go nowhere",
    todo: "add one under `connectors:`",
    severity: "warning",
    ...(hasNameLike(others, ["connectors"]) && { isSecondary: true }),
  });
}

async function decodeConnector(
  { key: name, value: node }: YamlEntry,
  at: At,
  reading: ConfigReading,
  decoding: Decoding,
): Promise<ConnectorConfig | undefined> {
  if (!CONNECTOR_NAME.test(name)) {
    const what = `${JSON.stringify(name.slice(0, 64))} cannot be the name of a connector`;
    decoding.fault({ offset: at.keyRange[0], path: at.path, what, todo: CONNECTOR_NAME_WORDS });
  }
  const { type, outdated = [], isGuess } = (await typeOf(node, at, reading, decoding)) ?? {};
  const properties = type === undefined ? COMMON : propertiesOf(type);
  if (type === undefined || isGuess) {
    reportKnown(properties, node, at, decoding);
    if (type !== undefined) reportFaults(lintSoundPart(type, properties, node, at, decoding), node, at, decoding);
    return undefined;
  }
  const values = decodeBlock(properties, node, at, decoding);
  if (values === INVALID) {
    reportFaults(lintSoundPart(type, properties, node, at, decoding), node, at, decoding);
    return undefined;
  }
  const settings = pick(values, Object.keys(type.settings.properties));
  const common = pick(values, Object.keys(Common.properties)) as CommonSettings;
  if (!isSound(type, settings, node, at, reading, decoding)) return undefined;
  return { name, type, outdated, settings, common, start: parseStart(common.start) ?? "now" };
}

const COMMON: ReadonlyMap<string, TSchema> = new Map(Object.entries(Common.properties));

/** The faults of settings that stand there, where nobody knows for certain what else may, or must. */
function reportKnown(properties: ReadonlyMap<string, TSchema>, node: YamlNode, at: At, decoding: Decoding): void {
  if (node.tag !== "map") return;
  const entries = node.entries.filter(({ key }) => properties.has(key));
  const given = entries.flatMap(({ key }): [string, TSchema][] => [[key, properties.get(key) ?? TypeWord]]);
  decodeBlock(new Map(given), { ...node, entries }, at, decoding);
}

/** All that may stand under a connector of this type. */
export function propertiesOf(type: ConnectorType): ReadonlyMap<string, TSchema> {
  const all = { type: TypeWord, ...type.settings.properties, ...Common.properties };
  return new Map(Object.entries(all));
}

function pick(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])));
}

/** The faults that a schema cannot say. Code of one's own may throw. */
function isSound(
  type: ConnectorType,
  settings: Readonly<Record<string, unknown>>,
  node: YamlNode,
  at: At,
  reading: ConfigReading,
  decoding: Decoding,
): boolean {
  const words = (error: unknown) => inDiscreetWords(codeErrorLine(error, reading.file), reading);
  const faulty = (what: string, todo: string) => decoding.fault({ offset: at.keyRange[0], path: at.path, what, todo });
  try {
    const faults = type.lint?.(settings) ?? [];
    reportFaults(faults, node, at, decoding);
    if (faults.some(({ severity }) => severity !== "warning")) return false;
  } catch (error) {
    faulty(`the connector type cannot judge these settings: ${words(error)}`, "mend its `lint`");
    return false;
  }
  const faults = faultsOfSayings(type, settings, words);
  for (const { what, todo } of faults) faulty(what, todo);
  return faults.length === 0;
}

function reportFaults(faults: readonly SettingFault[], node: YamlNode, at: At, decoding: Decoding): void {
  for (const { path, what, todo, severity } of faults) {
    const range = rangeAt(node, path);
    const offset = range === node.range ? placeIn({ ...node, range: at.keyRange }, at) : range[0];
    decoding.fault({ offset, path: [...at.path, ...path], what, todo, ...(severity && { severity }) });
  }
}
