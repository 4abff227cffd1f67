/** Why something happened, on one line: our words first, then what the destination said. */
import type { Reason } from "../connector.ts";
import { shown } from "./text.ts";

export function reasonText({ words, status, category, message }: Reason): string {
  const answer = [status === undefined ? "" : `HTTP ${status}`, category ?? ""].filter((part) => part !== "").join(" ");
  const said = message === undefined || message === "" || message === words ? "" : `“${shown(message)}”`;
  const details = [answer, said].filter((part) => part !== "").join(" ");
  return shown(details === "" ? words : `${words} (${details})`, 600);
}
