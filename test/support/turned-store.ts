/** Stores whose clock stands still until it is moved. */
import { after, before } from "node:test";
import postgres from "postgres";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { openPatient } from "../storage/postgres-support.ts";
import { startPostgres, type TestServer } from "./postgres.ts";
import { openSchemas, type Schemas } from "./postgres-schemas.ts";

export interface TurnedStore {
  readonly storage: Storage;
  /** Milliseconds since 1970. */
  now(): number;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** @param now where its clock begins, milliseconds since 1970 */
export type OpenTurned = (now: number) => Promise<TurnedStore>;

export const turnedSqlite: OpenTurned = (now) => turnedSqliteIn(":memory:", now);

export async function turnedSqliteIn(path: string, now: number): Promise<TurnedStore> {
  let at = now;
  const storage = openSqlite({ path, now: () => at });
  return {
    storage,
    now: () => at,
    async advance(ms) {
      at += ms;
    },
    close: () => storage.close(),
  };
}

export interface ClockedPostgres<Server extends TestServer = TestServer> {
  server(): Server;
  /** The schema of a store that is empty. */
  take(): Promise<string>;
  giveBack(schema: string): Promise<void>;
  /** From now on the stores of this schema have this time. */
  setClock(schema: string, at: number): Promise<void>;
  /** A store in a schema of its own, which goes with it. */
  readonly open: OpenTurned;
}

/** A server for the tests of a file or of a `describe`. */
export function clockedPostgres(): ClockedPostgres {
  return clockedBy(() => startPostgres({ fsync: "off" }));
}

/** The same on a server of one's own. */
export function clockedBy<Server extends TestServer>(start: () => Promise<Server>): ClockedPostgres<Server> {
  let server: Server;
  let sql: postgres.Sql;
  let schemas: Schemas;
  before(async () => {
    server = await start();
    schemas = await openSchemas(server);
    sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  });
  after(async () => {
    await Promise.all([sql.end(), schemas.close()]);
    await server.stop();
  });

  async function setClock(schema: string, at: number): Promise<void> {
    await sql.unsafe(
      `CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS bigint LANGUAGE sql AS 'SELECT ${at}::bigint'`,
    );
  }

  const take = (): Promise<string> => schemas.take();
  const giveBack = (schema: string): Promise<void> => schemas.giveBack(schema);

  return {
    server: () => server,
    ...{ take, giveBack, setClock },
    async open(now) {
      const schema = await take();
      let at = now;
      const storage = await openPatient({ url: server.url, schema, max: 2 });
      await setClock(schema, at);
      return {
        storage,
        now: () => at,
        async advance(ms) {
          at += ms;
          await setClock(schema, at);
        },
        async close() {
          await storage.close();
          await giveBack(schema);
        },
      };
    },
  };
}
