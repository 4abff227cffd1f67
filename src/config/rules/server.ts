/** What must hold where callbacks come in and are kept. Pure. */
import { isPostgresUrl, readPostgresUrl } from "../../basics/postgres-url.ts";
import { SQLITE_ENDINGS, sqlitePath } from "../../basics/sqlite-files.ts";
import type { Settings } from "../schema.ts";
import { judgeHost } from "./host.ts";
import type { RuleFault } from "./rule-fault.ts";

export function judgeServer({ server }: Settings): RuleFault[] {
  const host = judgeHost(server.host, "server");
  if (server.path !== "/healthz" && server.path !== "/readyz") return host;
  return [
    ...host,
    { path: ["server", "path"], what: `${server.path} is taken by the health check`, todo: "choose another path" },
  ];
}

/** A URL that cannot be kept would be tried for ever. */
export function judgeDatabase({ storage }: Settings): RuleFault[] {
  if (!isPostgresUrl(storage.url)) return [];
  const read = readPostgresUrl(storage.url);
  return read.ok ? [] : read.faults.map((fault) => ({ path: ["storage", "url"], ...fault }));
}

export function judgeFiles({ storage, dead_letters }: Settings): RuleFault[] {
  const url: OwnFile = { path: ["storage", "url"], file: sqlitePath(storage.url) ?? "" };
  const spool: OwnFile = { path: ["storage", "spool"], file: storage.spool };
  const letters: OwnFile = { path: ["dead_letters", "file"], file: dead_letters.file };
  const same = { what: "the spool and the dead letters cannot be the same file", todo: ANOTHER };
  return [
    ...(spool.file === letters.file ? [{ path: spool.path, ...same, reads: [spool.path, letters.path] }] : []),
    ...ofStore(spool, url, "the spool cannot be a file of the store"),
    ...ofStore(letters, url, "the dead letters cannot be a file of the store"),
    ...[url, spool, letters].flatMap(meantForShells),
  ];
}

const ANOTHER = "name another file";

interface OwnFile {
  readonly path: readonly string[];
  /** Absolute; empty where the store is a server. */
  readonly file: string;
}

/** SQLite's own files beside the database are the store as well. */
function ofStore({ path, file }: OwnFile, store: OwnFile, what: string): RuleFault[] {
  if (!["", ...SQLITE_ENDINGS].some((ending) => file === store.file + ending)) return [];
  return [{ path, what, todo: ANOTHER, reads: [path, store.path] }];
}

/** `~/data`, `$HOME/data`: nobody replaces that here, and a folder of that very name would be made. */
function meantForShells({ path, file }: Pick<OwnFile, "path" | "file">): RuleFault[] {
  const [, part] = /(?:^|[\\/])(~[\w-]*|\$[A-Za-z_]\w*)(?=[\\/])/.exec(file) ?? [];
  if (part === undefined) return [];
  const what = `a folder named ${part} is meant here: only a shell puts another in its place`;
  return [{ path, what, todo: `write the whole path, or \${NAME} for an environment variable`, severity: "warning" }];
}
