/**
 * The storage contract: what intake, router, couriers, the dead-letter journal and the command line ask of a store.
 * SQLite and PostgreSQL answer it and pass one conformance suite (test/storage/suite.ts).
 *
 * Rules that every method keeps:
 * - It is one transaction: all or nothing, durable (fsynced or committed synchronously) when it resolves. What follows again
 *   from what is stored may be undone by a crash of the database's machine (`derives` in `METHODS`), in the order it was done: it is done again, and a delivery that goes out twice has the
 *   same id. A crash of the bridge undoes nothing.
 * - Time is the store's own clock (`Clock` for SQLite, the database's for PostgreSQL). Callers hand in delays, never
 *   points in time; what comes back is in milliseconds since 1970.
 * - Everything in and out survives `structuredClone`, so that a store may live in a thread of its own.
 * - A store that cannot answer rejects with an `Error`. It has changed nothing, unless the answer itself was lost: then nobody
 *   knows. So each method can be asked again, and what it did the first time is done once. Of what a lost answer told,
 *   `register`, `route`, `replay`, `discard` and `quarantineRemove` tell less the second time, since less is left to do;
 *   `settle` calls `lost` what is settled already; `count` may count twice and `reserve` reserve another permit; a `take`
 *   whose answer was lost is given back by its token, or by the next `take` of its holder.
 *
 * How a callback travels: `accept` keeps the callback (raw) → `unread` and `expand` turn it into events, each once, with
 * growing `seq` → `unrouted` and `route` write one delivery per connector behind that connector's cursor → `take`,
 * `settle` → for verdicts of death, `unjournaled` and `journaled`.
 */
import type { Event, Rate, Reason } from "../connector.ts";

/** No delivery waits longer than this for its next attempt, in milliseconds: the longest backoff there is. */
export const LONGEST_DELAY_MS = 6 * 3_600_000;

// --- callbacks and events -------------------------------------------------------------------------------------------

/** An authentic callback as it came, with what its URL said. The raw body is the truth; events are derived from it. */
export interface Callback {
  readonly app: string;
  readonly command: string;
  readonly platform: string;
  readonly clientIp: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly body: Uint8Array;
}

/** A callback that the store holds. */
export interface StoredCallback extends Callback {
  readonly seq: number;
}

/** An authentic request that we could not understand, or one user of it; kept raw, replayable. */
export interface QuarantineEntry extends Callback {
  /** The same fault of the same body is kept once: a hash of both. */
  readonly id: string;
  /** What was wrong, in our words. */
  readonly fault: string;
  /** A body that was not kept (too large) is empty; its size in bytes is here in either case. */
  readonly size: number;
  /** Absent when it came fresh, and where 0.1.0 has kept it. */
  readonly stale?: StaleMark;
}

/** Where in time a request stood that was not fresh: its `Sign` was right, its `RequestTime` too far from our clock. */
export interface StaleMark {
  /** What it said, in milliseconds since 1970; less `receivedAt`, it tells how far it was off. */
  readonly requestTime: number;
  /** How far it lay behind the newest RequestTime of its app when it came, in milliseconds; 0: it was the newest itself. */
  readonly behindMs: number;
}

export interface Intake {
  readonly callbacks: readonly Callback[];
  readonly quarantine: readonly QuarantineEntry[];
}

/** What one callback turned out to hold, or a part of it. */
export interface Expansion {
  readonly callback: number;
  readonly events: readonly Event[];
  readonly quarantine: readonly QuarantineEntry[];
  /**
   * There when it comes in several parts, each in an `expand` of its own: the callback stays unread until the last one, so that
   * a crash in between begins anew. Without it, it is all of it.
   */
  readonly part?: "more" | "last";
}

/** An event that the store holds. */
export interface StoredEvent extends Event {
  /** Grows in the order in which events became visible: a cursor over it misses nothing. */
  readonly seq: number;
}

// --- connectors -----------------------------------------------------------------------------------------------------

/** A connector as the configuration declares it. */
export interface Registration {
  readonly name: string;
  readonly type: string;
  /** `state` connectors are subject to supersession. */
  readonly writes: "state" | "fact";
  /** A former name whose queue, ledger and delivery ids this connector adopts. */
  readonly was?: string;
  /** Which events of the past it gets when it is new: none, all, or those received since (milliseconds since 1970). */
  readonly start: "now" | "all" | number;
  /** Where it writes, without secrets. */
  readonly destination: string;
  /** Hash of everything that could cure its trouble (settings, credentials): a change of it lifts every pause but a person's. */
  readonly fingerprint: string;
}

