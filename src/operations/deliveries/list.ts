/** Deliveries of the ledger, page by page or by their ids. */
import { type Page, type PageOptions, pageOf } from "../../basics/pages.ts";
import { exportDeadLetters } from "../../dead-letters/export.ts";
import type { DeliveryFilter, LedgerEntry } from "../../storage/contract/ledger.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { connectorsOf, insistOnConnector } from "../connectors/named.ts";

/**
 * One page, newest event first; null when `after` is no delivery. Changes nothing. Rejects with `Refused` when the store does
 * not know the filter's connector.
 */
export async function listDeliveries(
  storage: Storage,
  filter: DeliveryFilter,
  page: PageOptions,
): Promise<Page<LedgerEntry> | null> {
  await insistOnConnector(storage, filter.connector);
  if (page.after !== undefined && (await oneDelivery(storage, page.after)) === null) return null;
  return pageOf(page, (part) => storage.deliveries(filter, part));
}

/** The delivery with this id, or null. */
export async function oneDelivery(storage: Storage, id: string): Promise<LedgerEntry | null> {
  const [entry] = await storage.deliveries({ ids: [id] }, { limit: 1 });
  return entry ?? null;
}

/**
 * Writes the dead letters of all machines as the lines of a dead-letter file, and returns how many. Changes nothing. Rejects with
 * `Refused` when the store does not know the filter's connector.
 * @param write takes whole lines, line breaks included; what follows waits for it
 */
export async function writeDeadLetters(
  storage: Storage,
  filter: Omit<DeliveryFilter, "states">,
  redact: (text: string) => string,
  write: (lines: string) => void | Promise<void>,
): Promise<number> {
  let written = 0;
  for (const connector of await connectorsOf(storage, filter.connector)) {
    written += await exportDeadLetters(storage, write, redact, { ...filter, connector });
  }
  return written;
}
