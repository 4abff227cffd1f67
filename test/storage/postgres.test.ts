/** PostgreSQL keeps the storage contract. */
import { after, before } from "node:test";
import postgres from "postgres";
import { openQuestions } from "../../src/storage/open-questions.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { openPatient } from "./postgres-support.ts";
import { storageSuite } from "./suite.ts";

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

storageSuite("postgres", { advance: true, reopen: true }, async () => {
  const options = { url: server.url, schema: server.schema(), max: 2 };
  const open = async () => {
    const storage = await openPatient(options);
    await setClock(options.schema, at);
    return storage;
  };
  let at = Date.now();
  let storage = await open();
  const questions = await openQuestions({ ...options, prepare: true });
  return {
    storage,
    questions,
    async advance(ms) {
      at += ms;
      await setClock(options.schema, at);
    },
    async reopen() {
      await storage.close();
      storage = await open();
      return storage;
    },
    async close() {
      await questions.close();
      await storage.close();
      await sql.unsafe(`DROP SCHEMA ${options.schema} CASCADE`);
    },
  };
});

/** A store's clock stands still until a case moves it on. */
async function setClock(schema: string, at: number): Promise<void> {
  await sql.unsafe(
    `CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS bigint LANGUAGE sql AS 'SELECT ${at}::bigint'`,
  );
}
