/** PostgreSQL's errors, in plain words. */
import postgres from "postgres";
import { Timeout } from "./pool.ts";

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
  "42501": "PostgreSQL does not allow this user to do that; grant it the rights on the schema (storage.schema)",
  "53100": "PostgreSQL's disk is full",
  "53300": "PostgreSQL takes no more connections; raise max_connections or use a pooler",
  "57014": "PostgreSQL took too long",
  "57P01": "PostgreSQL is being shut down",
  "57P02": "PostgreSQL has crashed and starts again",
  "57P03": "PostgreSQL is starting up",
  "25006": "this PostgreSQL takes no writes: it is a standby; the URL must lead to the primary",
};

/** An error for people. What the server said stands behind our own words. */
export function troubleOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof Timeout) return error;
  const code = codeOf(error);
  const words = WORDS[code] ?? (/^08/.test(code) ? "the connection to PostgreSQL failed" : undefined);
  if (words === undefined) return error;
  return new Error(`${words} (${error.message || code})`, { cause: error });
}

export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return String(error.code);
}

/** Whether no waiting will cure it: what the URL says is wrong, or a newer release has written the store. */
export function isFinal(error: unknown): boolean {
  const code = error instanceof Error ? codeOf(error.cause) : "";
  return ["28P01", "28000", "3D000", "3F000", "42501"].includes(code) || error instanceof NewerSchema;
}

/** This release cannot work on what a newer one has written. */
export class NewerSchema extends Error {}

/** Two transactions stood in each other's way: trying again helps. */
export function isCollision(error: unknown): boolean {
  return ["40P01", "40001"].includes(codeOf(error));
}

/** Something is wrong with the row, not with the database. */
export function isFaultOfRow(error: unknown): boolean {
  return error instanceof postgres.PostgresError && /^(22|23|54)/.test(error.code);
}
