/** Writes every dead letter of the store as the lines of a dead-letter file, from whichever machine. */
import { everyPage } from "../basics/pages.ts";
import type { DeadLetter, DeliveryFilter, LedgerEntry } from "../storage/contract/ledger.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { lineOf } from "./line.ts";

/** Letters in one question to the store, and in one `write`. */
const PAGE = 500;

/**
 * Returns how many letters were written, newest event first.
 * @param write takes whole lines, line breaks included; the next page waits for it
 */
export async function exportDeadLetters(
  storage: Pick<Storage, "deliveries">,
  write: (lines: string) => void | Promise<void>,
  redact: (text: string) => string,
  filter: Omit<DeliveryFilter, "states"> = {},
): Promise<number> {
  const dead = { ...filter, states: ["dead"] } as const;
  let written = 0;
  for await (const entries of everyPage(PAGE, (page) => storage.deliveries(dead, page))) {
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
