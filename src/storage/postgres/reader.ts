/** A PostgreSQL store that is only read: by one connection, in transactions that the server keeps from changing anything. */
import { randomUUID } from "node:crypto";
import type { OpenLooks } from "../questions.ts";
import { tooNew } from "../releases.ts";
import { type Context, openContext } from "./context.ts";
import { postgresLooks } from "./looking.ts";
import { QUESTION_CONNECTIONS } from "./room.ts";
import { codeOf, NewerSchema } from "./trouble.ts";

export interface ReaderOptions {
  readonly url: string;
  readonly schema: string;
  readonly prepare: boolean;
}

/** Rejects in plain words when there is no store, none that this release can read, or the server does not answer. */
export async function openPostgresReader({ url, schema, prepare }: ReaderOptions): Promise<OpenLooks> {
  const options = { machine: randomUUID(), clockTickMs: Number.POSITIVE_INFINITY, max: QUESTION_CONNECTIONS };
  const context = openContext({ url, schema, prepare, ...options });
  try {
    await insistOnStore(context);
  } catch (error) {
    await context.close();
    throw error;
  }
  return { looks: postgresLooks(context), close: () => context.close() };
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNDEFINED_TABLE = "42P01";

async function insistOnStore({ transact, schema }: Context): Promise<void> {
  const meta = await transact("asking", ({ one }) => one("SELECT version, compatible_from FROM meta")).catch(
    (error: unknown) => {
      if (codeOf(error) !== UNDEFINED_TABLE) throw error;
      throw new Error(`there is no store yet in the schema ${schema} of this database; start the bridge first`);
    },
  );
  const found = { version: Number(meta?.version), compatibleFrom: Number(meta?.compatible_from) };
  const why = tooNew(`the schema ${schema}`, found);
  if (why !== undefined) throw new NewerSchema(why);
}
