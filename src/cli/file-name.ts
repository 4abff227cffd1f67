/** Names of files on the command line. */
import { shownUrl } from "../basics/shown-url.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT } from "./io.ts";

/**
 * Ends the command where an address stands in the place of a file: it may hold a password, and every message would name it.
 * @param place as it was typed: `--config`
 */
export function insistOnFile(name: string, place: string): void {
  if (!name.includes("://")) return;
  throw new CommandEnd(`${place}: a file is wanted here, not an address: ${shownUrl(name)}`, EXIT.usage);
}
