/** What a PostgreSQL store says of more rows than anybody counts. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import postgres from "postgres";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { openPatient } from "./postgres-support.ts";
import { register } from "./suite-support.ts";

let server: TestServer;
before(async () => {
  server = await startPostgres();
});
after(() => server.stop());

/** Makes events with these numbers wait for the first connector. */
const waitFor = (numbers: string): string => `
  INSERT INTO deliveries (event, connector, person, turn, state, due_at, routed_at)
  SELECT n, (SELECT min(id) FROM connectors), n, n, 'waiting', 1, 1 FROM ${numbers} AS n`;

test("up to 100,000 that wait are counted, more are told as an estimate that says so", {
  skip: ON_BUN_ALONE,
}, async () => {
  const schema = server.schema();
  const storage = await openPatient({ url: server.url, schema, max: 2 });
  const sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await register(storage, "crm");
  await sql.unsafe(
    `SET search_path = ${schema}; SET synchronous_commit = off; ${waitFor("generate_series(1, 100000)")}`,
  );
  const [counted] = (await storage.status()).connectors;
  assert.deepEqual([counted?.waiting, counted?.about, counted?.atLeast], [100_000, undefined, undefined]);
  // every other one, further on
  await sql.unsafe(waitFor("generate_series(200001, 260000, 2)"));
  const [row] = (await storage.status()).connectors;
  assert.deepEqual([row?.about, row?.atLeast], [["waiting"], undefined]);
  assert.ok(Math.abs((row?.waiting ?? 0) / 130_000 - 1) < 0.05, `${row?.waiting}`);
  await Promise.all([storage.close(), sql.end()]);
});
