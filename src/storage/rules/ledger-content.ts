/** Conditions about what stands in a line of the ledger and its event: no index knows it, so the line is read. Pure. */
import type { Reason } from "../../connector.ts";
import type { LedgerEntry } from "../contract/ledger.ts";
import type { LedgerFilter } from "../contract/questions.ts";

/** How many lines a look reads whole: without such a condition no more than it hands out. */
export function linesToRead({ account, reason }: LedgerFilter, limit: number, rows: number): number {
  return account === undefined && reason === undefined ? limit : Math.max(limit, rows);
}

export function isContentMeant(entry: LedgerEntry, { since = 0, account, reason }: LedgerFilter): boolean {
  const { event } = entry;
  if (event.receivedAt < since) return false;
  if (account !== undefined && event.officialAccount !== account) return false;
  return reason === undefined || (entry.reason !== null && says(entry.reason, reason));
}

/** Whether any part of it says this, whatever the case: our words, their code, the status, what the destination said. */
function says({ words, code = "", status, category = "", message = "" }: Reason, text: string): boolean {
  const said = [words, code, status === undefined ? "" : `HTTP ${status}`, category, message].join("\n").toLowerCase();
  return said.includes(text.toLowerCase());
}

/** Those that are meant, at most `limit`; `last`: the one behind which the next look goes on, where there are more of them. */
export function handedOut(
  entries: readonly LedgerEntry[],
  filter: LedgerFilter,
  limit: number,
): { readonly found: readonly LedgerEntry[]; readonly last: LedgerEntry | undefined } {
  const meant = entries.filter((entry) => isContentMeant(entry, filter));
  const found = meant.slice(0, limit);
  return { found, last: meant.length > found.length ? found.at(-1) : undefined };
}
