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
 *   `register`, `route`, `replay`, `discard` and `takeIn` tell less the second time, since less is left to do;
 *   `settle` calls `lost` what is settled already; `count` may count twice and `reserve` reserve another permit; a `take`
 *   whose answer was lost is given back by its token, or by the next `take` of its holder.
 *
 * How a callback travels: `accept` keeps the callback (raw) → `unread` and `expand` turn it into events, each once, with
 * growing `seq` → `unrouted` and `route` write one delivery per connector behind that connector's cursor → `take`,
 * `settle` → for verdicts of death, `unjournaled` and `journaled`.
 */
import type { Event, Rate } from "../../connector.ts";
import type { AlarmStore } from "./alarms.ts";
import type { Act, AuditFilter, AuditLimits, AuditRow, LookUp } from "./audit.ts";
import type {
  AcceptResult,
  EditResult,
  Expansion,
  Intake,
  QuarantineEdit,
  QuarantineEntry,
  StoredCallback,
  StoredEvent,
  TakeInResult,
  TakenIn,
} from "./callbacks.ts";
import type { ConnectorRow, Registration, RegistrationReport } from "./connectors.ts";
import type {
  AskedTake,
  Carried,
  Claim,
  DecidedRoute,
  Holder,
  Route,
  SettleRequest,
  SettleResult,
} from "./deliveries.ts";
import type {
  CallbackPage,
  Correction,
  DeadLetter,
  DeliveryFilter,
  KnownEvent,
  LedgerEntry,
  NotedClocks,
  RepairReport,
  StoreStatus,
  TracedEvent,
} from "./ledger.ts";
import type { Plan, PlanLetter, PlanRequest, PlanStep } from "./plans.ts";
import type { BridgeSign, KnownBridge } from "./presence.ts";
import type { Looks } from "./questions.ts";
import type { RosterStore } from "./roster.ts";
import type { SampleStore } from "./samples.ts";

export interface Storage extends RosterStore, AlarmStore, SampleStore {
  /** What kind it is and where, for people: `sqlite /data/bridge.db`. No password. */
  readonly description: string;
  /** Whether several machines share it: then they share rates as well, and what one begins another may end. */
  readonly shared: boolean;
  /** Where no other connection can reach it, as in memory: then questions are answered by this one. */
  readonly looks?: Looks;

  // intake
  /**
   * Keeps callbacks and quarantine entries. One that the store cannot take does not fail the others (rejects only when none was kept: see `AcceptResult`).
   * Stale entries are kept within the bounds of rules/quarantine-bounds.ts; above `quarantineBytes`, unless it is left out, entries go
   * in this order: stale ones that lay far behind, other stale ones, both from the oldest RequestTime on, then the oldest.
   * Notices (`isNotice` of src/callback.ts) among the callbacks are kept apart: nobody finds them unread, an older release neither.
   */
  accept(intake: Intake, limits?: { readonly quarantineBytes: number }): Promise<AcceptResult>;
  /** Remembers what requests have shown of clocks. Returns the newest RequestTime of each app, in milliseconds since 1970. */
  noteClocks(noted: NotedClocks): Promise<Readonly<Record<string, number>>>;
  /**
   * Notices that were kept within the last so many milliseconds, the newest first. By time, not from a number on, since numbers
   * are not committed in their order: who looks each minute asks for two, and sees one twice.
   */
  notices(withinMs: number, limit: number): Promise<readonly StoredCallback[]>;
  /** Adds to counters. */
  count(increments: Readonly<Record<string, number>>): Promise<void>;

  // router
  /** Callbacks that are not yet events, oldest first; the first, and as many more as fit into 4 MiB. */
  unread(limit: number): Promise<readonly StoredCallback[]>;
  /** Writes the events of callbacks; events known already are left as they are, as are callbacks expanded meanwhile. */
  expand(expansions: readonly Expansion[]): Promise<void>;
  /**
   * The short way of what has just come: what `expand`, `route` and `take` do one after the other, in one transaction.
   * A connector that is not at the last event before these is left out, and so is a take of one that got nothing.
   */
  carry(
    expansions: readonly Expansion[],
    decided: readonly DecidedRoute[],
    takes: readonly AskedTake[],
  ): Promise<Carried>;
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

