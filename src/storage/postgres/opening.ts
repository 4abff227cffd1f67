/**
 * How a transaction begins. Whatever a server, a database or a role may set and we depend on is said here, for this transaction
 * only: behind a pooler, the connection is somebody else's in a moment. A session that nobody else can come to has been told for good,
 * and is told what differs. What is not named here means nothing to us (test/storage/postgres-settings.test.ts tries).
 */
import type { Session, Settings } from "./client.ts";

/** How a transaction is done. */
export interface Manner {
  /** False where the contract lets a power cut of the database undo it: others need not wait for the disk behind its locks. */
  readonly durable: boolean;
  /** How long each statement may take, in milliseconds. */
  readonly statementMs: number;
  /** How long everything may take, waiting for a connection included, in milliseconds. */
  readonly totalMs: number;
  /** Whether the planner may choose plans that look at whole tables. */
  readonly freePlans: boolean;
  /**
   * Whether a statement is planned once a connection, for whatever values. Only where an empty and a full queue get the same plan
   * (test/storage/postgres-plans.test.ts): an event's way to its delivery, of which planning was two thirds of the server's time.
   */
  readonly plansOnce?: true;
  /** Whether it changes nothing, and the server sees to that. */
  readonly readOnly?: true;
}

export const MANNERS = {
  /** While somebody at Chat waits. */
  intake: { durable: true, statementMs: 1_000, totalMs: 1_150, freePlans: true, plansOnce: true },
  /** The engine's daily work: by index only, whatever the planner's statistics say about a queue that grew a minute ago. */
  work: { durable: true, statementMs: 10_000, totalMs: 13_000, freePlans: false },
  /**
   * What is done again if it is undone: a delivery that goes out twice has the same id. Not for claims: without its claim a
   * call that still hangs could end behind the person's next one.
   */
  passing: { durable: false, statementMs: 10_000, totalMs: 13_000, freePlans: false },
  /** From stored callbacks to claimed deliveries, for each event. */
  carrying: { durable: true, statementMs: 10_000, totalMs: 13_000, freePlans: false, plansOnce: true },
  /** The end of that way, which is `passing`. */
  settling: { durable: false, statementMs: 10_000, totalMs: 13_000, freePlans: false, plansOnce: true },
  /** Batch by batch, whenever there is time. */
  housekeeping: { durable: false, statementMs: 60_000, totalMs: 70_000, freePlans: false },
  /** Looks of a bounded number of rows, by index only. */
  asking: { durable: false, statementMs: 5_000, totalMs: 10_000, freePlans: false, readOnly: true },
  /** Repairs of people: these may look at everything. */
  leisure: { durable: true, statementMs: 120_000, totalMs: 130_000, freePlans: true },
} as const satisfies Record<string, Manner>;

/** What a transaction of this manner depends on. */
export function settingsOf(schema: string, manner: Manner, session: Session): Settings {
  const { durable, statementMs, freePlans, plansOnce = false } = manner;
  return {
    // first: a role's own limit could end what follows
    statement_timeout: statementMs,
    search_path: `"${schema}"`,
    // weaker settings of server, user or database must not turn an acknowledged callback into a lost one
    synchronous_commit: durable ? session.durably : "off",
    lock_timeout: 0,
    // a machine that is frozen here must not hold its locks for ever
    idle_in_transaction_session_timeout: 5_000,
    // the same where it is frozen between two messages of one statement, which is not "idle"; new in PostgreSQL 17
    ...(session.version >= 170_000 && { transaction_timeout: statementMs }),
    // else a plan that was made for an empty queue would be kept for a full one
    plan_cache_mode: plansOnce ? "force_generic_plan" : "force_custom_plan",
    // to compile a statement takes a stock server a second, to run any of ours a few milliseconds
    jit: "off",
    // how the driver reads bytes, and how we write lists
    bytea_output: "hex",
    array_nulls: "on",
    ...(freePlans ? freely(session) : BY_INDEX_ONLY),
  };
}

/** Statements of their own: `SELECT set_config(…)` takes twice the time, of which there is little while Chat waits. */
export function openingOf(schema: string, manner: Manner, session: Session): string {
  const said = session.settings;
  const unsaid = Object.entries(settingsOf(schema, manner, session)).filter(([name, value]) => said[name] !== value);
  const isClockSet = !session.isOurs || said.transaction_timeout !== undefined;
  // a clock that runs already would go on to where it was set: it is stopped first
  const stopped =
    isClockSet && unsaid.some(([name]) => name === "transaction_timeout") ? ["SET LOCAL transaction_timeout = 0"] : [];
  const all = unsaid.map(([name, value]) => `SET LOCAL ${name} = ${value}`);
  return [beginOf(session, manner.readOnly === true), ...stopped, ...all].join("; ");
}

/** From here on in a transaction that plans statements once: for what only some of them do, on tables of any size. */
export const PLAN_EACH_TIME = "SET LOCAL plan_cache_mode = force_custom_plan";
/** As it was before. */
export const PLAN_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan";

/** Snapshots per statement, since locks are waited for and what they guard is read then. */
function beginOf({ mustAskToWrite }: Session, readOnly: boolean): string {
  const access = readOnly ? " READ ONLY" : mustAskToWrite ? " READ WRITE" : "";
  return `BEGIN ISOLATION LEVEL READ COMMITTED${access}`;
}

const BY_INDEX_ONLY = {
  ...{ enable_indexscan: "on", enable_nestloop: "on", enable_seqscan: "off", enable_bitmapscan: "off" },
  ...{ enable_hashjoin: "off", enable_mergejoin: "off", enable_sort: "off" },
};

/** What a session was told for good is taken back. */
function freely({ settings }: Session): Settings {
  return Object.fromEntries(Object.keys(BY_INDEX_ONLY).flatMap((name) => (name in settings ? [[name, "on"]] : [])));
}
