/** What the parts of a PostgreSQL store share: transactions, with everything that each of them insists on. */
import type { Logger } from "../../connector.ts";
import type { Storage } from "../contract.ts";
import { type Connection, openPool, type Pool } from "./pool.ts";
import { isCollision, troubleOf } from "./trouble.ts";
import { NOW, type Row, type Value } from "./values.ts";

/** Everything that the contract asks, part by part. */
export type Operations = Omit<Required<Storage>, "description" | "close">;

/** A transaction that is under way. Statements may be sent before the last one is answered. */
export interface Transaction {
  rows(statement: string, ...values: Value[]): Promise<readonly Row[]>;
  one(statement: string, ...values: Value[]): Promise<Row | undefined>;
  /** How many rows a statement changed. */
  run(statement: string, ...values: Value[]): Promise<number>;
  /** The database's time, milliseconds since 1970. */
  now(): Promise<number>;
}

/** How a transaction is done. */
interface Manner {
  /** False where the contract lets a power cut of the database undo it: others need not wait for the disk behind its locks. */
  readonly durable: boolean;
  /** How long each statement may take, in milliseconds. */
  readonly statementMs: number;
  /** How long everything may take, waiting for a connection included, in milliseconds. */
  readonly totalMs: number;
  /** Whether the planner may choose plans that look at whole tables. */
  readonly freePlans: boolean;
}

const MANNERS = {
  /** While somebody at Chat waits. */
  intake: { durable: true, statementMs: 1_000, totalMs: 1_150, freePlans: true },
  /** The engine's daily work: by index only, whatever the planner's statistics say about a queue that grew a minute ago. */
  work: { durable: true, statementMs: 10_000, totalMs: 13_000, freePlans: false },
  /**
   * What is done again if it is undone: a delivery that goes out twice has the same id. Not for claims: without its claim a
   * call that still hangs could end behind the person's next one.
   */
  passing: { durable: false, statementMs: 10_000, totalMs: 13_000, freePlans: false },
  /** Bite by bite, whenever there is time. */
  housekeeping: { durable: false, statementMs: 60_000, totalMs: 70_000, freePlans: false },
  /** Questions and repairs of people: these may look at everything. */
  leisure: { durable: true, statementMs: 120_000, totalMs: 130_000, freePlans: true },
} as const satisfies Record<string, Manner>;

export interface Context {
  /** One transaction: all or nothing, committed when it resolves. Runs again when it collided with another. */
  transact<T>(manner: keyof typeof MANNERS, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  readonly schema: string;
  /** Names this process among those that share the store. */
  readonly machine: string;
  /** How often a connector's own clock is moved on, in milliseconds. */
  readonly clockTickMs: number;
  readonly log: Logger | undefined;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly url: string;
  readonly schema: string;
  readonly prepare: boolean;
  /** Most connections, beside the few that intake has for itself. */
  readonly max: number;
  readonly machine: string;
  readonly clockTickMs: number;
  readonly log?: Logger | undefined;
}

/** Intake has connections of its own: whatever the rest is doing, a callback need not wait for it. */
const INTAKE_CONNECTIONS = 3;
const TRIES = 5;

export function openContext(options: ContextOptions): Context {
  const { schema, machine, clockTickMs, log } = options;
  const intake = openPool({ ...options, max: INTAKE_CONNECTIONS });
  const others = openPool(options);
  const poolFor = (manner: keyof typeof MANNERS): Pool => (manner === "intake" ? intake : others);
  return {
    schema,
    machine,
    clockTickMs,
    log,
    async transact(manner, work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await poolFor(manner).use(MANNERS[manner].totalMs, (connection) =>
            transact(connection, openingOf(schema, MANNERS[manner], connection.version()), work),
          );
        } catch (error) {
          if (!isCollision(error) || tries === TRIES) throw troubleOf(error);
        }
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * tries));
      }
    },
    async close() {
      await Promise.all([intake.close(), others.close()]);
    },
  };
}

async function transact<T>(
  connection: Connection,
  opening: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let ended = false;
  const open: Pick<Connection, "send"> = {
    async send(statement, values) {
      // behind the end it would be a transaction of its own
      if (ended) throw new Error("the transaction has ended");
      return connection.send(statement, values);
    },
  };
  try {
    // sent together with the first statement: if this fails, so does everything behind it
    const [, result] = await Promise.all([connection.send(opening), work(transactionOn(open))]);
    ended = true;
    const { command } = await connection.send("COMMIT");
    if (command !== "COMMIT") throw new Error("PostgreSQL did not commit");
    return result;
  } catch (error) {
    ended = true;
    if (connection.usable()) await connection.send("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function transactionOn(connection: Pick<Connection, "send">): Transaction {
  const rows: Transaction["rows"] = async (statement, ...values) => (await connection.send(statement, values)).rows;
  const one: Transaction["one"] = async (statement, ...values) => (await rows(statement, ...values))[0];
  return {
    rows,
    one,
    run: async (statement, ...values) => (await connection.send(statement, values)).changed,
    now: async () => Number((await one(`SELECT ${NOW} AS now`))?.now),
  };
}

/** All for this transaction only: behind a pooler, the connection is somebody else's in a moment. */
function openingOf(schema: string, { durable, statementMs, freePlans }: Manner, version: number): string {
  const settings = [
    ["search_path", `'"${schema}"'`],
    ["synchronous_commit", durable ? DURABLE : "'off'"],
    ["statement_timeout", `'${statementMs}'`],
    // a machine that is frozen here must not hold its locks for ever
    ["idle_in_transaction_session_timeout", "'5000'"],
    // the same where it is frozen between two messages of one statement, which is not "idle"; new in PostgreSQL 17
    ...(version >= 170_000 ? [["transaction_timeout", `'${statementMs}'`] as const] : []),
    // a plan that was made for an empty queue would be kept for a full one
    ["plan_cache_mode", "'force_custom_plan'"],
    // to compile a statement takes a stock server a second, to run any of ours a few milliseconds
    ["jit", "'off'"],
    ...(freePlans ? [] : BY_INDEX_ONLY.map((name) => [name, "'off'"] as const)),
  ] as const;
  const calls = settings.map(([name, value]) => `set_config('${name}', ${value}, true)`);
  return `BEGIN; SELECT ${calls.join(", ")}`;
}

/** Weaker settings of server, user or database must not turn an acknowledged callback into a lost one. */
const DURABLE = `CASE WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply' ELSE 'on' END`;
const BY_INDEX_ONLY = ["enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_sort"];
