/**
 * A YAML file in, a checked configuration out, or every fault at once. Read → parse → replace variables → validate and
 * decode → resolve paths → judge.
 */
import { dirname, resolve } from "node:path";
import { type TSchema, Type } from "@sinclair/typebox";
import type { LoadResult } from "./checked-config.ts";
import { decodeConnectors } from "./connectors.ts";
import { type At, type Decoding, INVALID, refuseStrays } from "./decoding/context.ts";
import { decodeBlock } from "./decoding/decode.ts";
import { decodeLeniently, isSound, type Lenient } from "./decoding/leniently.ts";
import { realignedTop } from "./decoding/realign.ts";
import type { Env } from "./decoding/variables.ts";
import { modernize } from "./deprecated/modernize.ts";
import { reportOutdated } from "./deprecated/report.ts";
import { DEPRECATED, type Deprecated } from "./deprecated/table.ts";
import { envElsewhere } from "./env-elsewhere.ts";
import { cutFaults, type EnvFile, noting, readEnvFile, strayFaults } from "./env-file.ts";
import { faultsOfUnread } from "./faults/discreet.ts";
import type { Fault } from "./faults/fault.ts";
import { faultOfFile } from "./faults/fault.ts";
import { fileErrorLine } from "./files/error-line.ts";
import { readTextFile, type TextFile } from "./files/read-text.ts";
import { type ConfigReading, decodingInto, loadResult, noFindings } from "./findings.ts";
import { namesFor } from "./known-names.ts";
import { hinted, meantBy } from "./missing-variables.ts";
import { partialConfig } from "./partial.ts";
import { withAbsolutePaths } from "./paths.ts";
import { judgeConnectors, type NamedConnector } from "./rules/connectors.ts";
import { judgeSettings } from "./rules/settings.ts";
import { Settings } from "./schema.ts";
import { openSource } from "./yaml/source.ts";
import { child, type Path, rangeAt, wordFor, type YamlMap, type YamlNode } from "./yaml/tree.ts";
import { LARGEST_FILE, parseYaml } from "./yaml/yaml.ts";

/**
 * Loads a configuration. Never throws for anything in the file.
 * @param file the YAML file; faults name it as it is given here
 * @param env where `${NAME}` is looked up
 * @param envFile instead of `env`: the environment itself, and a file for what it does not set
 * @param deprecated settings that are taken under their old names
 */
export async function loadConfig(
  file: string,
  env: Env,
  envFile?: EnvFile,
  deprecated: readonly Deprecated[] = DEPRECATED,
): Promise<LoadResult> {
  if (envFile === undefined) return loadWith(file, env, new Map(), deprecated);
  const read = readEnvFile(envFile.file);
  const { variables } = read;
  const readFrom = new Map([[envFile.file, read.digest]]);
  const used = new Set<string>();
  const loaded = await loadWith(file, noting({ ...variables, ...envFile.real }, used), readFrom, deprecated);
  const { secrets = [] } = (loaded.ok ? loaded.config : loaded.partial) ?? {};
  const missing = new Set(faultsOf(loaded).flatMap(({ variable }) => variable ?? []));
  const given = { byFile: variables, stray: [...read.stray.keys()], real: envFile.real, used };
  const wanted = new Set([...used, ...[...missing].flatMap((name) => meantBy(name, given) ?? [])]);
  const faults = [
    ...read.faults,
    ...cutFaults(read, envFile.real, used, secrets),
    ...strayFaults(read, envFile.real, wanted),
    ...envElsewhere(envFile.file, resolve(file), { used, missing }),
  ];
  // one thing: what is in doubt in one of them leaves the whole as it was
  const isFaulty = faults.some(({ severity }) => severity === "error");
  const told = hinted(faultsOf(loaded), given);
  if (isFaulty) return { ok: false, faults: [...faults, ...told], readFrom };
  if (!loaded.ok) return { ...loaded, faults: [...faults, ...told] };
  const warnings = [...faults, ...loaded.config.warnings];
  return { ok: true, config: { ...loaded.config, warnings, byEnvFile: variables } };
}

function faultsOf(loaded: LoadResult): readonly Fault[] {
  return loaded.ok ? loaded.config.warnings : loaded.faults;
}

/** Text in UTF-8 takes four bytes a character at most. */
export const LARGEST_BYTES = LARGEST_FILE * 4;

async function loadWith(
  file: string,
  env: Env,
  readFrom: Map<string, string>,
  deprecated: readonly Deprecated[],
): Promise<LoadResult> {
  const read = await readTextFile(file, LARGEST_BYTES);
  readFrom.set(resolve(file), read.digest);
  if (read.ok)
    return parseConfig({ source: openSource(file, read.text), file: resolve(file), env, readFrom }, deprecated);
  return { ok: false, faults: [unreadFault(file, read)], readFrom };
}