/** Why a connector is paused. */
export type PauseCause = "credentials" | "refusing" | "gone" | "person";

/** A rejection that is not yet a dead letter: nobody knows yet whether the destination refuses only this one. */
export interface HeldRejection {
  readonly event: number;
  readonly reason: Reason;
}

/** A delivery that its destination neither took nor refused: to be tried again. */
export interface PutOff {
  readonly event: number;
  readonly reason: Reason;
}

/** A connector's condition. One document, changed by compare-and-set. */
export interface ConnectorState {
  readonly status: "ready" | "backing_off" | "paused";
  readonly cause?: PauseCause;
  readonly reason?: Reason;
  /** Troubles of the whole destination in a row. */
  readonly failures: number;
  /** True while the destination itself named the time (`Retry-After`): the connector's clock stands still. */
  readonly told: boolean;
  /** Rejections in a row without one success. */
  readonly held: readonly HeldRejection[];
  /** Events with which credentials were refused, while nothing else was answered for them; absent: none. */
  readonly refused?: readonly number[];
  /**
   * Different deliveries in a row that were put off, each with its latest reason; absent: none. Kept beside the document: a
   * machine of an older release writes that whole, and would forget them.
   */
  readonly putOff?: readonly PutOff[];
}

export const READY: ConnectorState = { status: "ready", failures: 0, told: false, held: [] };

/** A state to be written. */
export interface StateChange {
  /** The version that it was computed from. */
  readonly from: number;
  readonly state: ConnectorState;
  /** Milliseconds until the next probe; `null`: never by itself. Ignored when ready. */
  readonly probeInMs: number | null;
}

/** A connector as the store knows it. */
export interface ConnectorRow {
  readonly name: string;
  /** The name in its delivery ids: the first one that it had. */
  readonly origin: string;
  readonly type: string;
  readonly destination: string;
  /** Its events up to this `seq` are routed. */
  readonly cursor: number;
  readonly state: ConnectorState;
  readonly version: number;
  /** When the present status began. */
  readonly since: number;
  /** When it is probed next; `null`: not by itself, or it is ready. */
  readonly probeAt: number | null;
  /** The connector's own clock: milliseconds it has run, neither paused nor told to wait. */
  readonly clock: number;
  /** Of the settings that were registered last. */
  readonly fingerprint: string;
  /** Of the settings under which something was last delivered; `null`: nobody knows of any. */
  readonly takenWith: string | null;
}

