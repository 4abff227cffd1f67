/** Whether a database can hold every text: ids of users, and what destinations say, are of any script. Pure. */

/** The second one takes bytes as they come. */
const HOLDS_EVERYTHING: ReadonlySet<unknown> = new Set(["UTF8", "SQL_ASCII"]);

export const ENCODING_TODO =
  "make a database with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name it in storage.url";

/** What is wrong with it; undefined where nothing is. @param encoding the server's name for it */
export function encodingFault(encoding: unknown): string | undefined {
  if (HOLDS_EVERYTHING.has(encoding)) return undefined;
  return `this database has the encoding ${String(encoding)}, which lacks signs that user ids may have: callbacks with one of them go to the quarantine`;
}
