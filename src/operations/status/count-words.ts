/** A number that a large store does not count to its end, in words. Pure. */
import { number } from "../../basics/format.ts";
import type { ConnectorCount, ConnectorStatus } from "../../storage/contract/ledger.ts";

/** How far a number can be believed; `about`: it is an estimate. */
export type Certainty = "exact" | "at least" | "about";

export function certaintyOf(
  { atLeast = [], about = [] }: Pick<ConnectorStatus, "atLeast" | "about">,
  of: ConnectorCount,
): Certainty {
  if (about.includes(of)) return "about";
  return atLeast.includes(of) ? "at least" : "exact";
}

/** `about 10,000,000`, `at least 100,000` or `7`. */
export function countWords(row: ConnectorStatus, of: ConnectorCount): string {
  const certainty = certaintyOf(row, of);
  return certainty === "exact" ? number(row[of]) : `${certainty} ${number(row[of])}`;
}
