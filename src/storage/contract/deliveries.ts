/** One event on its way to one connector: routed, taken, settled. */
import type { Reason } from "../../connector.ts";
import type { StoredEvent } from "./callbacks.ts";
import type { ConnectorRow, StateChange } from "./connectors.ts";

/** No delivery waits longer than this for its next attempt, in milliseconds: the longest backoff there is. */
export const LONGEST_DELAY_MS = 6 * 3_600_000;

export type DeliveryState = "waiting" | "delivered" | "dead" | "superseded" | "skipped" | "discarded";
export const DEAD_CLASSES = ["rejected", "expired", "unmatched"] as const;
export type DeadClass = (typeof DEAD_CLASSES)[number];

/** The router's word on one event for one connector. */
export interface RoutedDelivery {
  readonly event: number;
  /** Recorded as `skipped` with this reason; absent: `waiting`. */
  readonly skip?: Reason;
  /** What the ledger shall say of one that waits, and of what becomes of it. */
  readonly note?: string;
}

export interface Route {
  readonly connector: string;
  /** The cursor that it was computed from: when another machine was faster, nothing happens. */
  readonly from: number;
  /** The new cursor: every wanted event up to here is in `deliveries`. */
  readonly to: number;
  readonly deliveries: readonly RoutedDelivery[];
}

/** The router's word on an event: whether a connector gets it. */
export type Choice = Omit<RoutedDelivery, "event">;

/** The same of events that have no number yet: one for each event of what is carried, in their order. */
export interface DecidedRoute {
  readonly connector: string;
  readonly choices: readonly Choice[];
}

export interface TakenDelivery {
  readonly id: string;
  readonly event: StoredEvent;
  readonly attempts: number;
  readonly generation: number;
  /** The connector's clock at the first attempt; `null` before it. */
  readonly firstAttemptClock: number | null;
}

/** Somebody who takes for as long as it lives. */
export interface Holder {
  /** Its own alone. The tokens of all its claims begin with it. */
  readonly id: string;
  /** Tokens of the claims that it knows of and has not settled or given back. */
  readonly tokens: readonly string[];
}

/** What a take asks, as the arguments of `take`. */
export interface AskedTake {
  readonly connector: string;
  readonly limit: number;
  readonly probeLimit: number;
  readonly leaseMs: number;
  readonly token: string;
  readonly holder: Holder;
}

/** What became of events on the short way. */
export interface Carried {
  /** How many deliveries are new and waiting, as `route` says it. */
  readonly waiting: number;
  /** Whether a connector has earlier events to be routed first, and was left out. */
  readonly isBehind: boolean;
  /** What the takes of those connectors gave that were routed anything. */
  readonly claims: readonly Claim[];
}

/** What `take` gives. */
export interface Claim {
  /** Settling needs it; fresh for each claim. */
  readonly token: string;
  readonly connector: ConnectorRow;
  /** When it was taken, by the store's clock: milliseconds since 1970. */
  readonly at: number;
  readonly deliveries: readonly TakenDelivery[];
  /** True when the connector is not ready and this claim is its probe. */
  readonly probe: boolean;
  /**
   * Milliseconds until the next delivery is due or the next probe may go; `null`: nothing to wait for but new events. 0 with a claim that
   * is as large as it may be, or a probe: there may be more at once.
   */
  readonly waitMs: number | null;
  /** Deliveries that this take found overtaken by a newer event and settled as `superseded`. */
  readonly superseded: number;
}

/** What a destination proves of a delivery where it does not prove that it was done: that it has accepted it. */
export type Proof = "accepted";

/** What follows for one delivery. */
export type Settlement =
  | { readonly event: number; readonly to: "delivered"; readonly note?: string; readonly proof?: Proof }
  | {
      readonly event: number;
      readonly to: "waiting";
      readonly reason: Reason;
      readonly delayMs: number;
      /** `slow`: behind first attempts and ordinary retries (nobody with that id over there, yet). `same`: as before. */
      readonly lane: "normal" | "slow" | "same";
      /** False when the delivery was not really sent: its count of attempts stays as it was. */
      readonly attempted: boolean;
    }
  | { readonly event: number; readonly to: "dead"; readonly class: DeadClass; readonly reason: Reason }
  | { readonly event: number; readonly to: "skipped"; readonly reason: Reason };

export interface SettleRequest {
  readonly connector: string;
  readonly token: string;
  /** What is not named here stays claimed, until it is settled, released or its lease ends. */
  readonly settlements: readonly Settlement[];
  /**
   * Held rejections of earlier claims that are decided now. They are settled without a claim, if they still wait, and
   * do not count as another attempt.
   */
  readonly decided?: readonly Settlement[];
  readonly change?: StateChange;
  /** The fingerprint of the settings under which something of this was delivered, where the store does not know it yet. */
  readonly takenWith?: string;
  /** So many of this were delivered while the destination says that it holds something else, and what it says of the latest. */
  readonly differing?: { readonly count: number; readonly note: string };
}

/**
 * `stale`: the state had another version, nothing was written; compute anew from `connector`.
 * `lost`: not settled, for another holds them by now, or a person has discarded them. Who holds none of what it settles comes
 * too late: nothing is written, neither `decided` nor `change`, `takenWith` or `differing`, since what it found out may be old.
 */
export type SettleResult =
  | {
      readonly tag: "settled";
      readonly lost: readonly number[];
      readonly connector: ConnectorRow;
      /** As a claim's: what nobody holds is due then. Of what was let go at the latest; 0 where more is held than was looked through. */
      readonly waitMs: number | null;
    }
  | { readonly tag: "stale"; readonly connector: ConnectorRow };
