/**
 * SQL that fills a fresh store, in which two connectors are registered, with a million events: all routed to the first, one in
 * a hundred to the second.
 */
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";

export const EVENTS = 1_000_000;
/** The oldest of all wait; of the others one in ten thousand is dead. */
const WAITING = 100;
const DEAD_EACH = 10_000;
/** One person has so many of the events. */
const CROWD = 5_000;
/** Received a second apart, until now. */
export const RECEIVED = Date.now() - EVENTS * 1_000;

const USER = `CASE WHEN n % ${EVENTS / CROWD} = 0 THEN 'crowd' ELSE 'user-' || (n / 2) END`;
const STATE = `CASE WHEN n <= ${WAITING} THEN 'waiting' WHEN n % ${DEAD_EACH} = 1 THEN 'dead' ELSE 'delivered' END`;
const SETTLED_AT = `CASE WHEN n <= ${WAITING} THEN NULL ELSE ${RECEIVED} + n * 1000 END`;

/** So many are subscribed, and all of them seem to be missing. */
const MISSING = 100_000;
/** @param numbers of people, from 1 on, as `n` */
const rosters = (numbers: string) => `
  INSERT INTO roster (app, account, user_id, subscribe_time, seen_at)
  SELECT '1', '@TOA#_news', 'user-' || n, ${RECEIVED}, NULL FROM ${numbers};
  INSERT INTO missing (app, account, user_id, state, subscribe_time, seen_at, back, found_at, pass, why, entry)
  SELECT '1', '@TOA#_news', 'user-' || n, 'held', ${RECEIVED}, ${RECEIVED}, NULL, ${RECEIVED}, 'pass', 'too many', NULL FROM ${numbers};`;

export const SQLITE_SEED = `
  BEGIN;
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${EVENTS})
  INSERT INTO events (id, callback, kind, app, official_account, user, operator, by_admin, platform, client_ip, event_time,
    received_at, stored_at)
  SELECT 'event-' || n, 0, 'unsubscribed', '1', '@TOA#_news', ${USER}, '', 0, '', '', ${RECEIVED} + n * 1000,
    ${RECEIVED} + n * 1000, ${RECEIVED} + n * 1000 FROM numbers;
  INSERT INTO deliveries (connector, event, state, due_at, routed_at, settled_at, class)
  SELECT 1, seq, ${STATE.replaceAll("n ", "seq ")}, 0, 0, ${SETTLED_AT.replaceAll("n ", "seq ")},
    CASE WHEN seq % ${DEAD_EACH} = 1 THEN 'rejected' END FROM events;
  INSERT INTO deliveries (connector, event, state, due_at, routed_at, settled_at)
  SELECT 2, seq, 'delivered', 0, 0, 1 FROM events WHERE seq % 100 = 0;
  UPDATE connectors SET cursor = ${EVENTS}, waiting = CASE id WHEN 1 THEN ${WAITING} ELSE 0 END;
  ${rosters(`(SELECT seq AS n FROM events WHERE seq <= ${MISSING})`)}
  COMMIT;`;

export const POSTGRES_SEED = `
  INSERT INTO events (id, callback, kind, app, official_account, user_id, operator, by_admin, platform, client_ip, event_time,
    received_at, stored_at, person, turn)
  SELECT 'event-' || n, 0, 'unsubscribed', '1', '@TOA#_news', ${USER}, '', false, '', '', ${RECEIVED} + n * 1000,
    ${RECEIVED} + n * 1000, ${RECEIVED} + n * 1000, n / 2, n
  FROM generate_series(1::bigint, ${EVENTS}) AS n;
  INSERT INTO deliveries (event, connector, person, turn, state, due_at, routed_at, settled_at, class)
  SELECT n, 1, n / 2, n, ${STATE}, 0, 0, ${SETTLED_AT}, CASE WHEN n % ${DEAD_EACH} = 1 THEN 'rejected' END
  FROM generate_series(1::bigint, ${EVENTS}) AS n;
  INSERT INTO deliveries (event, connector, person, turn, state, due_at, routed_at, settled_at)
  SELECT n * 100, 2, n / 2, n, 'delivered', 0, 0, 1 FROM generate_series(1::bigint, ${EVENTS} / 100) AS n;
  ${rosters(`generate_series(1::bigint, ${MISSING}) AS n`)}
  UPDATE connectors SET cursor = (SELECT max(seq) FROM events)`;

/** The indexes of these tables that can be made again by their own words. */
const SQLITE_INDEXES =
  "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('events', 'deliveries')";
const POSTGRES_INDEXES = `SELECT indexname AS name, indexdef AS sql FROM pg_indexes
  WHERE schemaname = current_schema() AND tablename IN ('events', 'deliveries')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname AND connamespace = current_schema()::regnamespace)`;

/** Indexes are made after the rows: that costs half. */
const filling = (seed: string, indexes: readonly { readonly name: string; readonly sql: string }[]): string =>
  [
    ...indexes.map(({ name }) => `DROP INDEX ${name}`),
    seed.trim().replace(/;$/, ""),
    ...indexes.map(({ sql }) => sql),
  ].join(";\n");

export function fillSqlite(path: string): void {
  const db = new DatabaseSync(path);
  const indexes = db
    .prepare(SQLITE_INDEXES)
    .all()
    .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));
  db.exec(`PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; ${filling(SQLITE_SEED, indexes)}`);
  db.close();
}

/** @param before said to this session, such as what it need not log */
export async function fillPostgres(url: string, schema: string, before = ""): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false });
  await sql.unsafe(`SET search_path = ${schema}; ${before}`);
  const indexes = await sql.unsafe<{ name: string; sql: string }[]>(POSTGRES_INDEXES);
  await sql.unsafe(filling(POSTGRES_SEED, indexes));
  await sql.end();
}
