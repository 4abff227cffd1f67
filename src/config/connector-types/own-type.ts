/**
 * Where connector types come from: connectors/<type>/index.ts, and files of one's own next to the YAML. A type is loaded
 * only when a connector uses it.
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Kind } from "@sinclair/typebox";
import type { ConnectorType } from "../../connector.ts";
import type { Digests } from "../files/digest.ts";
import { type OwnModule, readOwnModule } from "./own-module.ts";

const HOME = new URL("../../../connectors/", import.meta.url);

type Judged =
  | { readonly ok: true; readonly type: ConnectorType }
  | { readonly ok: false; readonly what: string; readonly todo: string };

/** A type from a file of one's own. */
export type LoadedType = Judged & {
  /** What it was read from; empty when the file cannot be read. */
  readonly files: Digests;
  /** Files that it imports, of which this process goes on with an older content. */
  readonly outdated: readonly string[];
};

/** The words that `type:` knows, in alphabetical order: folders with a face, `index.ts`. */
export async function builtInTypes(): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(HOME, { withFileTypes: true })) {
    if (entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, HOME))) names.push(entry.name);
  }
  return names.sort();
}

/** Loads connectors/<name>/index.ts. Rejects when it is broken: that is our fault, not the configuration's. */
export async function loadBuiltIn(name: string): Promise<ConnectorType> {
  const module: unknown = await import(new URL(`${name}/index.ts`, HOME).href);
  const [type, another] = typesIn(module);
  if (type === undefined || another !== undefined) {
    throw new Error(`${fileURLToPath(new URL(`${name}/index.ts`, HOME))} must export one connector type`);
  }
  return type;
}

/** True for a type that is a file: `./my-connector.ts`. */
export function isOwnType(word: string): boolean {
  return /[/\\]/.test(word) || /\.[cm]?[jt]s$/.test(word);
}

/**
 * Loads a connector type from a file. A file whose content changed is loaded anew; what it imports itself is not.
 * Never rejects.
 * @param file absolute
 */
export async function loadOwnType(file: string): Promise<LoadedType> {
  const module = await readOwnModule(file).catch((error: unknown) => wordsOf(error));
  if (typeof module === "string") {
    const todo = "check the path, which is relative to this file";
    return { ok: false, what: `the file cannot be read: ${module}`, todo, files: new Map(), outdated: [] };
  }
  const { files, outdated } = module;
  return { ...(await judgeModule(module)), files, outdated };
}

async function judgeModule({ load, outdated }: OwnModule): Promise<Judged> {
  try {
    return judge(await load());
  } catch (error) {
    const what = wordsOf(error);
    const mend =
      outdated.length === 0 ? "mend the file" : `mend the file, and restart the bridge: ${outdated[0]} has changed`;
    return { ok: false, what: `the file cannot be loaded: ${what}`, todo: BRIDGE.test(what) ? LINK : mend };
  }
}

/** The runtime looks for `unsub-bridge/connector` from the file's own folder upwards. */
const BRIDGE = /(package|module) ['"]unsub-bridge/;
const LINK =
  "keep it in the bridge's own folder, such as config/, or link that folder beside it as node_modules/unsub-bridge";

function judge(module: unknown): Judged {
  const [type, another] = typesIn(module);
  if (another !== undefined) {
    return { ok: false, what: "the file exports several connector types", todo: "export one" };
  }
  if (type === undefined) {
    const todo = "write `export const connector = connectorType({ … })`, as in config/example-connector/board.ts";
    return { ok: false, what: "the file exports no connector type", todo };
  }
  const [missing] = Object.entries(PARTS).find(([part, fits]) => !fits(Reflect.get(type, part))) ?? [];
  if (missing === undefined) return { ok: true, type };
  const todo = `give it one, as in config/example-connector/board.ts`;
  return { ok: false, what: `the connector type has no (or no right) "${missing}"`, todo };
}

/** Whatever a module exports that looks like a connector type; each once. */
function typesIn(module: unknown): ConnectorType[] {
  const exported = typeof module === "object" && module !== null ? Object.values(module) : [];
  return [...new Set(exported)].filter(
    (value): value is ConnectorType =>
      typeof value === "object" && value !== null && "type" in value && "settings" in value && "open" in value,
  );
}

const PARTS: Readonly<Record<keyof Omit<ConnectorType, "lint">, (value: unknown) => boolean>> = {
  type: (value) => typeof value === "string" && /^[a-z][a-z0-9_-]{0,62}$/.test(value),
  summary: isText,
  settings: (value) => typeof value === "object" && value !== null && Reflect.get(value, Kind) === "Object",
  example: isText,
  largestBatch: isFunction,
  concurrency: (value) => Number.isInteger(value) && Number(value) > 0,
  budgets: (value) => typeof value === "object" && value !== null,
  writes: (value) => value === "state" || value === "fact",
  destination: isFunction,
  account: isFunction,
  open: isFunction,
};

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

/** The first line of an error, without the address that we loaded the file by. */
export function wordsOf(error: unknown): string {
  // a file with syntax errors: the first of them says more than their number
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  const message = error instanceof Error || hasMessage(error) ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const plain = FILE_WORDS[code];
  const [line = ""] = message.replaceAll(/\?v=[0-9a-f]{16}/g, "").split("\n", 1);
  return plain ?? line.slice(0, 200);
}

/** Some runtimes throw findings that are no errors of their own kind. */
function hasMessage(error: unknown): error is { readonly message: string } {
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}

const FILE_WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  ELOOP: "its links go in circles",
};
