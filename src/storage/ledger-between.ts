/**
 * The ledger between two times. Numbers of events grow with the time of storing, which may be long after the time of receipt:
 * so what was stored before the end of the time is looked through first, and then, since nothing may be passed over, all that
 * was stored later.
 */
import type { LedgerEntry } from "./contract/ledger.ts";
import type { Look, LookOptions } from "./contract/looks.ts";
import type { Found, LedgerFilter, Looks } from "./contract/questions.ts";
import { ledgerPlace, toLedgerPlace } from "./rules/places.ts";

export interface LedgerWalk {
  look(options: LookOptions): Promise<Look<LedgerEntry>>;
  /** Adds what the places alone do not say. */
  told(found: Found<LedgerEntry>): Found<LedgerEntry>;
}

/** Until it is stored, what is received takes moments; and clocks differ. Where it ends up only decides what comes first. */
const AT_ONCE_MS = 10 * 60_000;

/** Above all deliveries that there can be. */
const NEWEST = ledgerPlace({ event: Number.MAX_SAFE_INTEGER, origin: "" });

export async function ledgerBetween(
  looks: Pick<Looks, "ledger" | "firstSince">,
  filter: LedgerFilter,
): Promise<LedgerWalk> {
  const { since, until, user } = filter;
  // one person's are few, and come by the time when they happened
  const floor = since === undefined || user !== undefined ? 0 : await looks.firstSince(since);
  if (until === undefined || user !== undefined) {
    return { look: (options) => looks.ledger(filter, floor, options), told: (found) => found };
  }
  const late = Math.max(floor, await looks.firstSince(until + AT_ONCE_MS));
  const isLate = (place: string) => toLedgerPlace(place).event >= late;
  return {
    async look({ from, ...options }) {
      const place = from ?? ledgerPlace({ event: late, origin: "" });
      const isInLate = from !== null && isLate(from);
      const { backTo: _, ...found } = await looks.ledger(filter, isInLate ? late : floor, { ...options, from: place });
      return { ...found, next: found.next ?? (isInLate ? null : NEWEST) };
    },
    told: (found) => (found.next !== null && isLate(found.next) ? { ...found, isLate: true } : found),
  };
}
