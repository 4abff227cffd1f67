/**
 * What an event with its three deliveries takes on disk, once they are delivered: callbacks of a hundred users as they are, and of one user
 * once their raw bodies have gone. No VACUUM before. With `--against REV` beside another revision.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import type { Storage } from "../../src/storage/contract/storage.ts";
import type { PostgresOptions } from "../../src/storage/postgres/index.ts";
import type { OpenSqliteOptions } from "../../src/storage/sqlite/index.ts";
import { startPrivatePostgres } from "../support/postgres.ts";
import { checkOut } from "./check-out.ts";
import type { BenchOptions, Row } from "./table.ts";
import { registerThree, takeThrough } from "./through.ts";

const EVENTS = { sqlite: 50_000, postgres: 10_000 } as const;
/** By this retention whatever is there is old. */
const ALL_IS_OLD = -3_600_000;
const ROOT = join(import.meta.dirname, "../..");

interface Revision {
  readonly name: string;
  readonly openSqlite: (options: OpenSqliteOptions) => Storage;
  readonly openPostgres: (options: PostgresOptions) => Promise<Storage>;
}

export async function benchDisk({ only = "" }: BenchOptions, against: string): Promise<Row[]> {
  const other = against === "" ? undefined : await checkOut(against);
  const revisions = [
    await revisionIn(ROOT, ""),
    ...(other === undefined ? [] : [await revisionIn(other.folder, against)]),
  ];
  const rows: Row[] = [];
  for (const users of [100, 1]) {
    for (const revision of revisions) {
      if ("sqlite".includes(only)) rows.push(await ofSqlite(revision, users));
      if ("postgres".includes(only)) rows.push(await ofPostgres(revision, users));
    }
  }
  await other?.remove();
  return rows;
}

async function revisionIn(root: string, name: string): Promise<Revision> {
  const { openSqlite } = await import(join(root, "src/storage/sqlite/index.ts"));
  const { openPostgres } = await import(join(root, "src/storage/postgres/index.ts"));
  return { name: name === "" ? "" : `, ${name}`, openSqlite, openPostgres };
}

async function ofSqlite({ name, openSqlite }: Revision, users: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-disk-"));
  const path = join(folder, "bridge.db");
  const storage = openSqlite({ path });
  await fill(storage, users, EVENTS.sqlite);
  const log = (await stat(`${path}-wal`)).size;
  await storage.close();
  const db = new DatabaseSync(path, { readOnly: true });
  const parts = db
    .prepare("SELECT name, sum(pgsize) AS bytes, sum(payload) AS payload FROM dbstat GROUP BY name ORDER BY bytes DESC")
    .all();
  db.close();
  const { size } = await stat(path);
  await rm(folder, { recursive: true });
  const each = (bytes: unknown) => (Number(bytes) / EVENTS.sqlite).toFixed(0);
  const bare = parts.reduce((sum, { payload }) => sum + Number(payload), 0);
  return {
    what: `SQLite: bytes on disk an event with three deliveries, ${kindOf(users)}${name}`,
    value: each(size),
    goal: "≤ 400",
    detail: `the bare rows of tables and indexes ${each(bare)}; ${parts
      .slice(0, 5)
      .map((part) => `${part.name} ${each(part.bytes)}`)
      .join(", ")}; -wal ${(log / 1e6).toFixed(0)} MB`,
  };
}

const SIZES = `
  SELECT relname AS name, pg_relation_size(oid)::float8 AS bytes FROM pg_class
  WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'i', 't') ORDER BY bytes DESC`;

async function ofPostgres({ name, openPostgres }: Revision, users: number): Promise<Row> {
  const server = await startPrivatePostgres();
  const schema = server.schema();
  const storage = await openPostgres({ url: server.url, schema });
  await fill(storage, users, EVENTS.postgres);
  await storage.close();
  const sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  const parts = await sql.unsafe(SIZES, [schema]);
  await sql.end();
  await server.stop();
  const all = parts.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  return {
    what: `PostgreSQL: MB for ${EVENTS.postgres} events with three deliveries each, ${kindOf(users)}${name}`,
    value: (all / 1e6).toFixed(1),
    goal: "≤ 13.5",
    detail: parts
      .slice(0, 8)
      .map((part) => `${part.name} ${(Number(part.bytes) / 1e6).toFixed(1)}`)
      .join(", "),
  };
}

async function fill(storage: Storage, users: number, events: number): Promise<void> {
  await registerThree(storage);
  await takeThrough(storage, { events, users });
  const limits = { retentionMs: null, rawRetentionMs: users === 1 ? ALL_IS_OLD : null, quarantineBytes: 1e9 };
  while ((await storage.prune(limits)).more);
}

const kindOf = (users: number): string =>
  users === 1 ? "callbacks of one user, after raw_retention" : `callbacks of ${users} users as they are`;