/** What registering found; refusals leave everything as it was. */
export interface RegistrationReport {
  readonly adopted: readonly { readonly from: string; readonly to: string; readonly waiting: number }[];
  readonly redirected: readonly {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly waiting: number;
  }[];
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

// --- deliveries -----------------------------------------------------------------------------------------------------

export type DeliveryState = "waiting" | "delivered" | "dead" | "superseded" | "skipped" | "discarded";
export type DeadClass = "rejected" | "expired" | "unmatched";

/** The router's word on one event for one connector. */
export interface RoutedDelivery {
  readonly event: number;
  /** Recorded as `skipped` with this reason; absent: `waiting`. */
  readonly skip?: string;
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

/** What `take` gives. */
export interface Claim {
  /** Settling needs it; fresh for each claim. */
  readonly token: string;
  readonly connector: ConnectorRow;
  readonly deliveries: readonly TakenDelivery[];
  /** True when the connector is not ready and this claim is its probe. */
  readonly probe: boolean;
  /** Milliseconds until the next delivery is due or the next probe may go; `null`: nothing to wait for but new events. */
  readonly waitMs: number | null;
  /** Deliveries that this take found overtaken by a newer event and settled as `superseded`. */
  readonly superseded: number;
}

/** What follows for one delivery. */
export type Settlement =
  | { readonly event: number; readonly to: "delivered"; readonly note?: string }
  | {
      readonly event: number;
      readonly to: "waiting";
      readonly reason: Reason;
      readonly delayMs: number;
      /** `slow`: behind first attempts and ordinary retries (nobody with that id over there, yet). */
      readonly lane: "normal" | "slow";
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
}

/**
 * `stale`: the state had another version, nothing was written; compute anew from `connector`.
 * `lost`: not settled, for another holds them by now, or a person has discarded them. Who holds none of what it settles comes
 * too late: nothing is written, neither `decided` nor `change` nor `takenWith`, since what it found out may be old.
 */
export type SettleResult =
  | { readonly tag: "settled"; readonly lost: readonly number[]; readonly connector: ConnectorRow }
  | { readonly tag: "stale"; readonly connector: ConnectorRow };

// --- dead letters ---------------------------------------------------------------------------------------------------

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

// --- asking ---------------------------------------------------------------------------------------------------------

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
}

/** One person's event with all that became of it. */
export interface TracedEvent {
  readonly event: StoredEvent;
  /** When its callback was on disk, just before the OK; `null` when a crash came in between. */
  readonly storedAt: number | null;
  readonly deliveries: readonly LedgerEntry[];
}

export interface ConnectorStatus extends ConnectorRow {
  /** Waiting deliveries, those not yet routed included. */
  readonly waiting: number;
  /** When the oldest waiting event was received. */
  readonly oldestWaitingAt: number | null;
  readonly dead: number;
  readonly deliveredLastHour: number;
  readonly deliveredLastDay: number;
  readonly deadLastHour: number;
  readonly deadLastDay: number;
}

export interface StoreStatus {
  readonly connectors: readonly ConnectorStatus[];
  /** Callbacks not yet turned into events. */
  readonly unread: number;
  readonly quarantined: { readonly entries: number; readonly bytes: number };
  /** Hosts whose clock every sender disagrees with. */
  readonly clocksOff: readonly ClockOff[];
  /** Counters of the intake since the store was made, by name. */
  readonly counters: Readonly<Record<string, number>>;
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

// --- serving bridges ------------------------------------------------------------------------------------------------

/** What a bridge runs with. One JSON document. */
export interface ServedConfiguration {
  /** The YAML file. */
  readonly file: string;
  /** Hash of what was in it when it was taken over. */
  readonly hash: string;
  /** Salted prints of the credentials in force, hex, by the dotted path of the setting; absent until they are made. */
  readonly prints?: { readonly salt: string; readonly values: Readonly<Record<string, string>> };
  /** Settings, and files of connectors of one's own, that changed since it was started and that only a restart takes. */
  readonly needsRestart?: readonly string[];
}

/** A bridge's sign of life. */
export interface BridgeSign {
  /** Fresh for each start. */
  readonly id: string;
  readonly host: string;
  /** Its number among the processes of its host. */
  readonly process: number;
  readonly version: string;
  readonly configuration: ServedConfiguration;
}

/** A bridge that serves the store, or did. */
export interface KnownBridge extends Omit<BridgeSign, "version" | "configuration"> {
  /** `null`: it has not said. */
  readonly version: string | null;
  readonly configuration: ServedConfiguration | null;
  /** When it gave its first and its latest sign of life. Where one bridge holds the store's lock it may have given none. */
  readonly since: number;
  readonly seenAt: number | null;
  /** When it said that it ends; `null`: it has not. */
  readonly endedAt: number | null;
  /** False when it has ended, or has been silent for so long that it must have been killed or cut off. */
  readonly serves: boolean;
}

// --- the store ------------------------------------------------------------------------------------------------------

export interface Storage {
  /** What kind it is and where, for people: `sqlite /data/bridge.db`. No password. */
  readonly description: string;
  /** Whether several machines share it: then they share rates as well, and what one begins another may end. */
  readonly shared: boolean;

  // intake
  /**
   * Keeps callbacks and quarantine entries. One that the store cannot take does not fail the others (rejects only when none was kept: see `AcceptResult`).
   * Stale entries are kept within the bounds of rules/quarantine-bounds.ts; above `quarantineBytes`, unless it is left out, entries go
   * in this order: stale ones that lay far behind, other stale ones, both from the oldest RequestTime on, then the oldest.
   */
  accept(intake: Intake, limits?: { readonly quarantineBytes: number }): Promise<AcceptResult>;
  /** Remembers what requests have shown of clocks. Returns the newest RequestTime of each app, in milliseconds since 1970. */
  noteClocks(noted: NotedClocks): Promise<Readonly<Record<string, number>>>;
  /** Adds to counters. */
  count(increments: Readonly<Record<string, number>>): Promise<void>;

