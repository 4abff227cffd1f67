/** PostgreSQL's errors, in plain words. */

import postgres from "postgres";
import { codeOf } from "../../basics/error-code.ts";
import { FaultyUrl } from "../../basics/postgres-url.ts";
import { NoTls, Silent } from "./dial.ts";

/** It took longer than somebody could wait. */
export class Timeout extends Error {}

/** Whoever answers takes no writes. */
export class ReadOnly extends Error {
  readonly code = "25006";
  constructor() {
    super("its transactions are read-only");
  }
}

const POOLED = "a pooler gives prepared statements to others; set storage.prepare: false";
const UNKNOWN_AUTHORITY =
  "nobody whom we know vouches for PostgreSQL's certificate; name its authority in storage.url (sslrootcert=/path/ca.pem)";

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "PostgreSQL cannot be reached: nobody listens there; is it running, and are host and port right?",
  ENOTFOUND: "PostgreSQL cannot be reached: there is no such host; look at storage.url",
  EAI_AGAIN: "PostgreSQL cannot be reached: its host name cannot be looked up just now",
  ECONNRESET: "the connection to PostgreSQL was lost",
  CONNECTION_CLOSED: "the connection to PostgreSQL was lost",
  CONNECTION_DESTROYED: "the connection to PostgreSQL was given up",
  CONNECT_TIMEOUT: "PostgreSQL cannot be reached: it does not answer",
  "28P01": "PostgreSQL refuses the password; look at storage.url",
  "28000": "PostgreSQL refuses this user; look at storage.url",
  "3D000": "PostgreSQL has no such database; create it, or look at storage.url",
  "3F000": "PostgreSQL lets this user into no such schema; grant it the rights on it (storage.schema)",
  "42501": "PostgreSQL does not allow this user to do that; grant it the rights on the schema (storage.schema)",
  "53100": "PostgreSQL's disk is full",
  "53300":
    "PostgreSQL takes no more connections; raise max_connections, or this role's CONNECTION LIMIT, or use a pooler",
  "55P03":
    "somebody holds a lock in PostgreSQL that is needed (VACUUM FULL, ALTER TABLE, a restore, another machine's migration); see pg_locks, or try again",
  "57014": "PostgreSQL took too long",
  "57P01": "PostgreSQL is being shut down",
  "57P02": "PostgreSQL has crashed and starts again",
  "57P03": "PostgreSQL is starting up",
  "25006":
    "this PostgreSQL takes no writes: it is a standby, or was set to read-only (default_transaction_read_only); the URL must lead to the primary",
  "26000": POOLED,
  "42P05": POOLED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID:
    "PostgreSQL's certificate is for another host; write the name that it is for into storage.url, or sslmode=verify-ca",
  CERT_HAS_EXPIRED: "PostgreSQL's certificate has expired; renew it",
  ENOENT: "a file or socket that storage.url names is not there",
  EACCES: "a file or socket that storage.url names may not be used by this user",
};

/** Its certificate will be as strange tomorrow. */
const FINAL_OF_TLS = Object.entries(WORDS).flatMap(([code, words]) => (words === UNKNOWN_AUTHORITY ? [code] : []));

/** An error for people. What the server said stands behind our own words. */
export function databaseTrouble(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof Timeout) return error;
  if (error instanceof Silent) return new Error(`${WORDS.CONNECT_TIMEOUT} (${error.message})`, { cause: error });
  const code = codeOf(error);
  const words =
    (demandsTls(code, error.message) ? WANTS_TLS : undefined) ??
    WORDS[isFull(error) ? FULL : code] ??
    (/^08/.test(code) ? "the connection to PostgreSQL failed" : undefined);
  if (words === undefined) return error;
  return new Error(`${words} (${error.message || code})`, { cause: error });
}

/**
 * What a server says that lets nobody in without TLS (`hostssl`, `rds.force_ssl`); also in another language than English, in which
 * it names the file and how one came: with "SSL" where that was by TLS.
 */
function demandsTls(code: string, words: string): boolean {
  if (SAYS_SO.test(words)) return true;
  return code === "28000" && words.includes("pg_hba.conf") && !/SSL(?! off)/.test(words);
}

/** Azure, poolers, proxies of hosters, Neon. */
const SAYS_SO = /(SSL|TLS)( connections?)?( (is|are))? required|requires (an? )?(SSL|TLS)|connection is insecure/i;

const WANTS_TLS =
  "PostgreSQL may want TLS here: add ?sslmode=require to storage.url (or verify-full), if user and host are right";

/** Whether no waiting will cure it: what the URL says is wrong, or a newer release has written the store. */
export function isFinal(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].some((one) => one instanceof NewerSchema || one instanceof FaultyUrl || one instanceof NoTls);
}

/** Whether somebody must mend it: here, or over there (a password that was changed, a role, a database, an authority). */
export function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return [...["28P01", "28000", "3D000", "3F000", "42501"], ...FINAL_OF_TLS].includes(codeOf(cause));
}

/** This release cannot work on what a newer one has written. */
export class NewerSchema extends Error {}

/** Two transactions stood in each other's way: trying again helps. */
export function isCollision(error: unknown): boolean {
  return ["40P01", "40001"].includes(codeOf(error));
}

/** The server lets nobody else in: a limit of the role, of the database or of its own; or a pooler does, under some other code. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === FULL || (error instanceof postgres.PostgresError && OF_POOLERS.test(error.message));
}

const FULL = "53300";
/** PgBouncer (08P01), Supavisor (XX000). */
const OF_POOLERS =
  /no more connections allowed|client connections exceeded|max[ _]?client(s| connections)? ?(reached|in)/i;

/**
 * Nothing can be written where this connection leads. It may have been the primary until a moment ago (Patroni, RDS, Aurora), and
 * goes on answering questions.
 */
export function isReadOnly(error: unknown): boolean {
  const code = codeOf(error);
  // a standby refuses even to begin what shall write
  return code === "25006" || (code === "0A000" && /read_?only/i.test(routineOf(error)));
}

/**
 * The session remembers statements that mean something else by now (a newer release has added a column), or has forgotten
 * them (a pooler). Nothing was done; a new session knows better.
 */
export function isStaleStatement(error: unknown): boolean {
  const code = codeOf(error);
  return code === "26000" || code === "42P05" || (code === "0A000" && routineOf(error) === "RevalidateCachedQuery");
}

/** The place in the server's source that refused: unlike its words, in no language. */
function routineOf(error: unknown): string {
  return error instanceof postgres.PostgresError ? String(error.routine) : "";
}

/** Something is wrong with the row, not with the database. */
export function isFaultOfRow(error: unknown): boolean {
  return error instanceof postgres.PostgresError && /^(22|23|54)/.test(error.code);
}
