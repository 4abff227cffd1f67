/** Writes every dead letter of the store as the lines of a dead-letter file, from whichever machine. */
import type { DeadLetter, LedgerEntry } from "../storage/contract/ledger.ts";
import { lineOf } from "./line.ts";

/**
 * Returns how many letters were written, in the order in which they come.
 * @param letters dead deliveries, page by page
 * @param write takes whole lines, line breaks included; the next page waits for it
 */
export async function exportDeadLetters(
  letters: AsyncIterable<readonly LedgerEntry[]>,
  write: (lines: string) => void | Promise<void>,
  redact: (text: string) => string,
): Promise<number> {
  let written = 0;
  for await (const entries of letters) {
    await write(entries.map((entry) => `${lineOf(letterOf(entry), redact)}\n`).join(""));
    written += entries.length;
  }
  return written;
}

/** A dead delivery has all of these; should a row lack one, a letter that says less is better than none. */
function letterOf(entry: LedgerEntry): DeadLetter {
  const lastAttemptAt = entry.lastAttemptAt ?? entry.settledAt ?? entry.routedAt;
  return {
    id: entry.id,
    generation: entry.generation,
    connector: entry.connector,
    event: entry.event,
    class: entry.class ?? "rejected",
    reason: entry.reason ?? { words: "no reason was kept" },
    attempts: entry.attempts,
    firstAttemptAt: entry.firstAttemptAt ?? lastAttemptAt,
    lastAttemptAt,
  };
}