  // router
  /** Callbacks that are not yet events, oldest first; the first, and as many more as fit into 4 MiB. */
  unread(limit: number): Promise<readonly StoredCallback[]>;
  /** Writes the events of callbacks; events known already are left as they are, as are callbacks expanded meanwhile. */
  expand(expansions: readonly Expansion[]): Promise<void>;
  /** Makes these connectors known, adopts renamed ones. Connectors not named here keep everything. */
  register(registrations: readonly Registration[]): Promise<RegistrationReport>;
  /** Events behind the earliest cursor of these connectors, in order of `seq`, and each one's cursor. */
  unrouted(
    connectors: readonly string[],
    limit: number,
  ): Promise<{
    readonly events: readonly StoredEvent[];
    readonly cursors: Readonly<Record<string, number>>;
    /** For connectors that start at a time: events received before it are not for them. */
    readonly startsAt: Readonly<Record<string, number>>;
  }>;
  /** Writes deliveries and moves cursors; a route whose `from` is no longer the cursor is left out. Returns how many deliveries are new and waiting. */
  route(routes: readonly Route[]): Promise<number>;

  // couriers
  /**
   * Claims up to `limit` due deliveries of a connector, first attempts and ordinary retries before slow ones, then by due time.
   * No two of one person (app and user), none of a person whose earlier event (by EventTime) is still waiting or claimed.
   * For `state` connectors, deliveries that a newer event of the same (app, official account, user) has overtaken are
   * settled as `superseded` instead, also those that are not yet due but would hold up the newer one. A newer event overtakes unless it is of the same kind and was skipped for this connector or is not routed to it yet;
   * at one EventTime `unsubscribed` is the newer.
   * A connector that is paused or backing off gives nothing until its probe is due; then one claim of at most `probeLimit`,
   * due or not, least recently attempted first. Nobody else gets a probe until it is settled or its lease ends.
   * @param leaseMs where several machines share the store: after so long the claim is anybody's again. A store of one
   *   machine keeps claims in memory, as long as the process lives, and ignores it.
   * @param token the claim's, fresh for each: who names it can give back what was claimed without hearing of it. Made up by
   *   the store unless given
   * @param holder who takes. What it holds without knowing of it goes back first: claims whose answer was lost, and those whose
   *   end a crash of the database has undone
   */
  take(
    connector: string,
    limit: number,
    probeLimit: number,
    leaseMs: number,
    token?: string,
    holder?: Holder,
  ): Promise<Claim>;
  settle(request: SettleRequest): Promise<SettleResult>;
  /** Gives claimed deliveries back as they were; without `events`, all that the token holds, if it holds any. */
  release(connector: string, token: string, events?: readonly number[]): Promise<void>;
  /**
   * Where several machines share the store: reserves a permit of a rate that they share. Returns milliseconds until it may
   * be used. Rejects where one machine is alone: it keeps its rates itself.
   * @param key names the budget; holds no secret
   * @param atMostMs when it would have to wait longer, none is reserved; no bound unless given
   */
  reserve(key: string, rate: Rate, atMostMs?: number): Promise<number>;

  // dead letters
  /** Verdicts of death without a line in the dead-letter file, oldest first. */
  unjournaled(limit: number): Promise<readonly DeadLetter[]>;
  /** Their lines are on disk. A letter replayed meanwhile (another generation) is left alone. */
  journaled(letters: readonly { readonly id: string; readonly generation: number }[]): Promise<void>;

