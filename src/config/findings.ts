/** What decoding finds in a file: its faults, its credentials, and what may be shown of both. */
import { dirname, resolve } from "node:path";
import { isCredentialName } from "../basics/credential-names.ts";
import { withShownUrls } from "../basics/shown-url.ts";
import { trimmed } from "../basics/trimmed.ts";
import type { Config, ConnectorConfig, LoadResult, PartialConfig } from "./checked-config.ts";
import { secretsOfEnvironment } from "./credentials/addresses.ts";
import { masker } from "./credentials/mask.ts";
import type { Decoding, SecretText } from "./decoding/context.ts";
import type { Env } from "./decoding/variables.ts";
import { discreetFaults } from "./faults/discreet.ts";
import type { FaultAt } from "./faults/fault.ts";
import { fileErrorLine } from "./files/error-line.ts";
import { readTextSync, SAVE_AS_UTF8, type TextFile } from "./files/read-text.ts";
import type { Settings } from "./schema.ts";
import type { Source } from "./yaml/source.ts";
import { child, dotted, type Range, type YamlNode } from "./yaml/tree.ts";

/** One reading of a configuration. */
export interface ConfigReading {
  readonly source: Source;
  /** The YAML file, absolute. */
  readonly file: string;
  readonly env: Env;
  /** Gets what else is read, as it was when it was read. */
  readonly readFrom: Map<string, string>;
}

export interface ConfigFindings {
  readonly faults: FaultAt[];
  readonly secrets: Set<string>;
  /** By the dotted path of their setting, one a line. */
  readonly secretsAt: Map<string, string>;
  /** Texts that no fault may quote, and where they stand. */
  readonly concealed: Set<string>;
  readonly ranges: Range[];
  /** Variables that were advised, with the setting that each is for. */
  readonly advised: Map<string, string>;
}

export function noFindings(): ConfigFindings {
  return { faults: [], secrets: new Set(), secretsAt: new Map(), concealed: new Set(), ranges: [], advised: new Map() };
}

/** Decoding that leaves what it finds in `found`. */
export function decodingInto(
  found: ConfigFindings,
  { source, file, env, readFrom }: ConfigReading,
  root: YamlNode,
): Decoding {
  return {
    env,
    fault: (fault) => found.faults.push(fault),
    secret(value, { path }) {
      found.secrets.add(value);
      // an address may hold several
      const lines = new Set([...(found.secretsAt.get(dotted(path))?.split("\n") ?? []), value]);
      found.secretsAt.set(dotted(path), [...lines].join("\n"));
    },
    conceal(text, node) {
      found.concealed.add(text);
      found.ranges.push(node.range);
    },
    isFree(variable, { path }) {
      const isNamed = new RegExp(`\\$\\{${variable}\\b`).test(source.text);
      if (!isNamed && !found.advised.has(variable)) found.advised.set(variable, dotted(path));
      return found.advised.get(variable) === dotted(path);
    },
    namesBelow(block) {
      const node = child(root, block);
      return node?.tag === "map" ? node.entries.map(({ key }) => key) : [];
    },
    behind: (offset) => /^.*/.exec(source.text.slice(offset))?.[0] ?? "",
    secretFile(path) {
      const absolute = resolve(dirname(file), path);
      const read = readTextSync(absolute, LARGEST_SECRET);
      readFrom.set(absolute, read.digest);
      return read.ok ? read : { ok: false, ...whyUnread(read) };
    },
  };
}

/** What code of somebody's own says of itself: without values of variables that the YAML names or that sound like credentials. */
export function inDiscreetWords(text: string, reading: ConfigReading): string {
  return withShownUrls(masker(delicateValues(reading))(text));
}

/** Bytes. */
const LARGEST_SECRET = 64 * 1024;

type Unread = Extract<TextFile, { ok: false }>;

function whyUnread(read: Unread): Omit<Extract<SecretText, { ok: false }>, "ok"> {
  switch (read.why) {
    case "too large":
      return { why: "it is too large for a secret" };
    case "not UTF-8":
      return { why: "it is not text in UTF-8", todo: SAVE_AS_UTF8 };
    default:
      return { why: fileErrorLine(read.error) };
  }
}

/**
 * What comes of a reading.
 * @param settings undefined where they are faulty
 * @param partial what can be said for certain where the whole has faults
 */
export function loadResult(
  found: ConfigFindings,
  reading: ConfigReading,
  root: YamlNode,
  settings: Settings | undefined,
  connectors: readonly ConnectorConfig[],
  partial: () => Omit<PartialConfig, "secrets" | "secretsAt"> | undefined,
): LoadResult {
  const { source, file, env, readFrom } = reading;
  const concealed = { texts: [...found.secrets, ...found.concealed], ranges: found.ranges };
  const isFaulty = settings === undefined || found.faults.some(({ severity }) => severity !== "warning");
  const told = found.faults.filter(({ isSecondary }) => !(isFaulty && isSecondary === true));
  const faults = discreetFaults(told, source, root, concealed, delicateValues(reading));
  // it decodes the store's settings anew, and may find credentials in them
  const certain = isFaulty ? partial() : undefined;
  const { secretsAt } = found;
  const secrets = [...found.secrets, ...secretsOfEnvironment(env)];
  if (isFaulty) return { ok: false, faults, readFrom, ...(certain && { partial: { ...certain, secrets, secretsAt } }) };
  const config: Config = { ...settings, file, connectors, secrets, secretsAt, readFrom, warnings: faults };
  return { ok: true, config };
}

/** Paths that every shell and desktop has: `PWD` is where one stands, and no password. */
const OF_THE_SYSTEM: ReadonlySet<string> = new Set(["PWD", "SSH_AUTH_SOCK", "XAUTHORITY"]);

/** Values of variables that the YAML names, or that sound like credentials. */
function delicateValues({ source, env }: ConfigReading): string[] {
  const named = [...source.text.matchAll(/\$\{([A-Za-z_]\w*)/g)].map(([, name = ""]) => name);
  const delicate = [...named, ...Object.keys(env).filter((name) => isCredentialName(name) && !OF_THE_SYSTEM.has(name))];
  return delicate.flatMap((name) => lookedAt(env, name) ?? []).map(trimmed);
}

/** Without a note that the variable is used. */
function lookedAt(env: Env, name: string): string | undefined {
  return Object.getOwnPropertyDescriptor(env, name)?.value;
}
