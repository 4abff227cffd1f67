/**
 * Schemas that are used again: to make one costs a database as much as a whole test, and hundreds of tests want an empty store
 * each. That stores are made at all is for those to prove that take a schema nobody used (`TestServer.schema`).
 */
import postgres from "postgres";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import type { TestServer } from "./postgres.ts";

export interface Schemas {
  /** Nobody else's until it is given back; its store is there, and empty. */
  take(): Promise<string>;
  giveBack(schema: string): Promise<void>;
  close(): Promise<void>;
}

/** Beyond it a table is given its pages back as well. */
const PAGES_BYTES = 65_536;

/** As just made, row by row: what stands in a store from its beginning is copied from one that nobody has used. */
const emptied = (schema: string, unused: string): string => `
  SET search_path = ${schema};
  DO $$
  DECLARE
    t text;
    s record;
  BEGIN
    -- twice: triggers write sums for what is deleted
    FOR pass IN 1..2 LOOP
      FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' LOOP
        IF pg_relation_size(t::regclass) > ${PAGES_BYTES} THEN EXECUTE format('TRUNCATE %I', t);
        ELSE EXECUTE format('DELETE FROM %I', t);
        END IF;
      END LOOP;
    END LOOP;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' LOOP
      EXECUTE format('INSERT INTO %I OVERRIDING SYSTEM VALUE SELECT * FROM ${unused}.%I', t, t);
    END LOOP;
    FOR s IN SELECT sequencename, start_value FROM pg_sequences WHERE schemaname = '${schema}' LOOP
      PERFORM setval(s.sequencename::regclass, s.start_value, false);
    END LOOP;
  END $$`;

export async function openSchemas(server: TestServer): Promise<Schemas> {
  const { url } = server;
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  const made = async (): Promise<string> => {
    const schema = server.schema();
    await (await openPostgres({ url, schema, intakeMs: 60_000 })).close();
    return schema;
  };
  const unused = await made();
  const free: string[] = [];
  return {
    take: async () => free.pop() ?? made(),
    async giveBack(schema) {
      await sql.unsafe(emptied(schema, unused));
      free.push(schema);
    },
    close: () => sql.end(),
  };
}
