/**
 * A bridge on a large store of 0.1.0 takes its first callback as soon as on a small one: nothing that its start does grows with the
 * store. By what is read, not by time: `bench upgrade` measures that, with 1,000,000 events.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import postgres from "postgres";
import { createIndexes } from "../../src/storage/postgres/indexes.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { copyOf010, grow010, type Left, textOf010 } from "../support/fixtures.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { startPrivatePostgres } from "../support/postgres.ts";
import { type BridgeProcess, startBridgeProcess } from "../support/process.ts";

const EVENTS = { sqlite: 100_000, postgres: 20_000 };
/** Of the whole. An index, or one look at every row, would be half of it at least. */
const MOST_READ = 0.2;

/** Nothing listens there: what is due is tried, and waits. */
const NOWHERE = "http://127.0.0.1:9";
const AWAY = { CRM_URL: NOWHERE, ANALYTICS_URL: NOWHERE, PARTNER_URL: NOWHERE };

describe("a bridge on a large store of 0.1.0", { skip: ON_BUN_ALONE }, () => {
  // it counts what a process reads, by Linux's word
  const isLinux = process.platform === "linux";
  if (!isLinux) console.warn("left out: what a process reads (Linux)");

  it("takes its first callback before it has read more of the file than of a small one", {
    skip: !isLinux,
  }, async () => {
    const [small, large] = [await copyOf010(AWAY), await copyOf010(AWAY)];
    try {
      const path = large.path("data/bridge.db");
      grow010(path, { events: EVENTS.sqlite, parked: true });
      const [least, read] = [await readUntilTaken(small), await readUntilTaken(large)];
      const share = (read - least) / statSync(path).size;
      assert.ok(share < MOST_READ, `it has read ${(100 * share).toFixed(0)} % of the store`);
    } finally {
      await Promise.all([small.close(), large.close()]);
    }
  });

  /** Bytes that a bridge has read from its start until it has taken a callback. */
  async function readUntilTaken(left: Left): Promise<number> {
    const bridge = await startBridgeProcess(left.config, { env: left.env });
    try {
      assert.equal(await postCallback(bridge.url, { users: ["first"] }), true);
      // by `cat`: Deno reads nothing there without all rights
      const { stdout } = await promisify(execFile)("cat", [`/proc/${bridge.child.pid}/io`]);
      return Number(/^rchar: (\d+)/m.exec(stdout)?.[1]);
    } finally {
      await bridge.kill();
    }
  }

  it("takes its first callback before it has touched more of the tables than of small ones", async () => {
    const server = await startPrivatePostgres({ autovacuum: "off" });
    const schema = server.schema();
    const sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
    const left = await copyOf010(AWAY);
    let bridge: BridgeProcess | undefined;
    async function number(query: string): Promise<number> {
      const [row] = await sql.unsafe(query);
      return Number(row?.n);
    }
    const others = () =>
      number(`SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`);
    /** Pages of the two large tables and their indexes, as often as each was asked for. */
    const touched = () =>
      number(`SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)) AS n
        FROM pg_statio_user_tables WHERE schemaname = '${schema}' AND relname IN ('events', 'deliveries')`);
    const pages = () =>
      number(`SELECT sum(pg_total_relation_size(c.oid)) / 8192 AS n FROM pg_class c
        WHERE c.relnamespace = '${schema}'::regnamespace AND c.relname IN ('events', 'deliveries')`);

    try {
      await sql.unsafe((await textOf010("postgres.sql")).replaceAll("unsub_bridge", schema));
      await sql.unsafe(growth(schema));
      // what machines build in the background, while callbacks are taken, is not what a start does
      await createIndexes({ run: async (statement) => (await sql.unsafe(statement)).count }, schema);
      await sql.unsafe(`VACUUM (ANALYZE) ${schema}.events, ${schema}.deliveries`);
      const store = `url: "${server.url}", schema: ${schema}`;
      const yaml = await readFile(left.config, "utf8");
      // couriers, whose claims touch the same pages again and again, are not what is looked at
      const idle = yaml.replaceAll("    type:", "    enabled: false\n    type:");
      await writeFile(left.config, idle.replace('url: "sqlite:./data/bridge.db"', store));
      // what this connection has touched itself is counted by now
      await sql`SELECT pg_stat_force_next_flush()`;
      const before = await touched();
      bridge = await startBridgeProcess(left.config, { env: left.env });
      assert.equal(await postCallback(bridge.url, { users: ["first"] }), true);
      await bridge.kill();
      // each connection tells what it has touched at its end at the latest
      await eventually(async () => (await others()) === 0);
      const share = ((await touched()) - before) / (await pages());
      assert.ok(share < MOST_READ, `it has touched ${(100 * share).toFixed(0)} % of the store`);
    } finally {
      await bridge?.kill();
      await sql.end();
      await server.stop();
      await left.close();
    }
  });
});

/** Makes as much wait in a PostgreSQL store of 0.1.0, for every connector. */
function growth(schema: string): string {
  return `
    SET search_path TO ${schema};
    INSERT INTO events (id, callback, kind, app, official_account, user_id, operator, by_admin, platform, client_ip,
        event_time, received_at, stored_at, person, turn)
      SELECT 'grown-' || i, 1, 'unsubscribed', '1400000000', '@TOA#_news', 'person-' || (i / 2), 'somebody', false, 'iOS',
        '203.0.113.9', b.at + i, b.at + i, b.at + i, i / 2, 2 * (b.at + i) + 1
      FROM generate_series(0, ${EVENTS.postgres - 1}) AS i, (SELECT max(event_time) + 1 AS at FROM events) AS b;
    INSERT INTO deliveries (connector, event, state, due_at, routed_at, person, turn, parked)
      SELECT c.id, e.seq, 'waiting', e.received_at, e.received_at, e.person, e.turn, substring(e.id from 7)::int % 2 = 1
      FROM connectors c, events e WHERE e.id LIKE 'grown-%';
    UPDATE connectors SET cursor = (SELECT max(seq) FROM events);
  `;
}
