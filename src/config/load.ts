/**
 * A YAML file in, a checked configuration out, or every fault at once. Read → parse → replace variables → validate and
 * decode → resolve paths → judge.
 */
import { readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type TSchema, Type } from "@sinclair/typebox";
import type { Config, ConnectorConfig, Fault, LoadResult } from "./config.ts";
import { decodeConnectors } from "./connectors.ts";
import { decodeBlock } from "./decode.ts";
import { type Decoding, INVALID } from "./decoding.ts";
import { ABSENT, digestOf, digestOfFile, digestOfSize, LARGEST_DIGESTED } from "./digest.ts";
import type { Env } from "./env.ts";
import { type EnvFile, readEnvFile } from "./env-file.ts";
import { type FaultAt, faultIn, faultOf, sortFaults } from "./faults.ts";
import { type Finding, judgeConnectors, judgeSettings } from "./rules.ts";
import { Settings } from "./schema.ts";
import { secretsInUrl } from "./secrets.ts";
import { concealing, concealingValues, openSource, type Source } from "./source.ts";
import { textOf } from "./text.ts";
import { type Range, rangeAt, wordFor, type YamlMap, type YamlNode } from "./tree.ts";
import { wordsOf } from "./types.ts";
import { LARGEST_FILE, parseYaml } from "./yaml.ts";

/**
 * Loads a configuration. Never throws for anything in the file.
 * @param file the YAML file; faults name it as it is given here
 * @param env where `${NAME}` is looked up
 * @param envFile instead of `env`: the environment itself, and a file for what it does not set
 */
export async function loadConfig(file: string, env: Env, envFile?: EnvFile): Promise<LoadResult> {
  if (envFile === undefined) return loadWith(file, env, new Map());
  const { variables, faults, digest } = readEnvFile(envFile.file);
  const readFrom = new Map([[envFile.file, digest]]);
  const loaded = await loadWith(file, { ...variables, ...envFile.real }, readFrom);
  // one thing: what is in doubt in one of them leaves the whole as it was
  if (faults.length > 0) return { ok: false, faults: [...faults, ...faultsOf(loaded)], readFrom };
  return loaded.ok ? { ok: true, config: { ...loaded.config, byEnvFile: variables } } : loaded;
}

function faultsOf(loaded: LoadResult): readonly Fault[] {
  return loaded.ok ? loaded.config.warnings : loaded.faults;
}

async function loadWith(file: string, env: Env, readFrom: Map<string, string>): Promise<LoadResult> {
  const read = await readText(file);
  readFrom.set(resolve(file), read.digest);
  if (!read.ok) return { ok: false, faults: [read.fault], readFrom };
  return parseConfig(openSource(file, read.text), env, readFrom);
}

type ReadText = { readonly digest: string } & (
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: Fault }
);

async function readText(file: string): Promise<ReadText> {
  const refused = (digest: string, what: string, todo: string): ReadText => ({
    ok: false,
    digest,
    fault: faultOf(file, what, todo),
  });
  try {
    const { size } = await stat(file);
    // of text in UTF-8, a character takes four bytes at most
    if (size > LARGEST_FILE * 4) {
      return refused(await digestOfFile(file), "the file is far too large", "is this the right file?");
    }
    const bytes = await readFile(file);
    const text = textOf(bytes);
    if (text === undefined) return refused(digestOf(bytes), "the file is not text in UTF-8", "save it as UTF-8");
    return { ok: true, digest: digestOf(bytes), text };
  } catch (error) {
    const todo = "name another with --config, or make one with `init`";
    return refused(ABSENT, `the configuration cannot be read: ${wordsOf(error)}`, todo);
  }
}

/** @param readFrom gets what else is read, as it was when it was read */
async function parseConfig(source: Source, env: Env, readFrom: Map<string, string>): Promise<LoadResult> {
  const parsed = parseYaml(source.text);
  if (!parsed.ok) {
    const discreet = concealingValues(source);
    const faults = parsed.faults.map((fault) => faultIn(discreet, { ...fault, path: [] }));
    return { ok: false, faults: sortFaults(faults), readFrom };
  }
  const { root } = parsed;
  const file = resolve(source.file);
  const found = openFindings(source, file, env, readFrom);
  const settings = decodeSettings(root, found.decoding);
  const connectors = settings === "not a block" ? [] : await decodeConnectors(root, file, readFrom, found.decoding);
  const resolved = typeof settings === "object" ? withAbsolutePaths(settings, dirname(file), env) : undefined;
  if (resolved !== undefined) judge(resolved, connectors, root, found.decoding);
  return found.result(file, resolved, connectors);
}

interface Findings {
  readonly decoding: Decoding;
  result(file: string, settings: Settings | undefined, connectors: readonly ConnectorConfig[]): LoadResult;
}

