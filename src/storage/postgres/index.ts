/** A store in PostgreSQL, shared by any number of machines, none of them special. */
import { randomUUID } from "node:crypto";
import { databasePlace } from "../../basics/postgres-url.ts";
import type { Logger } from "../../connector.ts";
import type { Storage } from "../contract/storage.ts";
import { type Context, openContext } from "./context.ts";
import { ENCODING_TODO, encodingFault } from "./encoding.ts";
import { watchFaults } from "./fault-watch.ts";
import { NUMBERED_ANEW } from "./numbers.ts";
import { postgresOperations } from "./operations.ts";
import { CONNECTION_LIMIT, CONNECTIONS, LEAST_CONNECTIONS } from "./room.ts";
import { migrate } from "./schema.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=require` */
  readonly url: string;
  /** Holds our tables; created when there is none. */
  readonly schema?: string;
  /** False behind a pooler that cannot keep prepared statements apart. */
  readonly prepare?: boolean;
  /** Most connections, beside three for intake; ten unless set. */
  readonly max?: number;
  readonly log?: Logger;
  /** Called when there was no store yet, and one was made. */
  readonly onMade?: () => void | Promise<void>;
  /** How often a connector's own clock is moved on, in milliseconds. */
  readonly clockTickMs?: number;
  /** How long intake may take, in milliseconds; a little more than a second unless set: somebody at Chat waits. */
  readonly intakeMs?: number;
  /** How long a lock is waited for at the start, in milliseconds; for some two minutes unless set. */
  readonly lockMs?: number;
  /** How often it is looked whether somebody has changed the tables, where there is a log; every other minute unless set. Milliseconds. */
  readonly watchEveryMs?: number;
}

/** Opens the store, brings its tables to this release, and creates them when there are none. Rejects in plain words. */
export async function openPostgres(options: PostgresOptions): Promise<Storage> {
  const { url, schema = "unsub_bridge", prepare = true, clockTickMs = 10_000 } = options;
  const { onMade, lockMs, watchEveryMs, ...rest } = options;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new Error(`"${schema}" cannot be a schema: use lower-case letters, digits and _`);
  }
  const context = openContext({ ...rest, url, schema, prepare, clockTickMs, machine: randomUUID() });
  let watch: Awaited<ReturnType<typeof watchFaults>> | undefined;
  try {
    const { made, raised } = await migrate(context, { lockMs });
    if (made) await onMade?.();
    if (raised.length > 0) options.log?.error({ fact: "store.numbered_anew", tables: raised, todo: NUMBERED_ANEW });
    await sayWhatItIs(context);
    if (options.log !== undefined) watch = await watchFaults(context, options.log, watchEveryMs);
  } catch (error) {
    await context.close();
    throw error;
  }
  return {
    ...postgresOperations(context),
    description: `postgres ${databasePlace(url)}, schema ${schema}`,
    shared: true,
    async close() {
      const stopped = watch?.stop();
      await context.close();
      await stopped;
    },
  };
}

/** For whoever gives the role its rights, and made the database; a server that does not tell is no trouble. */
async function sayWhatItIs({ transact, log }: Context): Promise<void> {
  if (log === undefined) return;
  const question = `SELECT ${CONNECTION_LIMIT} AS allowed, current_setting('server_encoding') AS encoding`;
  const row = await transact("work", ({ one }) => one(question)).catch(() => undefined);
  const said = { fact: "store.connections", wanted: CONNECTIONS, allowed: row?.allowed ?? null };
  if (typeof row?.allowed !== "number" || row.allowed >= CONNECTIONS) log.info(said);
  else
    log.warn({
      ...said,
      todo: `each machine wants ${CONNECTIONS}; it lives with what there is, ${LEAST_CONNECTIONS} at least`,
    });
  const reason = row && encodingFault(row.encoding);
  if (reason !== undefined) log.error({ fact: "store.encoding", reason, todo: ENCODING_TODO });
}
