/**
 * Indexes that questions of people want, and the work does not need. A store that is made now has them from the beginning; one
 * that is there already gets them while machines work on it, one after the other (`CREATE INDEX CONCURRENTLY`), which may take
 * long on a large store, or need a right that the role does not have. Until then questions do without, as well as they can.
 */
import { errorWords } from "../../basics/error-words.ts";
import { connectionOf } from "../../basics/postgres-url.ts";
import type { Connection } from "./client.ts";
import type { Transaction } from "./context.ts";
import { openPool } from "./pool/pool.ts";

export type IndexName = "deliveries_waiting" | "deliveries_dead_by_event" | "events_by_prefix";

/** What stands behind `CREATE INDEX`; `$schema` is the schema, quoted. */
const INDEXES: Readonly<Record<IndexName, string>> = {
  deliveries_waiting: "ON $schema.deliveries (connector, event) WHERE state = 'waiting'",
  deliveries_dead_by_event: "ON $schema.deliveries (connector, event) WHERE state = 'dead'",
  // compares bytes, whatever the order of letters in the database's language
  events_by_prefix: "ON $schema.events (user_id text_pattern_ops)",
};

const NAMES = Object.keys(INDEXES) as IndexName[];

/**
 * An event's id once instead of twice: it holds the time, so that it alone tells events apart. A store that has both indexes keeps
 * them: one would have to be made unique while machines work.
 */
const LEAN = `
  DROP INDEX events_once;
  DROP INDEX events_by_id;
  CREATE UNIQUE INDEX events_by_id ON events (id)`;

/** In the transaction that makes the tables, while they are empty. */
export async function createIndexes({ run }: Pick<Transaction, "run">, schema: string): Promise<void> {
  await run(LEAN);
  for (const name of NAMES) await run(`CREATE INDEX ${name} ${definitionOf(name, schema)}`);
}

/** Whether it is there and can be used. */
export async function hasIndex({ one }: Transaction, name: IndexName): Promise<boolean> {
  const found = await one("SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)", name);
  return found?.valid === true;
}

function definitionOf(name: IndexName, schema: string): string {
  return INDEXES[name].replace("$schema", `"${schema}"`);
}

export interface BuildOptions {
  readonly url: string;
  readonly schema: string;
  readonly prepare: boolean;
  /** Called before one is built, and when it is there. */
  readonly onBuild: (name: IndexName, isDone: boolean) => void;
  readonly signal: AbortSignal;
}

/** `later`: there is no store yet, another machine is at it, or what was left half done is to be looked at again. */
export type Built = "built" | "later";

/** Building reads a table twice, and waits for every transaction that was open before. */
const LONGEST_MS = 6 * 3_600_000;

/**
 * Builds what is missing, on a connection of its own. Machines keep apart by the index itself: who comes second finds it under
 * construction. What a machine that was killed has left half built is removed, and built by a later call. Rejects with the
 * server's words, and the statement that failed.
 */
export async function buildIndexes({ url, schema, prepare, onBuild, signal }: BuildOptions): Promise<Built> {
  const pool = openPool({ ...connectionOf(url, prepare), most: () => 1 });
  signal.addEventListener("abort", () => void pool.close());
  try {
    return await pool.use(LONGEST_MS, (connection) => buildOn(connection, schema, onBuild));
  } finally {
    await pool.close();
  }
}

async function buildOn(
  { send, session }: Pick<Connection, "send" | "session">,
  schema: string,
  onBuild: BuildOptions["onBuild"],
): Promise<Built> {
  const tables = await send("SELECT to_regclass($1) AS there", [`"${schema}".deliveries`]);
  if (tables.rows[0]?.there === null) return "later";
  // in no transaction that could say so itself
  if (session.isOurs && session.mustAskToWrite) await send("SET default_transaction_read_only = off");
  let built: Built = "built";
  for (const name of NAMES) {
    const { rows } = await send(STATE, [`"${schema}".${name}`]);
    const [state] = rows;
    if (state === undefined) {
      onBuild(name, false);
      await doing(send, `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ${definitionOf(name, schema)}`);
      onBuild(name, true);
    } else if (state.valid !== true) {
      built = "later";
      if (state.building !== true) await doing(send, `DROP INDEX CONCURRENTLY IF EXISTS "${schema}".${name}`);
    }
  }
  return built;
}

async function doing(send: Connection["send"], statement: string): Promise<void> {
  try {
    await send(statement);
  } catch (error) {
    throw new Error(`${errorWords(error)}: ${statement}`, { cause: error });
  }
}

/** https://www.postgresql.org/docs/current/progress-reporting.html#CREATE-INDEX-PROGRESS-REPORTING */
const STATE = `
  SELECT i.indisvalid AS valid, EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) AS building
  FROM pg_index i WHERE i.indexrelid = to_regclass($1)`;
