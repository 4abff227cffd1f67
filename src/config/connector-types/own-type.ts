/** Connector types of the user's own: files next to the YAML. One is loaded only when a connector uses it. */
import { Kind } from "@sinclair/typebox";
import type { ConnectorType } from "../../connector.ts";
import type { Digests } from "../files/digest.ts";
import { errorLine } from "../files/error-line.ts";
import { typesIn } from "./exported.ts";
import { type OwnModule, readOwnModule } from "./own-module.ts";

type Judged =
  | { readonly ok: true; readonly type: ConnectorType }
  | { readonly ok: false; readonly what: string; readonly todo: string };

/** A type from a file of one's own. */
export type LoadedType = Judged & {
  /** What it was read from; empty when the file cannot be read. */
  readonly files: Digests;
  /** Files that it imports, of which this process goes on with an older content. */
  readonly outdated: readonly string[];
  /** Files that import what nobody can watch: by a path that is computed. */
  readonly computing: readonly string[];
};

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
  const module = await readOwnModule(file).catch((error: unknown) => errorLine(error));
  if (typeof module === "string") {
    const todo = "check the path, which is relative to this file";
    return {
      ok: false,
      what: `the file cannot be read: ${module}`,
      todo,
      files: new Map(),
      outdated: [],
      computing: [],
    };
  }
  const { files, outdated, computing } = module;
  return { ...(await judgeModule(module)), files, outdated, computing };
}

async function judgeModule({ load, outdated }: OwnModule): Promise<Judged> {
  try {
    return judge(await load());
  } catch (error) {
    const what = errorLine(error);
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

const PARTS: Readonly<Record<keyof Omit<ConnectorType, "lint" | "usualName">, (value: unknown) => boolean>> = {
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
