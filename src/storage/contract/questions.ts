/**
 * What people, pages and meters ask of a store, apart from what its work asks: through a connection of its own that only reads,
 * so that no question keeps intake, router or couriers waiting.
 *
 * A store answers in looks: each reads at most as many rows as it is told to, and says where the next one goes on. A question
 * is made of looks (src/storage/questions.ts) and ends with what it has found after 20,000 rows or five seconds, of the ledger
 * once it has looked at 2,000 rows and 25 milliseconds have passed.
 */
import type { AlarmLooks } from "./alarms.ts";
import type { AuditFilter, AuditRow } from "./audit.ts";
import type { QuarantineEntry } from "./callbacks.ts";
import type { ConnectorRow } from "./connectors.ts";
import type { DecidedEvent, DeliveryFilter, LedgerEntry, StoreStanding, StoreStatus, TracedEvent } from "./ledger.ts";
import type { Look, LookOptions } from "./looks.ts";
import type { Missing, MissingFilter } from "./missing.ts";
import type { Plan, WhyLeft } from "./plans.ts";
import type { KnownBridge } from "./presence.ts";
import type { ReconcilingStatus } from "./roster.ts";
import type { SampleLooks } from "./samples.ts";

/** Which lines are looked for. */
export interface LedgerFilter extends Omit<DeliveryFilter, "ids"> {
  /** The official account's user id. */
  readonly account?: string;
  /** What the reason says in any of its parts, or a sentence's code; in upper or lower case. */
  readonly reason?: string;
}

/**
 * A store as it is looked at. What is named with `from` has an order of its own that never changes, so that each is found once.
 * Deliveries and events go backwards by their number, newest first; those of one user by app, then by event time.
 */
export interface Looks extends AlarmLooks, SampleLooks {
  /** Counts end somewhere: what `atLeast` names is more. */
  status(): Promise<StoreStatus>;
  /** The same without what was settled lately. */
  standing(): Promise<StoreStanding>;
  connectors(): Promise<readonly ConnectorRow[]>;
  connector(name: string): Promise<ConnectorRow | null>;
  bridges(): Promise<readonly KnownBridge[]>;
  /**
   * The lowest number that an event received at `since` or later can have. A look at some forty rows, whatever the store holds.
   * Numbers grow with the time when an event was stored, and it is stored after it was received: what came out of the spool or
   * the quarantine has a higher number than its time of receipt asks for, so those below the answer are all older. It holds as
   * long as no clock of a machine that stores them was turned back by more than five minutes.
   */
  firstSince(since: number): Promise<number>;
  /** @param floor events below this number are not meant */
  ledger(filter: LedgerFilter, floor: number, options: LookOptions): Promise<Look<LedgerEntry>>;
  /** The delivery with this id: none or one. */
  delivery(id: string, options: LookOptions): Promise<Look<LedgerEntry>>;
  /**
   * Events received at `since` or later (milliseconds since 1970), whatever became of them.
   * @param floor events below this number are not meant
   */
  events(since: number, floor: number, options: LookOptions): Promise<Look<DecidedEvent>>;
  /** Ids of deliveries whose events' ids begin with these hexadecimal digits; all of one event come together. */
  deliveryIds(beginning: string, options: LookOptions): Promise<Look<string>>;
  trace(user: string, options: LookOptions): Promise<Look<TracedEvent>>;
  /** Users whose id begins so, each once, in the order of their bytes. */
  people(prefix: string, options: LookOptions): Promise<Look<string>>;
  /** Oldest first; bodies of 16 MiB at most. */
  quarantined(options: LookOptions): Promise<Look<QuarantineEntry>>;
  quarantineEntry(id: string): Promise<QuarantineEntry | null>;
  /** Ids of entries that begin with these hexadecimal digits, in their order. */
  quarantineIds(beginning: string, options: LookOptions): Promise<Look<string>>;
  /** Who did what, newest first. */
  audited(filter: AuditFilter, options: LookOptions): Promise<Look<AuditRow>>;
  /** Who seems to be missing, by app, account and user. */
  missing(filter: MissingFilter, options: LookOptions): Promise<Look<Missing>>;
  /** `null`: no roster is kept. */
  reconciling(): Promise<ReconcilingStatus | null>;
  /** `null`: there is no such plan, or no more. */
  plan(id: string): Promise<Plan | null>;
  /** All plans of the last day, newest first; at most 100. */
  plans(): Promise<readonly Plan[]>;
  /** Why each of a plan would be left alone by now that is still to be worked off; those that would be changed are read, and not found. */
  planChanges(id: string, options: LookOptions): Promise<Look<WhyLeft>>;
}