/** Gathers what decoding finds. */
function openFindings(source: Source, file: string, env: Env, readFrom: Map<string, string>): Findings {
  const faults: FaultAt[] = [];
  const secrets = new Set<string>();
  const concealed = new Set<string>();
  const ranges: Range[] = [];
  const decoding: Decoding = {
    env,
    fault: (fault) => faults.push(fault),
    secret: (value) => secrets.add(value),
    conceal(text, node) {
      concealed.add(text);
      ranges.push(node.range);
    },
    behind: (offset) => /^.*/.exec(source.text.slice(offset))?.[0] ?? "",
    secretFile(path) {
      const absolute = resolve(dirname(file), path);
      const { digest, ...read } = readSecret(absolute);
      readFrom.set(absolute, digest);
      return read;
    },
  };
  return {
    decoding,
    result(absolute, settings, connectors) {
      const hide = hider([...secrets, ...concealed]);
      const discreet = concealing(source, ranges);
      const sorted = sortFaults(faults.map((fault) => hide(faultIn(discreet, fault))));
      if (settings === undefined || sorted.some(({ severity }) => severity === "error"))
        return { ok: false, faults: sorted, readFrom };
      const config: Config = {
        ...settings,
        file: absolute,
        connectors,
        secrets: [...secrets, ...secretsOfProxies(env)],
        readFrom,
        warnings: sorted,
      };
      return { ok: true, config };
    },
  };
}

/** `http_proxy` and its like may hold a password, which a runtime's error may name. */
function secretsOfProxies(env: Env): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && /^(https?|all)_proxy$/i.test(name)
      ? secretsInUrl(value.includes("://") ? value : `http://${value}`)
      : [],
  );
}

/** A secret that stands in the YAML must not be shown by a fault beside it. Its width is kept for the caret. */
function hider(secrets: readonly string[]): (fault: Fault) => Fault {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_HIDDEN).sort((a, b) => b.length - a.length);
  const hide = (text: string) =>
    long.reduce((line, secret) => line.replaceAll(secret, "*".repeat(secret.length)), text);
  return (fault) => ({ ...fault, what: hide(fault.what), todo: hide(fault.todo), source: hide(fault.source) });
}

/** Characters: shorter ones would blot out ordinary words. */
const SHORTEST_HIDDEN = 4;

const LARGEST_SECRET = 64 * 1024;
const NOT_UTF8 = {
  ok: false,
  why: "it is not text in UTF-8",
  todo: "save it as UTF-8; PowerShell: Out-File -Encoding utf8",
} as const;

function readSecret(file: string): ReturnType<Decoding["secretFile"]> & { readonly digest: string } {
  const tooLarge = { ok: false, why: "it is too large for a secret" } as const;
  try {
    const { size } = statSync(file);
    if (size > LARGEST_DIGESTED) return { ...tooLarge, digest: digestOfSize(size) };
    const bytes = readFileSync(file);
    const digest = digestOf(bytes);
    if (size > LARGEST_SECRET) return { ...tooLarge, digest };
    const text = textOf(bytes);
    return text === undefined ? { ...NOT_UTF8, digest } : { ok: true, text, digest };
  } catch (error) {
    return { ok: false, why: wordsOf(error), digest: ABSENT };
  }
}

/** What may stand at the top. */
export const TOP: ReadonlyMap<string, TSchema> = new Map<string, TSchema>([
  ...Object.entries(Settings.properties),
  ["connectors", Type.Optional(Type.Unknown({ description: "Where events go, each under a name of your own." }))],
]);

function decodeSettings(root: YamlNode, decoding: Decoding): Settings | typeof INVALID | "not a block" {
  const start = root.range[0];
  if (root.tag !== "map") {
    const isEmpty = root.tag === "scalar" && root.value === null;
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
  const values = decodeBlock(TOP, own, { path: [], keyRange: [start, start + 1] }, decoding);
  // decodeBlock has checked it against the schema that this type is derived from
  return values === INVALID ? INVALID : (values as Settings);
}

/** Paths are relative to the YAML file. Where one is as by default, `UNSUB_BRIDGE_DATA` may name the folder: the image sets it. */
function withAbsolutePaths(settings: Settings, folder: string, env: Env): Settings {
  const { storage, dead_letters } = settings;
  const { UNSUB_BRIDGE_DATA: data } = env;
  const place = (path: string, byDefault: unknown) =>
    data !== undefined && data !== "" && path === byDefault ? resolve(data, basename(path)) : resolve(folder, path);
  const { url, spool } = Settings.properties.storage.properties;
  const [, path] = /^sqlite:(.+)$/s.exec(storage.url) ?? [];
  const isFile = path !== undefined && path !== ":memory:";
  return {
    ...settings,
    storage: {
      ...storage,
      url: isFile ? `sqlite:${place(path, String(url.default).replace(/^sqlite:/, ""))}` : storage.url,
      spool: place(storage.spool, spool.default),
    },
    dead_letters: {
      ...dead_letters,
      file: place(dead_letters.file, Settings.properties.dead_letters.properties.file.default),
    },
  };
}

function judge(settings: Settings, connectors: readonly ConnectorConfig[], root: YamlNode, decoding: Decoding): void {
  const apps = settings.chat.apps.map((app) => app.sdk_app_id);
  const findings: Finding[] = [...judgeSettings(settings), ...judgeConnectors(connectors, apps)];
  for (const finding of findings) decoding.fault({ offset: rangeAt(root, finding.path)[0], ...finding });
}
