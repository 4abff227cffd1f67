/** A configuration's text as people may see it who may not see its secrets. Pure. */
import { maskCredentials } from "./mask.ts";
import { maskOdd } from "./ordinary.ts";
import { foreignRedactor } from "./redact.ts";

const COMMENT = /(?:^|\s)#.*$/;

/**
 * Of a file without faults, whose secrets are all known: these are hidden wherever they stand, whatever belongs to a name that
 * sounds like a credential, and in comments all that looks as if chance had made it (a former token, say).
 */
export function shownFile(text: string, secrets: Iterable<string>): string {
  const redact = foreignRedactor(secrets);
  return text
    .split("\n")
    .map((line) => maskCredentials(redact(line)).replace(COMMENT, maskOdd))
    .join("\n");
}
