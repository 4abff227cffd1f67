/** Why something happened, on one line: our words first, then what the destination said. */

import { shown } from "../basics/text.ts";
import type { Reason } from "../connector.ts";

const ROUND = { open: " (", close: ")" };

/** @param brackets around what the destination said */
export function reasonText({ words, status, category, message }: Reason, { open, close } = ROUND): string {
  // not twice: our words may be all that there is to say
  const code = status === undefined || words.includes(String(status)) ? "" : `HTTP ${status}`;
  const answer = [code, category ?? ""].filter((part) => part !== "").join(" ");
  const said = message === undefined || message === "" || message === words ? "" : `“${shown(message)}”`;
  const details = [answer, said].filter((part) => part !== "").join(" ");
  return shown(details === "" ? words : `${words}${open}${details}${close}`, 600);
}