  // asking and repairing (the command line, beside a running bridge)
  status(): Promise<StoreStatus>;
  connector(name: string): Promise<ConnectorRow | null>;
  /** One person's whole story, by event time. */
  trace(user: string): Promise<readonly TracedEvent[]>;
  /** Ledger entries, newest event first; `after` is the last id of the page before. */
  deliveries(
    filter: DeliveryFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly LedgerEntry[]>;
  /** Dead letters go back to `waiting`, due now, next generation. Others are named in the report. `dryRun` changes nothing. */
  replay(filter: DeliveryFilter, dryRun: boolean): Promise<RepairReport>;
  /** Dead or waiting deliveries end as `discarded`. */
  discard(filter: DeliveryFilter, dryRun: boolean): Promise<RepairReport>;
  /** All waiting deliveries of a connector are due now, and a probe may go at once. Returns how many wait. */
  retryNow(connector: string): Promise<number>;
  /** A person's pause. False when there is no such connector. */
  pause(connector: string): Promise<boolean>;
  /** Ends any pause or backoff: ready, and held rejections are tried again. False when there is no such connector. */
  resume(connector: string): Promise<boolean>;
  /** Raw callbacks received since (milliseconds since 1970) that are events already, in the order in which they came. */
  callbacks(page: { readonly since: number; readonly after: number; readonly limit: number }): Promise<CallbackPage>;
  /** Those of these events that the store has, in any order. */
  known(events: readonly Pick<Event, "id" | "eventTime">[]): Promise<readonly KnownEvent[]>;
  /** Rewrites events; what was skipped and is named goes back to `waiting`, due now, next generation. Returns how many do. */
  correct(corrections: readonly Correction[]): Promise<number>;
  quarantined(page: { readonly limit: number; readonly after?: string }): Promise<readonly QuarantineEntry[]>;
  quarantineEntry(id: string): Promise<QuarantineEntry | null>;
  /** After a replay: the entry's callback was accepted. */
  quarantineRemove(ids: readonly string[]): Promise<number>;

  // serving bridges
  /** A sign of life; the first one makes a bridge known. Forgets bridges that gave none for a day. */
  serving(bridge: BridgeSign): Promise<void>;
  /** It ends. */
  ended(bridge: string): Promise<void>;
  /** All bridges of the last day, the latest sign of life first; those that serve the store say so. */
  bridges(): Promise<readonly KnownBridge[]>;

  // housekeeping
  /**
   * Removes settled rows older than `retentionMs` and raw callbacks older than `rawRetentionMs` (`null`: never); also what the
   * quarantine has above `quarantineBytes`, in the order of `accept`. Never what is waiting or dead, what these need, or a delivered row that is
   * newer than a dead one of the same person. Bounded work; `more` says to come again.
   */
  prune(limits: {
    readonly retentionMs: number | null;
    readonly rawRetentionMs: number | null;
    readonly quarantineBytes: number;
  }): Promise<{ readonly rows: number; readonly quarantineDropped: number; readonly more: boolean }>;
  /** Cheap question whether the store can take a callback now. Rejects when not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** All that may be asked of a store. */
export type Method = Exclude<keyof Storage, "description" | "shared" | "close">;

/**
 * What each method does to a store.
 * - `reads`: only asks, needs no lock against those that write.
 * - `writes`: durable when it resolves, whatever fails next.
 * - `derives`: writes what follows again from what is stored (see above), so it need not be synced by itself.
 */
export type Manner = "reads" | "writes" | "derives";

/** Every method there is: what hands on calls, or tells readers from writers, goes by this. */
export const METHODS: Readonly<Record<Method, Manner>> = {
  accept: "writes",
  noteClocks: "writes",
  count: "derives",
  unread: "reads",
  expand: "derives",
  register: "writes",
  unrouted: "reads",
  route: "derives",
  take: "derives",
  settle: "derives",
  release: "derives",
  reserve: "writes",
  unjournaled: "reads",
  journaled: "derives",
  status: "reads",
  connector: "reads",
  trace: "reads",
  deliveries: "reads",
  replay: "writes",
  discard: "writes",
  retryNow: "writes",
  pause: "writes",
  resume: "writes",
  callbacks: "reads",
  known: "reads",
  correct: "writes",
  quarantined: "reads",
  quarantineEntry: "reads",
  quarantineRemove: "writes",
  serving: "derives",
  ended: "derives",
  bridges: "reads",
  prune: "derives",
  ping: "writes",
};

export interface AcceptResult {
  /** Indexes into `intake.callbacks` that the store refuses, with why; all others are durable. */
  readonly refused: readonly { readonly index: number; readonly why: string }[];
  /** Ids of quarantine entries that the quarantine's bounds leave no room for. */
  readonly unkept?: readonly string[];
  /** How many older entries of the quarantine had to go. */
  readonly dropped?: number;
}
