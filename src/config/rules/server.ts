/** What must hold where callbacks come in and are kept. Pure. */
import { isPostgresUrl, readPostgresUrl } from "../../basics/postgres-url.ts";
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
  const [, store] = /^sqlite:(.+)$/s.exec(storage.url) ?? [];
  const spool: OwnFile = { path: ["storage", "spool"], file: storage.spool, name: "the spool" };
  const letters: OwnFile = { path: ["dead_letters", "file"], file: dead_letters.file, name: "the dead letters" };
  const url = { path: ["storage", "url"], file: store ?? "" };
  return [
    ...(spool.file === letters.file ? [sameFile(spool, letters)] : []),
    ...[spool, letters].flatMap((own) => (isOfStore(own.file, store) ? [fileOfStore(own, url.path)] : [])),
    ...[url, spool, letters].flatMap(meantForShells),
  ];
}

interface OwnFile {
  readonly path: readonly string[];
  /** Absolute. */
  readonly file: string;
  readonly name: string;
}

function sameFile({ path, name }: OwnFile, other: OwnFile): RuleFault {
  const what = `${name} and ${other.name} cannot be the same file`;
  return { path, what, todo: "name another file", reads: [path, other.path] };
}

/** SQLite's own files beside the database are the store as well. */
function isOfStore(file: string, store: string | undefined): boolean {
  return store !== undefined && ["", "-wal", "-shm", "-journal"].some((ending) => file === store + ending);
}

function fileOfStore({ path, name }: OwnFile, url: readonly string[]): RuleFault {
  return { path, what: `${name} cannot be a file of the store`, todo: "name another file", reads: [path, url] };
}

/** `~/data`, `$HOME/data`: nobody replaces that here, and a folder of that very name would be made. */
function meantForShells({ path, file }: Pick<OwnFile, "path" | "file">): RuleFault[] {
  const [, part] = /(?:^|[\\/])(~[\w-]*|\$[A-Za-z_]\w*)(?=[\\/])/.exec(file) ?? [];
  if (part === undefined) return [];
  const what = `a folder named ${part} is meant here: only a shell puts another in its place`;
  return [{ path, what, todo: `write the whole path, or \${NAME} for an environment variable`, severity: "warning" }];
}
