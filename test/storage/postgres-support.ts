/** What the tests of the PostgreSQL store share. */
import { after, before } from "node:test";
import postgres from "postgres";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openPostgres, type PostgresOptions } from "../../src/storage/postgres/index.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";

export interface Machines {
  /** Another machine on the store of this schema. */
  open(options?: Partial<PostgresOptions>): Promise<Storage>;
  /** A statement behind the store's back. */
  sql(statement: string): Promise<readonly Record<string, unknown>[]>;
  readonly schema: string;
  readonly url: string;
}

/** Opens a store for which nobody at Chat waits: that a machine does much else is no trouble of the store. */
export const openPatient = (options: PostgresOptions): Promise<Storage> =>
  openPostgres({ intakeMs: 60_000, ...options });

export type WithMachines = (prove: (machines: Machines) => Promise<void>) => () => Promise<void>;

/** One server for a file of tests; each test has a schema of its own, and closes every machine that it opened. */
export function postgresServer(start: () => Promise<TestServer> = startPostgres): WithMachines {
  let server: TestServer;
  before(async () => {
    server = await start();
  });
  after(() => server.stop());
  return (prove) => async () => {
    const opened: Storage[] = [];
    const { url } = server;
    const schema = server.schema();
    try {
      await prove({
        ...{ url, schema },
        sql: (statement) => behind(url, schema, statement),
        async open(options) {
          const storage = await openPatient({ url, schema, max: 3, ...options });
          opened.push(storage);
          return storage;
        },
      });
    } finally {
      await Promise.all(opened.map((storage) => storage.close()));
    }
  };
}

async function behind(url: string, schema: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    await sql.unsafe(`SET search_path = ${schema}`);
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}