function unreadFault(file: string, read: Extract<TextFile, { ok: false }>): Fault {
  switch (read.why) {
    case "too large":
      return faultOfFile(file, "the file is far too large", "is this the right file?");
    case "not UTF-8":
      return faultOfFile(file, "the file is not text in UTF-8", "save it as UTF-8");
    default: {
      const todo = "name another with --config, or make one with `init`";
      return faultOfFile(file, `the configuration cannot be read: ${fileErrorLine(read.error)}`, todo);
    }
  }
}

async function parseConfig(reading: ConfigReading, deprecated: readonly Deprecated[]): Promise<LoadResult> {
  const { source, file, env, readFrom } = reading;
  const parsed = parseYaml(source.text);
  if (!parsed.ok) {
    return { ok: false, faults: faultsOfUnread(parsed.faults, source, await namesFor(source.text)), readFrom };
  }
  const modern = modernize(parsed.root, deprecated);
  const { outdated } = modern;
  const found = noFindings();
  const decoding = decodingInto(found, reading, modern.root);
  const root = withConnectorsBelow(modern.root, decoding);
  reportOutdated(outdated, decoding);
  const settings = decodeSettings(root, decoding);
  if (settings === "not a block") return loadResult(found, reading, parsed.root, undefined, [], () => undefined);
  const connectors = await decodeConnectors(root, reading, decoding);
  const resolved = withAbsolutePaths(settings.value, dirname(file), env);
  judge(resolved, connectors.all, root, [...settings.faulty, ...connectors.faulty], decoding);
  const { sound } = connectors;
  const good = settings.isSound ? resolved : undefined;
  return loadResult(found, reading, parsed.root, good, sound, () => partialConfig(root, sound, file, decoding));
}

/** With connectors that begin in the first column below `connectors:`. */
function withConnectorsBelow(root: YamlNode, decoding: Decoding): YamlNode {
  if (root.tag !== "map") return root;
  const { map, strays } = realignedTop(root, (name) => TOP.has(name));
  refuseStrays(strays, { path: [], keyRange: root.range }, decoding);
  return map;
}

/** What may stand at the top. */
export const TOP: ReadonlyMap<string, TSchema> = new Map<string, TSchema>([
  ...Object.entries(Settings.properties),
  ["connectors", Type.Optional(Type.Unknown({ description: "Where events go, each under a name of your own." }))],
]);

/** All but the connectors; with stand-ins where it is not sound. */
interface DecodedSettings extends Lenient<Settings> {
  readonly isSound: boolean;
}

function decodeSettings(root: YamlNode, decoding: Decoding): DecodedSettings | "not a block" {
  const start = root.range[0];
  if (root.tag !== "map") {
    const isEmpty = root.tag === "scalar" && root.value === null;
    decoding.conceal("", root);
    const what = isEmpty ? "the file is empty" : `settings are expected here, not ${wordFor(root)}`;
    decoding.fault({
      offset: start,
      path: [],
      what,
      todo: "begin with `chat:`, as in bridge.example.yaml, or run `init`",
    });
    return "not a block";
  }
  const own: YamlMap = { ...root, entries: root.entries.filter(({ key }) => key !== "connectors") };
  const at: At = { path: [], keyRange: [start, start + 1] };
  const values = decodeBlock(TOP, own, at, decoding);
  const isSound = values !== INVALID;
  const { value, faulty } = isSound ? { value: values, faulty: [] } : decodeLeniently(TOP, own, at, decoding);
  // decoding has checked it against the schema that this type is derived from, and stand-ins are as the schema wants them
  return { value: value as Settings, faulty, isSound };
}

/** @param faulty where stand-ins are: what rules find by them is left out */
function judge(
  settings: Settings,
  connectors: readonly NamedConnector[],
  root: YamlNode,
  faulty: readonly Path[],
  decoding: Decoding,
): void {
  const apps = settings.chat.apps.map((app) => app.sdk_app_id);
  const isGiven = (path: readonly string[]) =>
    path.reduce<YamlNode | undefined>((node, name) => child(node, name), root) !== undefined;
  for (const { reads, ...fault } of [
    ...judgeSettings(settings, isGiven),
    ...judgeConnectors(connectors, apps, Date.now()),
  ]) {
    if (!isSound(reads ?? [fault.path], faulty)) continue;
    // what stands nowhere is shown beside what it does not go with
    const isThere = ({ 0: top }: Path) => child(root, String(top)) !== undefined;
    const place = [fault.path, ...(reads ?? [])].find(isThere) ?? fault.path;
    decoding.fault({ offset: rangeAt(root, place)[0], ...fault });
  }
}
