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
  if (storage.spool !== dead_letters.file) return [];
  const path = ["storage", "spool"];
  const what = "the spool and the dead letters cannot be the same file";
  return [{ path, what, todo: "name another file", reads: [path, ["dead_letters", "file"]] }];
}
