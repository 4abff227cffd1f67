/** What a take may have, and what it does with each candidate. Pure. */
import type { ConnectorRow } from "../contract/connectors.ts";
import type { Claim } from "../contract/deliveries.ts";

/** When something is due that nobody may have just now, it is looked for again after so many milliseconds. */
export const SOON_MS = 50;
/** So many are looked through after a settlement: more are under way only where there is much to do. */
export const LOOKED_THROUGH = 16;

export interface TakeAsked {
  /** The store's clock, milliseconds since 1970. */
  readonly at: number;
  readonly limit: number;
  readonly probeLimit: number;
  /** Whether a probe is under way. */
  readonly probing: boolean;
}

/** Whether a connector gives anything now: so many deliveries at most, as its probe or not; or when to ask again. */
export type TakeGate =
  | { readonly tag: "open"; readonly probe: boolean; readonly limit: number }
  | { readonly tag: "closed"; readonly waitMs: number | null };

/** One that is not ready gives nothing until its probe is due, then one probe at a time. */
export function gateOf(
  { state, probeAt }: Pick<ConnectorRow, "state" | "probeAt">,
  { at, limit, probeLimit, probing }: TakeAsked,
): TakeGate {
  if (state.status === "ready") return { tag: "open", probe: false, limit };
  if (probeAt === null || probing) return { tag: "closed", waitMs: null };
  if (probeAt > at) return { tag: "closed", waitMs: probeAt - at };
  return { tag: "open", probe: true, limit: Math.min(limit, probeLimit) };
}

/** A take that found nothing. @param at the store's clock */
export function nothing(connector: ConnectorRow, at: number, waitMs: number | null, superseded = 0): Claim {
  return { token: "", connector, at, deliveries: [], probe: false, superseded, waitMs };
}

/** What becomes of a candidate: a newer event has overtaken it, another of its person stands before it, or it may go. */
export type Turn = "supersede" | "park" | "claim";

/**
 * @param isOvertaken whether a newer event makes it pointless; always false where writes are facts
 * @param isBehind whether another of its person is under way, or waits and comes first. Asked only if it matters
 */
export function turnOf(isOvertaken: boolean, isBehind: () => boolean): Turn {
  if (isOvertaken) return "supersede";
  return isBehind() ? "park" : "claim";
}

/**
 * When to ask again after a take that found nothing: milliseconds, or null when nothing will be due by itself.
 * @param nextDue when the first that nobody holds is due, in milliseconds since 1970. Asked only if it matters
 */
export function waitAfter(
  { at, probe, isCutShort }: { readonly at: number; readonly probe: boolean; readonly isCutShort: boolean },
  nextDue: () => number | null,
): number | null {
  if (isCutShort) return 0;
  // a probe would have taken what is not due as well: there is nothing
  if (probe) return null;
  const next = nextDue();
  return next === null ? null : Math.max(0, next - at);
}
