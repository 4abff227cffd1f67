/** Which store a command asks, and what it knows of the configuration: also of a faulty one, or of none. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { count } from "../basics/format.ts";
import { sqlitePath } from "../basics/sqlite-files.ts";
import type { LoadResult } from "../config/checked-config.ts";
import { secretsInUrl } from "../config/credentials/addresses.ts";
import { redactor } from "../config/credentials/redact.ts";
import type { Fault } from "../config/faults/fault.ts";
import { type Known, knownFrom } from "../operations/known.ts";
import type { StoreSettings } from "../storage/open.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT, type Io } from "./io.ts";
import { storeUrl } from "./store-url.ts";

export interface StoreAccess {
  readonly storage: StoreSettings;
  readonly known: Known;
  /** Removes secrets. */
  readonly hide: (text: string) => string;
  /** What a person should know, on one line. */
  readonly notice?: string;
}

/** @param name `--config` as it was given */
export function accessBy(loaded: LoadResult, name: string): StoreAccess | undefined {
  if (loaded.ok) {
    const { config } = loaded;
    return {
      storage: config.storage,
      known: knownFrom(config),
      hide: redactor(config.secrets),
    };
  }
  const { partial, faults, readFrom } = loaded;
  if (partial === undefined) return undefined;
  const errors = faults.filter(({ severity }) => severity === "error").length;
  const notice = `${name} has ${count(errors, "fault")} (\`check\` shows them); the store that it names is asked all the same`;
  return {
    storage: partial.storage,
    known: { ...partial, readFrom, spool: partial.storage },
    hide: redactor(partial.secrets),
    notice,
  };
}

/**
 * The store that `--store` names: nothing is known of the configuration then. Ends the command where there is none: what was
 * mistyped must not make another one.
 */
export async function accessTo(
  store: string,
  schema: string,
  file: string,
  { env, cwd }: Pick<Io, "env" | "cwd">,
): Promise<StoreAccess> {
  const url = absolute(storeUrl(store, { env, option: "--store" }), cwd);
  // a pooler may be in between
  const storage: StoreSettings = { url, schema, prepare: false };
  await insistOnStore(storage);
  const secrets = secretsInUrl(url);
  const known: Known = { file, readFrom: new Map(), connectors: [], secrets, secretsAt: new Map(), unclear: "all" };
  return { storage, known, hide: redactor(secrets) };
}

function absolute(url: string, cwd: string): string {
  const path = sqlitePath(url);
  if (path !== undefined) return `sqlite:${resolve(cwd, path)}`;
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  throw new CommandEnd("--store: what it names begins neither with sqlite: nor with postgres://", EXIT.usage);
}

async function insistOnStore(storage: StoreSettings): Promise<void> {
  const path = sqlitePath(storage.url);
  if (path !== undefined) {
    if (existsSync(path)) return;
    throw new CommandEnd(`--store: there is no store at ${path}`, EXIT.unreachable);
  }
  const { hasStore } = await import("../storage/postgres/has-store.ts");
  if (await hasStore(storage).catch(() => true)) return;
  const todo = "--store-schema names another (storage.schema)";
  throw new CommandEnd(
    `--store: there is no store in the schema ${storage.schema} of this database; ${todo}`,
    EXIT.unreachable,
  );
}

/**
 * The one line that ends a command which cannot know the store.
 * @param name `--config` as it was given
 */
export function noStore(name: string, faults: readonly Fault[]): CommandEnd {
  const errors = faults.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const isUnread = errors.length === 1 && first?.line === 0;
  const why = isUnread
    ? `${first.file}: ${first.what}; ${first.todo}`
    : `${name} has ${count(errors.length, "fault")} (\`check\` shows them) and does not say for certain which store is meant`;
  return new CommandEnd(`${why}${isUnread ? ", or" : ": mend it, or"} ${NAME_IT}`, EXIT.usage);
}

const NAME_IT = "name the store: --store PATH, or the variable that holds its URL, --store DATABASE_URL";
