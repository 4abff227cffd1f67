/** What a PostgreSQL server may lose although it said that it has it: for `check`. */

import { connectionOf } from "../../basics/postgres-url.ts";
import type { Found } from "../../basics/sentence-tables.ts";
import { openContext, type Transaction } from "./context.ts";
import { found } from "./durability-findings.ts";
import { ENCODING_TODO, encodingFault } from "./encoding.ts";
import { openPool, type Pool } from "./pool/pool.ts";
import { CONNECTION_LIMIT, CONNECTIONS, LEAST_CONNECTIONS } from "./room.ts";
import { tableFindings } from "./tables-found.ts";
import { databaseTrouble } from "./trouble.ts";
import type { Row } from "./values.ts";

const LIMIT_MS = 5_000;
/** The first `server_version_num` with transaction_timeout. */
const ENDS_FROZEN = 170_000;

const QUESTIONS = `
  SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
    current_setting('synchronous_commit') AS synchronous_commit, pg_is_in_recovery() AS standby,
    current_setting('synchronous_standby_names') AS synchronous_names,
    (SELECT count(*) FROM pg_stat_replication) AS replicas,
    (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS synchronous,
    -- what an ordinary role may not see of them
    (SELECT count(*) FROM pg_stat_replication WHERE sync_state IS NULL) AS unseen,
    current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
    current_setting('transaction_read_only') = 'on' AS read_only, ${CONNECTION_LIMIT} AS connections`;

/**
 * Asks the server how durable its commits are, changing nothing.
 * @returns one finding when all is well, else one for everything that can lose an acknowledged callback
 */
export async function postgresFindings(
  url: string,
  { prepare = true, schema }: { readonly prepare?: boolean; readonly schema?: string } = {},
): Promise<readonly Found[]> {
  let pool: Pool | undefined;
  try {
    pool = openPool({ ...connectionOf(url, prepare), most: () => 1 });
    const { rows } = await pool.use(LIMIT_MS, (connection) => connection.send(QUESTIONS));
    const findings = durabilityFindings(rows[0] ?? {});
    const ofTables = schema === undefined ? [] : await tableFindingsAt(url, schema, prepare);
    return ofTables.length === 0 ? findings : [...findings.filter(({ ok }) => ok !== true), ...ofTables];
  } catch (error) {
    return [found(false, "unasked", { fault: databaseTrouble(error).message })];
  } finally {
    await pool?.close();
  }
}

async function tableFindingsAt(url: string, schema: string, prepare: boolean): Promise<readonly Found[]> {
  const context = openContext({
    url,
    schema,
    prepare,
    max: 1,
    machine: "check",
    clockTickMs: Number.POSITIVE_INFINITY,
  });
  try {
    return await context.transact("asking", tableFindings);
  } finally {
    await context.close();
  }
}

/** What is wrong with the server or the tables of its store: for whoever looks again and again. */
export async function storeFaults(transaction: Transaction): Promise<readonly Found[]> {
  const settings = durabilityFindings((await transaction.one(QUESTIONS)) ?? {});
  return [...settings.filter(({ ok }) => ok === false), ...(await tableFindings(transaction))];
}

/** Pure. */
export function durabilityFindings(settings: Row): readonly Found[] {
  const findings: Found[] = [];
  if (settings.standby === true) findings.push(found(false, "standby"));
  else if (settings.read_only === true) findings.push(found("warning", "read_only"));
  const { connections: count, version } = settings;
  const encoding = settings.encoding === undefined ? undefined : encodingFault(settings.encoding);
  if (encoding !== undefined) findings.push(found(false, "encoding", { fault: encoding, way: ENCODING_TODO }));
  if (typeof count === "number" && count < CONNECTIONS) {
    findings.push(found("warning", "connections", { count, wanted: CONNECTIONS, least: LEAST_CONNECTIONS }));
  }
  if (typeof version === "number" && version < ENDS_FROZEN) {
    findings.push(found("warning", "frozen", { version: Math.floor(version / 10_000) }));
  }
  if (settings.fsync === "off") findings.push(found(false, "fsync"));
  if (settings.full_page_writes === "off") findings.push(found("warning", "full_page_writes"));
  findings.push(...replicaFindings(settings));
  return findings.length > 0 ? findings : [found(true, "keeps")];
}

/** What its replicas keep of what was acknowledged. */
function replicaFindings(settings: Row): readonly Found[] {
  const findings: Found[] = [];
  const waitsForNone = settings.synchronous_names === undefined || settings.synchronous_names === "";
  if (!waitsForNone && settings.standby === false && Number(settings.replicas) === 0) {
    findings.push(found(false, "no_standby"));
  }
  const isUnknown = !waitsForNone && Number(settings.unseen ?? 0) > 0;
  if (Number(settings.replicas) > 0 && Number(settings.synchronous) === 0 && !isUnknown) {
    findings.push(found("warning", "asynchronous"));
  }
  return findings;
}
