/** What a PostgreSQL server may lose although it said that it has it: for `check`. */

import { connectionOf } from "../../basics/postgres-url.ts";
import type { Finding } from "../../connector.ts";
import { ENCODING_TODO, encodingFault } from "./encoding.ts";
import { openPool, type Pool } from "./pool/pool.ts";
import { CONNECTION_LIMIT, CONNECTIONS, LEAST_CONNECTIONS } from "./room.ts";
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
  { prepare = true }: { readonly prepare?: boolean } = {},
): Promise<readonly Finding[]> {
  let pool: Pool | undefined;
  try {
    pool = openPool({ ...connectionOf(url, prepare), most: () => 1 });
    const { rows } = await pool.use(LIMIT_MS, (connection) => connection.send(QUESTIONS));
    return durabilityFindings(rows[0] ?? {});
  } catch (error) {
    return [{ ok: false, what: databaseTrouble(error).message, todo: "look at storage.url, and at the server" }];
  } finally {
    await pool?.close();
  }
}

/** Pure. */
export function durabilityFindings(settings: Row): readonly Finding[] {
  const findings: Finding[] = [];
  const fault = (ok: false | "warning", what: string, todo: string) => findings.push({ ok, what, todo });
  if (settings.standby === true) {
    fault(false, "this PostgreSQL is a standby and takes no writes", "name the primary in storage.url");
  } else if (settings.read_only === true) {
    fault(
      "warning",
      "transactions are read-only by default here (default_transaction_read_only): where that is said for all of the server or the database, callbacks go to the spool",
      "set it back, and leave it so for this role",
    );
  }
  const encoding = settings.encoding === undefined ? undefined : encodingFault(settings.encoding);
  if (encoding !== undefined) fault(false, encoding, ENCODING_TODO);
  if (typeof settings.connections === "number" && settings.connections < CONNECTIONS) {
    fault(
      "warning",
      `${settings.connections} connections are all that this role may have; each machine that runs the bridge wants ${CONNECTIONS}, and needs ${LEAST_CONNECTIONS}`,
      `ALTER ROLE … CONNECTION LIMIT ${CONNECTIONS}, times the number of machines, and some for the commands`,
    );
  }
  if (typeof settings.version === "number" && settings.version < ENDS_FROZEN) {
    fault(
      "warning",
      `PostgreSQL ${Math.floor(settings.version / 10_000)} lets a machine that is frozen in the middle of a transaction hold its locks until its connection ends, and the others wait`,
      "take PostgreSQL 17 or newer, or accept it; with one machine it does not matter",
    );
  }
  if (settings.fsync === "off") {
    fault(
      false,
      "PostgreSQL has fsync off: a power cut can lose callbacks that were acknowledged, and break the database",
      "set fsync = on",
    );
  }
  if (settings.full_page_writes === "off") {
    fault(
      "warning",
      "PostgreSQL has full_page_writes off: a power cut can break its pages",
      "set full_page_writes = on, unless the file system never tears a page",
    );
  }
  findings.push(...replicaFindings(settings));
  return findings.length > 0 ? findings : [{ ok: true, what: "PostgreSQL keeps what it has acknowledged" }];
}

/** What its replicas keep of what was acknowledged. */
function replicaFindings(settings: Row): readonly Finding[] {
  const findings: Finding[] = [];
  const waitsForNone = settings.synchronous_names === undefined || settings.synchronous_names === "";
  if (!waitsForNone && settings.standby === false && Number(settings.replicas) === 0) {
    findings.push({
      ok: false,
      what: "PostgreSQL waits for standbys (synchronous_standby_names), and none is connected: no commit ends, and callbacks go to the spool",
      todo: "start one, or let the server go on without",
    });
  }
  const isUnknown = !waitsForNone && Number(settings.unseen ?? 0) > 0;
  if (Number(settings.replicas) > 0 && Number(settings.synchronous) === 0 && !isUnknown) {
    findings.push({
      ok: "warning",
      what: "all replicas of this PostgreSQL are asynchronous: a failover can lose the callbacks of its last moments",
      todo: "set synchronous_standby_names, or accept it",
    });
  }
  return findings;
}
