/** Stores in which millions of deliveries wait: made once by SQL alone, and kept in the temporary folder. */
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { registerThree } from "./through.ts";

const CONNECTORS = 3;
const keptAt = (name: string): string => join(tmpdir(), "unsub-bridge-scale", name);

const SQLITE = (events: number): string => `
  BEGIN;
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${events})
  INSERT INTO events (id, callback, kind, app, official_account, user, operator, by_admin, platform, client_ip, event_time,
    received_at, stored_at)
  SELECT printf('%064x', n * 2654435761), 0, 'unsubscribed', '1400000000', '@TOA#_bench', 'waiting-' || n, 'admin', 1, 'RESTAPI',
    '127.0.0.1', :at - ${events} + n, :at, :at FROM numbers;
  INSERT INTO deliveries (connector, event, state, due_at, routed_at)
  SELECT c.id, e.seq, 'waiting', :at, :at FROM connectors c CROSS JOIN events e;
  UPDATE connectors SET cursor = ${events}, waiting = ${events};
  COMMIT;`;

const POSTGRES = (events: number, at: number): string => `
  INSERT INTO events (id, callback, kind, app, official_account, user_id, operator, by_admin, platform, client_ip, event_time,
    received_at, stored_at, person, turn)
  SELECT lpad(to_hex(n * 2654435761), 64, '0'), 0, 'unsubscribed', '1400000000', '@TOA#_bench', 'waiting-' || n, 'admin', true, 'RESTAPI',
    '127.0.0.1', ${at} - ${events} + n, ${at}, ${at}, hashint8extended(n, 0), (${at} - ${events} + n) * 2 + 1
  FROM generate_series(1::bigint, ${events}) AS n;
  INSERT INTO deliveries (event, connector, person, turn, state, due_at, routed_at)
  SELECT e.seq, c.id, e.person, e.turn, 'waiting', ${at}, ${at} FROM events e CROSS JOIN connectors c;
  UPDATE connectors SET cursor = (SELECT max(seq) FROM events);
  VACUUM ANALYZE`;

/** Puts a copy of the kept file at a path. */
export async function copyWaitingSqlite(waiting: number, to: string): Promise<void> {
  const kept = keptAt(`${waiting}.db`);
  if (!existsSync(kept)) await makeSqlite(Math.ceil(waiting / CONNECTORS), kept);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(kept, to);
}

async function makeSqlite(events: number, kept: string): Promise<void> {
  await mkdir(dirname(kept), { recursive: true });
  const path = `${kept}.new`;
  const storage = openSqlite({ path });
  await registerThree(storage);
  await storage.close();
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000");
  const indexes = db
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('events', 'deliveries')",
    )
    .all();
  // made after the rows: that costs half
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  db.exec(SQLITE(events).replaceAll(":at", String(Date.now())));
  for (const { sql } of indexes) db.exec(String(sql));
  db.exec("PRAGMA journal_mode = WAL");
  db.close();
  await rename(path, kept);
}

const SCHEMA = "waiting";

/** A server in whose schema `waiting` they wait; what a bench adds stays there. */
export async function startWaitingPostgres(
  waiting: number,
): Promise<{ readonly server: PrivateServer; readonly schema: string }> {
  const settings = { max_wal_size: "4GB", shared_buffers: "512MB", maintenance_work_mem: "512MB" };
  const server = await startPrivatePostgres(settings, undefined, keptAt(`postgres-${waiting}`));
  const sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  const [found] = await sql`SELECT to_regclass(${`${SCHEMA}.whole`}) AS whole`;
  if (found?.whole === null) await makePostgres(sql, server.url, Math.ceil(waiting / CONNECTORS));
  await sql.end();
  return { server, schema: SCHEMA };
}

async function makePostgres(sql: postgres.Sql, url: string, events: number): Promise<void> {
  await sql.unsafe(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  const storage = await openPostgres({ url, schema: SCHEMA });
  await registerThree(storage);
  await storage.close();
  await sql.unsafe(`SET search_path = ${SCHEMA}; SET synchronous_commit = off`);
  const indexes = await sql.unsafe(`SELECT indexname AS name, indexdef AS sql FROM pg_indexes
    WHERE schemaname = '${SCHEMA}' AND tablename IN ('events', 'deliveries')
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname AND connamespace = '${SCHEMA}'::regnamespace)`);
  for (const { name } of indexes) await sql.unsafe(`DROP INDEX ${name}`);
  for (const statement of POSTGRES(events, Date.now()).split(";\n")) {
    if (statement.trim().startsWith("VACUUM")) for (const { sql: index } of indexes) await sql.unsafe(index);
    await sql.unsafe(statement);
  }
  // the last: what was left half made is made again
  await sql.unsafe("CREATE TABLE whole ()");
}
