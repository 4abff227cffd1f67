/** Whatever happens, and in whatever order: who has left is told of, and nobody else is. On both stores. */
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import postgres from "postgres";
import { openPatient } from "../storage/postgres-support.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { history, play } from "./histories.ts";
import type { OpenTurned } from "./support.ts";

/** `SEED=…` plays the same histories again, `HISTORIES=…` more of them. */
const { SEED, HISTORIES } = process.env;
const runs = (usual: number) => ({
  numRuns: Number(HISTORIES ?? usual),
  ...(SEED !== undefined && { seed: Number(SEED) }),
});

const WHATEVER = "whoever has left is told of, nobody who is subscribed is, and nobody twice";

describe("in any history of subscriptions, lost callbacks and passes, on SQLite", () => {
  it(WHATEVER, async () => {
    await fc.assert(
      fc.asyncProperty(history, (each) => play(each)),
      runs(25),
    );
  });
});

describe("in any history of subscriptions, lost callbacks and passes, on PostgreSQL", () => {
  let server: TestServer;
  let sql: postgres.Sql;
  before(async () => {
    server = await startPostgres();
    sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  });
  after(async () => {
    await sql.end();
    await server.stop();
  });

  const turnedPostgres: OpenTurned = async (now) => {
    const schema = server.schema();
    const setClock = (at: number) =>
      sql.unsafe(`CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS bigint LANGUAGE sql AS 'SELECT ${at}::bigint'`);
    let at = now;
    const storage = await openPatient({ url: server.url, schema, max: 2 });
    await setClock(at);
    return {
      storage,
      async advance(ms) {
        at += ms;
        await setClock(at);
      },
      async close() {
        await storage.close();
        await sql.unsafe(`DROP SCHEMA ${schema} CASCADE`);
      },
    };
  };

  it(WHATEVER, async () => {
    await fc.assert(
      fc.asyncProperty(history, (each) => play(each, turnedPostgres)),
      runs(5),
    );
  });
});
