/** What is said of an error, in a log, in the ledger, and from one thread to another. */
import { withShownUrls } from "./shown-url.ts";

/** What an error says, without its class and its stack; anything else that was thrown as text. Some name the whole address. */
export function errorWords(error: unknown): string {
  return withShownUrls(String(error instanceof Error ? error.message : error));
}

/** Where an error came from, for the log: its stack, or where it has none what it says. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
