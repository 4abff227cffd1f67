/** A store in PostgreSQL, shared by any number of machines, none of them special. */
import { randomUUID } from "node:crypto";
import type { Logger } from "../connector.ts";
import type { Storage } from "./contract.ts";
import { openContext } from "./postgres/context.ts";
import { postgresOperations } from "./postgres/operations.ts";
import { migrate } from "./postgres/schema.ts";

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
  /** How often a connector's own clock is moved on, in milliseconds. */
  readonly clockTickMs?: number;
}

/** Opens the store, brings its tables to this release, and creates them when there are none. Rejects in plain words. */
export async function openPostgres(options: PostgresOptions): Promise<Storage> {
  const { url, schema = "unsub_bridge", prepare = true, max = 10, log, clockTickMs = 10_000 } = options;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new Error(`"${schema}" cannot be a schema: use lower-case letters, digits and _`);
  }
  const context = openContext({ url, schema, prepare, max, log, clockTickMs, machine: randomUUID() });
  try {
    await migrate(context);
  } catch (error) {
    await context.close();
    throw error;
  }
  return {
    ...postgresOperations(context),
    description: `postgres ${placeOf(url)}, schema ${schema}`,
    close: () => context.close(),
  };
}

/** Host, port and database, without user and password. */
export function placeOf(url: string): string {
  const { host = "", database = "" } =
    /^[^:]+:\/\/(?:.*@)?(?<host>[^/?]*)(?:\/(?<database>[^?]*))?/.exec(url)?.groups ?? {};
  return database === "" ? host : `${host}/${database}`;
}
