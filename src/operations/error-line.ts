/** What an error says, for people. */

import { dirname, relative } from "node:path";
import { printableLines } from "../basics/text.ts";
import { thrownAt } from "../basics/user-frames.ts";
import { errorWords } from "../connector.ts";

/** Its first line, as it may be shown: without credentials of addresses, and without what steers a terminal. */
export function errorLine(error: unknown): string {
  return printableLines(errorWords(error)).split("\n", 1)[0] ?? "";
}

/**
 * The same of what a connector throws: with the place, where code of the user's own has thrown it.
 * @param file the YAML, absolute: the place is named relative to its folder
 */
export function connectorErrorLine(error: unknown, file: string): string {
  const at = thrownAt(error);
  const words = errorLine(error);
  return at === undefined ? words : `${words} (${relative(dirname(file), at.file)}:${at.line}:${at.column})`;
}