  // asking and repairing (people, beside a running bridge). What changes something is told who does it, and writes it down
  // (`audit`) in its own transaction
  status(): Promise<StoreStatus>;
  connector(name: string): Promise<ConnectorRow | null>;
  /** One person's whole story, by event time. */
  trace(user: string): Promise<readonly TracedEvent[]>;
  /** Ledger entries, newest event first; `after` is the last id of the page before. */
  deliveries(
    filter: DeliveryFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly LedgerEntry[]>;
  /** Dead letters go back to `waiting`, due now, next generation. Others are named in the report. A dry run changes nothing. */
  replay(filter: DeliveryFilter, act: Act | "dry run"): Promise<RepairReport>;
  /** Dead or waiting deliveries end as `discarded`. */
  discard(filter: DeliveryFilter, act: Act | "dry run"): Promise<RepairReport>;
  /** Begins to freeze what a repair of many means: dead letters of events up to the newest that there is. */
  beginPlan(request: PlanRequest): Promise<Plan>;
  /**
   * Adds dead letters to a plan whose filter names them one by one, until it is frozen: of connectors that are there, up to 500 at
   * once. `null`: there is no such plan, or no more.
   */
  addToPlan(id: string, letters: readonly PlanLetter[]): Promise<Plan | null>;
  /** Looks at up to 500 more, unless all are frozen. `null`: there is no such plan, or no more: it is kept for a day. */
  freezePlan(id: string): Promise<Plan | null>;
  /**
   * Changes up to 500 more of a frozen plan, each only if it is still in that state and generation; the rest is named in the report.
   * Each is worked off once, whoever asks. `null` as above.
   * @param act one for each plan and actor: all its steps are one row
   */
  workOffPlan(id: string, act: Act): Promise<PlanStep | null>;
  /** Forgets a plan that nobody has begun to work off. */
  dropPlan(id: string): Promise<void>;
  plan(id: string): Promise<Plan | null>;
  /** All plans of the last day, newest first; at most 100. */
  plans(): Promise<readonly Plan[]>;
  /**
   * Waiting deliveries of a connector are due now, and a probe may go at once. Each step looks at up to 500; who goes on from
   * `next` reaches all. What the steps say to wait is, taken together, how many do.
   * @param from `next` of the step before
   */
  retryNow(
    connector: string,
    act: Act,
    from?: string,
  ): Promise<{ readonly waiting: number; readonly next: string | null }>;
  /** A person's pause. False when there is no such connector. @param why in their own words, for others */
  pause(connector: string, act: Act, why?: string): Promise<boolean>;
  /** Ends any pause or backoff: ready, and held rejections are tried again. False when there is no such connector. */
  resume(connector: string, act: Act): Promise<boolean>;
  /** Raw callbacks received since (milliseconds since 1970) that are events already, in the order in which they came. */
  callbacks(page: { readonly since: number; readonly after: number; readonly limit: number }): Promise<CallbackPage>;
  /** Those of these events that the store has, in any order. */
  known(events: readonly Pick<Event, "id" | "eventTime">[]): Promise<readonly KnownEvent[]>;
  /** Rewrites events; what was skipped and is named goes back to `waiting`, due now, next generation. Returns how many do. */
  correct(corrections: readonly Correction[], act: Act): Promise<number>;
  quarantined(page: { readonly limit: number; readonly after?: string }): Promise<readonly QuarantineEntry[]>;
  quarantineEntry(id: string): Promise<QuarantineEntry | null>;
  /**
   * Puts another body in the place of an entry's; as it came first it is kept beside it, and its events will tell of it (`trace`). All
   * else of the entry stays, its place among the others and what is known of its time too.
   */
  editQuarantined(edit: QuarantineEdit, act: Act): Promise<EditResult>;
  /**
   * Keeps what was read again as if it had just arrived, and removes the entries of the quarantine that have served. One of whose
   * entries none is there any more was taken in by another.
   */
  takeIn(taken: readonly TakenIn[], act: Act): Promise<TakeInResult>;
  /** Writes down that something was done, whatever it changes: what is changed under the same act is counted in the same row. */
  noteAct(act: Act): Promise<void>;
  /** Writes down that somebody looked, once a person, actor and hour. */
  noteLookUp(lookUp: LookUp): Promise<void>;
  /** What was done and looked up, newest first; `after` is the last id of the page before. */
  audited(filter: AuditFilter, page: { readonly limit: number; readonly after?: string }): Promise<readonly AuditRow[]>;

  // serving bridges
  /** A sign of life; the first one makes a bridge known. Forgets bridges that gave none for a day. */
  serving(bridge: BridgeSign): Promise<void>;
  /** It ends. */
  ended(bridge: string): Promise<void>;
  /** All bridges of the last day, the latest sign of life first; those that serve the store say so. */
  bridges(): Promise<readonly KnownBridge[]>;

  // housekeeping
  /**
   * Removes settled rows older than `retentionMs` and raw callbacks and notices older than `rawRetentionMs` (`null`: never); also what the
   * quarantine has above `quarantineBytes`, in the order of `accept`, and what `audit` does not keep (unless given: everything is
   * kept). Never what is waiting or dead, what these need, or a delivered row that is newer than a dead one of the same
   * person. Bounded work; `more` says to come again.
   */
  prune(limits: {
    readonly retentionMs: number | null;
    readonly rawRetentionMs: number | null;
    readonly quarantineBytes: number;
    readonly audit?: AuditLimits;
  }): Promise<{ readonly rows: number; readonly quarantineDropped: number; readonly more: boolean }>;
  /** Cheap question whether the store can take a callback now. Rejects when not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** All that may be asked of a store. */
export type Method = Exclude<keyof Storage, "description" | "shared" | "looks" | "close">;

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
  notices: "reads",
  count: "derives",
  unread: "reads",
  expand: "derives",
  carry: "derives",
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
  beginPlan: "writes",
  addToPlan: "writes",
  freezePlan: "writes",
  workOffPlan: "writes",
  dropPlan: "writes",
  plan: "reads",
  plans: "reads",
  retryNow: "writes",
  pause: "writes",
  resume: "writes",
  callbacks: "reads",
  known: "reads",
  correct: "writes",
  quarantined: "reads",
  quarantineEntry: "reads",
  editQuarantined: "writes",
  takeIn: "writes",
  noteAct: "writes",
  noteLookUp: "writes",
  audited: "reads",
  serving: "derives",
  ended: "derives",
  bridges: "reads",
  openAlarms: "writes",
  noteAlarms: "writes",
  silenceAlarm: "writes",
  keepSamples: "derives",
  keepRoster: "writes",
  followEvents: "derives",
  rosterAccounts: "reads",
  wishPasses: "writes",
  passWishes: "reads",
  dropWishes: "writes",
  beginPass: "writes",
  renewPass: "derives",
  notePage: "derives",
  noteQuarantined: "derives",
  siftRoster: "derives",
  mergePages: "derives",
  reviewMissing: "derives",
  accountCounts: "reads",
  holdMissing: "writes",
  missing: "reads",
  dropMissing: "derives",
  heal: "writes",
  endPass: "writes",
  passes: "reads",
  discardMissing: "writes",
  coverage: "reads",
  prune: "derives",
  ping: "writes",
};
