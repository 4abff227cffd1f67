/** A PostgreSQL store that is only read: by one connection, in transactions that the server keeps from changing anything. */

import { randomUUID } from "node:crypto";
import { codeOf } from "../../basics/error-code.ts";
import type { OpenLooks } from "../questions-late.ts";
import { tooNew } from "../releases.ts";
import { withoutHealed } from "../rules/rows.ts";
import { type Context, openContext } from "./context.ts";
import { postgresLooks } from "./looking.ts";
import { QUESTION_CONNECTIONS } from "./room.ts";
import { NewerSchema } from "./trouble.ts";

export interface ReaderOptions {
  readonly url: string;
  readonly schema: string;
  readonly prepare: boolean;
}

/** Rejects in plain words when there is no store, none that this release can read, or the server does not answer. */
export async function openPostgresReader({ url, schema, prepare }: ReaderOptions): Promise<OpenLooks> {
  const options = { machine: randomUUID(), clockTickMs: Number.POSITIVE_INFINITY, max: QUESTION_CONNECTIONS };
  const context = openContext({ url, schema, prepare, ...options });
  let isMarked: boolean;
  try {
    await insistOnStore(context);
    isMarked = (await context.transact("asking", ({ one }) => one(MARKED))) !== undefined;
  } catch (error) {
    await context.close();
    throw error;
  }
  return { looks: postgresLooks(isMarked ? context : unmarked(context)), close: () => context.close() };
}

const MARKED = "SELECT 1 AS one WHERE to_regclass('healed_facts') IS NOT NULL";

/** A store that no release has opened yet which knows of healed events. */
function unmarked(context: Context): Context {
  return {
    ...context,
    transact: (manner, work) =>
      context.transact(manner, (transaction) =>
        work({
          ...transaction,
          rows: (statement, ...values) => transaction.rows(withoutHealed(statement), ...values),
          one: (statement, ...values) => transaction.one(withoutHealed(statement), ...values),
        }),
      ),
  };
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
