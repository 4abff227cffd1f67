/** A PgBouncer in transaction mode before a test's PostgreSQL, where this machine has one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { guarded } from "./guard.ts";
import { freePort, NOBODY } from "./postgres.ts";
import { signalChild } from "./signal.ts";

export interface Pooler {
  readonly url: string;
  stop(): Promise<void>;
}

export const PGBOUNCER = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"].find(existsSync);

/**
 * @param connections to the server, shared by all clients
 * @param clients how many of these there may be
 */
export async function startPgBouncer(binary: string, url: string, connections: number, clients = 100): Promise<Pooler> {
  const { hostname, port, username, pathname } = new URL(url);
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-pgbouncer-"));
  const config = join(folder, "pgbouncer.ini");
  const own = await freePort();
  await writeFile(
    config,
    `[databases]
bridge = host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = ${clients}
`,
  );
  const user = userInfo().uid === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid !== undefined) await chown(folder, NOBODY, NOBODY);
  const child = guarded(spawn(binary, [config], { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] }));
  const closed = once(child, "close");
  let words = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Uint8Array) => {
      words += new TextDecoder().decode(chunk);
      if (words.includes("process up")) resolve();
    });
    void closed.then(() => reject(new Error(`PgBouncer ended: ${words}`)));
  });
  return {
    url: `postgres://bridge@127.0.0.1:${own}/bridge`,
    async stop() {
      signalChild(child, "SIGINT");
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
