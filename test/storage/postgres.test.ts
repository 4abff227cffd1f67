/** The storage contract on PostgreSQL. */
import { after, before } from "node:test";
import { openPostgres } from "../../src/storage/postgres.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { storageSuite } from "./suite.ts";

let server: TestServer;
before(async () => {
  server = await startPostgres();
});
after(() => server.stop());

storageSuite("postgres", { advance: false, reopen: true }, async () => {
  const options = { url: server.url, schema: server.schema() };
  const opened = [await openPostgres(options)];
  return {
    storage: opened[0] as (typeof opened)[number],
    async reopen() {
      await opened.at(-1)?.close();
      const again = await openPostgres(options);
      opened.push(again);
      return again;
    },
    async close() {
      await opened.at(-1)?.close();
    },
  };
});
