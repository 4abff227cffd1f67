/** What an error says, for people. */

import { printableLines } from "../basics/text.ts";
import { errorWords } from "../connector.ts";

/** Its first line, as it may be shown: without credentials of addresses, and without what steers a terminal. */
export function errorLine(error: unknown): string {
  return printableLines(errorWords(error)).split("\n", 1)[0] ?? "";
}
