/** What people ask of a store, and what it answers. */
import type { Found } from "../../basics/sentence-tables.ts";
import type { Reason } from "../../connector.ts";
import type { Edited, StoredCallback, StoredEvent } from "./callbacks.ts";
import type { ConnectorRow } from "./connectors.ts";
import type { DeadClass, DeliveryState, Proof } from "./deliveries.ts";
import type { Healed } from "./healing.ts";

export interface DeadLetter {
  readonly id: string;
  readonly generation: number;
  readonly connector: string;
  readonly event: StoredEvent;
  readonly class: DeadClass;
  readonly reason: Reason;
  readonly attempts: number;
  readonly firstAttemptAt: number;
  readonly lastAttemptAt: number;
}

/** One attempt that did not deliver. */
export interface Attempt {
  readonly at: number;
  readonly reason: Reason;
}

/** A line of the ledger. */
export interface LedgerEntry {
  readonly id: string;
  readonly connector: string;
  readonly event: StoredEvent;
  readonly state: DeliveryState;
  readonly class: DeadClass | null;
  /** Of a delivered one, where the destination has accepted it and proves no more; `null`: it says that it is done. */
  readonly proof: Proof | null;
  readonly reason: Reason | null;
  readonly note: string | null;
  readonly generation: number;
  readonly attempts: number;
  /** The latest failed attempts, oldest first, at most 20. */
  readonly history: readonly Attempt[];
  readonly routedAt: number;
  readonly firstAttemptAt: number | null;
  readonly lastAttemptAt: number | null;
  readonly settledAt: number | null;
  /** When it is due, while it waits. */
  readonly dueAt: number | null;
  /** It stands behind an earlier event of its person, which waits as well. Absent: it does not, or nobody has looked yet. */
  readonly isBehind?: true;
  /** One of several machines that share the store is at it, and nobody else until then. Absent: none is, or one alone serves the store. */
  readonly claimedUntil?: number;
}

/** One person's event with all that became of it. */
export interface TracedEvent {
  readonly event: StoredEvent;
  /** When its callback was on disk, just before the OK; `null` when a crash came in between. */
  readonly storedAt: number | null;
  readonly deliveries: readonly LedgerEntry[];
  /** Of a healed event: how it was found. */
  readonly healed?: Healed;
  /** Of one that was read from an entry of the quarantine which a person had edited. */
  readonly edited?: Edited & { readonly entry: string };
  /** Of a genuine one that came late: the healed event that had told the same. */
  readonly sameAs?: string;
}

/** What was decided about an event at one connector, in as little as tells it. */
export interface Decision {
  readonly connector: string;
  readonly state: DeliveryState;
  readonly attempts: number;
}

/** An event with what was decided about it; a connector that has no line about it has decided nothing. */
export interface DecidedEvent {
  readonly event: StoredEvent;
  readonly decisions: readonly Decision[];
}

/** A number that a large store does not count to its end. */
export type ConnectorCount =
  | "waiting"
  | "dead"
  | "deliveredLastHour"
  | "deliveredLastDay"
  | "deadLastHour"
  | "deadLastDay";

/** How a connector stands at this moment. */
export interface ConnectorStanding extends ConnectorRow {
  /** Waiting deliveries, those not yet routed included. */
  readonly waiting: number;
  /** When the oldest waiting event was received. */
  readonly oldestWaitingAt: number | null;
  readonly dead: number;
  /** The same by class. */
  readonly deadOf: Readonly<Record<DeadClass, number>>;
  /** Of these there are so many at least, and more: nobody has counted on. Absent: all are exact. */
  readonly atLeast?: readonly ConnectorCount[];
  /** These are estimates, of what is far too much to be counted. Absent: none is. */
  readonly about?: readonly ConnectorCount[];
}

/** The same with what was settled lately. */
export interface ConnectorStatus extends ConnectorStanding {
  readonly deliveredLastHour: number;
  readonly deliveredLastDay: number;
  readonly deadLastHour: number;
  readonly deadLastDay: number;
}

/** How everything stands at this moment: for whoever asks again and again. */
export interface StoreStanding {
  readonly connectors: readonly ConnectorStanding[];
  /** Callbacks not yet turned into events. */
  readonly unread: number;
  readonly quarantined: { readonly entries: number; readonly bytes: number };
  /** Of these there are so many at least. Absent: both are exact. */
  readonly atLeast?: readonly ("unread" | "quarantined")[];
  /** What the store takes on its disk, without a log beside it. */
  readonly bytes: number;
  /** Hosts whose clock every sender disagrees with. */
  readonly clocksOff: readonly ClockOff[];
  /** Counters of the intake since the store was made, by name. */
  readonly counters: Readonly<Record<string, number>>;
}

/** The same with what was settled lately, which a large store takes longer to count. */
export interface StoreStatus extends StoreStanding {
  readonly connectors: readonly ConnectorStatus[];
  /** What is wrong with the server or the tables, so that it may lose, hide or hold up what is in them. Absent: nothing is. */
  readonly faults?: readonly Found[];
}

/** A host whose clock is off, as far as requests can tell. */
export interface ClockOff {
  readonly host: string;
  /** Positive: it is ahead. */
  readonly offMs: number;
  readonly since: number;
  /** When it was last noticed. */
  readonly at: number;
}

/** What the requests of one process have shown. */
export interface NotedClocks {
  /** By app: the newest RequestTime, milliseconds since 1970. An older one than is known changes nothing. */
  readonly newest: Readonly<Record<string, number>>;
  /** This process's host, and how far its clock is off; `null`: it is not, or nobody can tell. */
  readonly clock?: { readonly host: string; readonly offMs: number | null };
}

/** Which deliveries are meant. All given conditions hold together; texts compare exactly. */
export interface DeliveryFilter {
  readonly connector?: string;
  readonly states?: readonly DeliveryState[];
  readonly class?: DeadClass;
  readonly user?: string;
  /** Event received at or after, milliseconds since 1970. */
  readonly since?: number;
  /** Event received before, milliseconds since 1970. */
  readonly until?: number;
  /** Only these delivery ids. */
  readonly ids?: readonly string[];
}

/** A page of raw callbacks that have become events. */
export interface CallbackPage {
  readonly callbacks: readonly StoredCallback[];
  /** Settled events that were received before it (milliseconds since 1970) have been pruned; `null`: none ever. */
  readonly prunedBefore: number | null;
}

/** How an event was read when it was stored. */
export interface KnownEvent {
  readonly seq: number;
  readonly id: string;
  /** The callback that it came from: another one with the same event says nothing about it. */
  readonly callback: number;
  readonly operator: string;
  readonly byAdmin: boolean;
}

/** How an event is read now, and what follows for deliveries that were skipped. */
export interface Correction {
  readonly seq: number;
  readonly operator: string;
  readonly byAdmin: boolean;
  readonly again: readonly { readonly connector: string; readonly note: string }[];
}

/** What a replay or a discard did, or would do. */
export interface RepairReport {
  readonly changed: number;
  /** By id: why one that was asked for was left alone (`delivered`, `superseded`, `waiting`, `discarded`, `unknown`, `orphan`). */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}