/** A look that is missing here does not compile. */
const EVERY_LOOK: Readonly<Record<keyof Looks, true>> = {
  ...{ status: true, standing: true, connectors: true, connector: true, bridges: true, firstSince: true },
  ...{ ledger: true, delivery: true, deliveryIds: true, events: true, trace: true, people: true },
  ...{ quarantined: true, quarantineEntry: true, quarantineIds: true, audited: true, alarms: true, owed: true },
  ...{ givenUp: true, watched: true, missing: true, reconciling: true, samples: true, plan: true },
  ...{ plans: true, planChanges: true },
};

/** Every look that there is: whoever hands them on goes by this. */
export const LOOKS = Object.keys(EVERY_LOOK) as readonly (keyof Looks)[];

/** What a question has found. */
export interface Found<T> {
  /** What is still to be looked at was stored later than it was received, out of the spool or the quarantine: all else has been. */
  readonly isLate?: true;
  readonly entries: readonly T[];
  /** Rows that were read for it. */
  readonly looked: number;
  /** Hand it in as `after` to go on; null: that was all. With fewer entries than were asked for, the question ended early. */
  readonly next: string | null;
  /** Everything received since then (milliseconds since 1970) has been looked at; absent where nobody can tell. */
  readonly backTo?: number;
}

export interface Asked {
  /** At least 1. */
  readonly limit: number;
  /** `next` of the answer before. */
  readonly after?: string;
}

/** Questions to a store, answered one after the other. Rejects while the store cannot be asked; it is tried again with the next one. */
export interface Questions extends AlarmLooks, SampleLooks {
  /** What kind of store it is and where, for people. No password. */
  readonly description: string;
  /** At most a second old, so that any number of viewers costs one. */
  status(): Promise<StoreStatus>;
  /** The same without what was settled lately, as old at most. */
  standing(): Promise<StoreStanding>;
  /** Something was changed from here: what is remembered is not told any more. */
  changed(): void;
  connectors(): Promise<readonly ConnectorRow[]>;
  connector(name: string): Promise<ConnectorRow | null>;
  /** All bridges of the last day, the latest sign of life first; those that serve the store say so. */
  bridges(): Promise<readonly KnownBridge[]>;
  /** Ledger entries, newest event first; those of one user by app, then by event time. */
  deliveries(filter: LedgerFilter, page: Asked): Promise<Found<LedgerEntry>>;
  /** None or one; with a `next` where it may be among older ones. @param after `next` of the answer before */
  delivery(id: string, after?: string): Promise<Found<LedgerEntry>>;
  /** Events received at `since` or later (milliseconds since 1970), newest first, with what was decided about them. */
  events(since: number, page: Asked): Promise<Found<DecidedEvent>>;
  /** Ids of deliveries whose events' ids begin with these hexadecimal digits; all of one event come together. */
  deliveryIds(beginning: string, page: Asked): Promise<Found<string>>;
  /** One user's events with all that became of them, newest first, app by app. */
  trace(user: string, page: Asked): Promise<Found<TracedEvent>>;
  /** Users whose id begins so, in the order of their bytes. Rejects while a database's index for it is not there yet. */
  people(prefix: string, page: Asked): Promise<Found<string>>;
  /** Oldest first. */
  quarantined(page: Asked): Promise<Found<QuarantineEntry>>;
  quarantineEntry(id: string): Promise<QuarantineEntry | null>;
  /** Ids of entries that begin with these hexadecimal digits, in their order. */
  quarantineIds(beginning: string, page: Asked): Promise<Found<string>>;
  /** Who did what, newest first. */
  audited(filter: AuditFilter, page: Asked): Promise<Found<AuditRow>>;
  /** Who seems to be missing, by app, account and user. */
  missing(filter: MissingFilter, page: Asked): Promise<Found<Missing>>;
  /** `null`: no roster is kept. */
  reconciling(): Promise<ReconcilingStatus | null>;
  /** `null`: there is no such plan, or no more. */
  plan(id: string): Promise<Plan | null>;
  /** All plans of the last day, newest first; at most 100. */
  plans(): Promise<readonly Plan[]>;
  /** Why each of a plan would be left alone by now that is still to be worked off. */
  planChanges(id: string, page: Asked): Promise<Found<WhyLeft>>;
  close(): Promise<void>;
}

/** `after` is none that an answer has given. */
export class NoPlace extends Error {
  constructor() {
    super("this is no place to go on from: take `next` of the answer before");
  }
}

/** What was asked cannot be answered yet. */
export class NotReady extends Error {}
