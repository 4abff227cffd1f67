/**
 * Words that a database of an older encoding (LATIN1 …) cannot hold: what destinations said, and faults. Ids are never changed: whoever
 * is meant must stay who they are.
 */
import { codeOf } from "../../basics/error-code.ts";

/** No sign of this database for one of ours; bytes that are no text of it. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNFIT: ReadonlySet<string> = new Set(["22P05", "22021"]);

/** Whether a text did not fit into the database's encoding. */
export function isUnfit(error: unknown): boolean {
  return UNFIT.has(codeOf(error)) || UNFIT.has(codeOf(error instanceof Error ? error.cause : undefined));
}

/** All texts in it, with each sign that is not ASCII as JSON would escape it. */
export function fitted<T>(value: T): T {
  if (typeof value === "string") return value.replace(/[^\t\n\r\x20-\x7e]/g, escaped) as T;
  if (Array.isArray(value)) return value.map((each) => fitted(each)) as T;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, fitted(of)])) as T;
}

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
