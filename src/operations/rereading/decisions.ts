/** What follows from reading a stored callback once more. Pure. */
import { MOST_AHEAD } from "../../callback.ts";
import type { ConnectorConfig } from "../../config/checked-config.ts";
import { wants } from "../../config/selection.ts";
import type { Event } from "../../connector.ts";
import type { KnownEvent, LedgerEntry } from "../../storage/contract/ledger.ts";

/**
 * Since when the store has every event, milliseconds since 1970: what was settled before may have been pruned.
 * @param prunedBefore what the store itself knows of; earlier releases did not write it down
 */
export function wholeSince(prunedBefore: number | null, retention: number | "forever", now: number): number {
  const byRetention = retention === "forever" ? Number.NEGATIVE_INFINITY : now - retention;
  return Math.max(prunedBefore ?? Number.NEGATIVE_INFINITY, byRetention);
}

/**
 * Whether a wish may have been overtaken by one that the store has no more. What is newer by its event time was received at
 * most so long before it as an event time may lie ahead of our clock.
 */
export function mayBeOvertaken(receivedAt: number, eventTime: number, whole: number): boolean {
  return Math.min(receivedAt, eventTime - MOST_AHEAD) < whole;
}

/** Whether an event is read otherwise than when this callback made it. */
export function isReadOtherwise(event: Event, known: KnownEvent, callback: number): boolean {
  if (known.callback !== callback) return false;
  return known.operator !== event.operator || known.byAdmin !== event.byAdmin;
}

/**
 * What the ledger shall say of a delivery that was skipped for a reading that was wrong and is to be sent after all;
 * undefined: it stays as it is. It was skipped for it when its reason speaks of who did it.
 * @param event as it is read now
 * @param connector as it is configured now; undefined when it is no more
 */
export function sendAfterAll(
  { state, reason }: LedgerEntry,
  event: Event,
  connector: ConnectorConfig | undefined,
): string | undefined {
  if (state !== "skipped" || connector === undefined || !WHO_DID_IT.test(reason?.words ?? "")) return undefined;
  const choice = wants(event, connector);
  if (!choice.send) return undefined;
  return choice.note?.words ?? `it was skipped (${reason?.words}) by a reading that was wrong: sent after all`;
}

/** In our words, and in those of a connector of one's own. */
const WHO_DID_IT = /operator|admin/i;
