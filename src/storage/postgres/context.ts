/** What the parts of a PostgreSQL store share: transactions, with everything that each of them insists on. */

import { onceAMinute } from "../../basics/once-a-minute.ts";
import { connectionOf } from "../../basics/postgres-url.ts";
import type { Logger } from "../../connector.ts";
import type { Method, Storage } from "../contract/storage.ts";
import type { ClientOptions, Connection, StatementResult } from "./client.ts";
import { MANNERS, type Manner, openingOf, settingsOf } from "./opening.ts";
import { openPool, type Pool } from "./pool/pool.ts";
import { INTAKE_CONNECTIONS, LEAST_CONNECTIONS, openRoom, WORK_CONNECTIONS } from "./room.ts";
import { databaseTrouble, isCollision, isReadOnly, isStaleStatement, Timeout } from "./trouble.ts";
import { NOW, type Row, type Value } from "./values.ts";

/** Everything that the contract asks, part by part. */
export type Operations = Pick<Storage, Method>;

/** A transaction that is under way. Statements may be sent before the last one is answered. */
export interface Transaction {
  rows(statement: string, ...values: Value[]): Promise<readonly Row[]>;
  one(statement: string, ...values: Value[]): Promise<Row | undefined>;
  /** How many rows a statement changed. */
  run(statement: string, ...values: Value[]): Promise<number>;
  /** The database's time, milliseconds since 1970. */
  now(): Promise<number>;
  /** What is sent at once by `work` is the last, and nothing hangs on its answers: the commit goes out with it. */
  last<T>(work: () => Promise<T>): Promise<T>;
}

export interface Context {
  /** One transaction: all or nothing, committed when it resolves. Runs again when it collided with another. */
  transact<T>(manner: keyof typeof MANNERS, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** The rows of a statement that changes nothing: a transaction of its own, which goes out with its end. */
  ask(manner: keyof typeof MANNERS, statement: string, ...values: Value[]): Promise<readonly Row[]>;
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
  /** Most connections, beside the few that intake has for itself; ten unless set. */
  readonly max?: number;
  readonly machine: string;
  readonly clockTickMs: number;
  /** How long intake may take, in milliseconds, instead of what its manner says. */
  readonly intakeMs?: number;
  readonly log?: Logger | undefined;
}

const TRIES = 5;

export function openContext(options: ContextOptions): Context {
  const { schema, machine, clockTickMs, log, intakeMs } = options;
  const manners = intakeMs === undefined ? MANNERS : { ...MANNERS, intake: within(MANNERS.intake, intakeMs) };
  // each session is told for good how most of its transactions are done
  const pools = openPools(options, (manner) => (session) => settingsOf(schema, manners[manner], session));
  const poolFor = (manner: keyof typeof MANNERS): Pool => (manner === "intake" ? pools.intake : pools.work);
  const all = Object.values(pools);

  /** Whether the transaction was certainly not done, and may be done at once. */
  function heal(error: unknown, tries: number, { connection, isCommitting }: Attempt): boolean {
    const isLost = connection?.usable() === false && !(error instanceof Timeout);
    // those beside it lead to the same place
    if (isLost || isReadOnly(error)) for (const pool of all) pool.renew();
    if (isCollision(error) || isStaleStatement(error)) return tries < TRIES;
    // as where the server ended a session that nobody used: the next may be ended as soon
    return isLost && !isCommitting && !isReadOnly(error) && tries < TRIES;
  }

  async function tryOn<T>(
    manner: keyof typeof MANNERS,
    work: (attempt: Attempt, connection: Connection, opening: string) => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const attempt: Attempt = { isCommitting: false };
      try {
        return await poolFor(manner).use(manners[manner].totalMs, (connection) => {
          attempt.connection = connection;
          return work(attempt, connection, openingOf(schema, manners[manner], connection.session));
        });
      } catch (error) {
        if (!heal(error, tries, attempt)) throw databaseTrouble(error);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * tries));
    }
  }

  return {
    schema,
    machine,
    clockTickMs,
    log,
    transact: (manner, work) =>
      tryOn(manner, (attempt, connection, opening) => transact(attempt, connection, opening, work)),
    ask: (manner, statement, ...values) =>
      tryOn(manner, async (_, { send }, opening) => {
        const [, { rows }] = await Promise.all([send(opening), send(statement, values), send("COMMIT")]);
        return rows;
      }),
    async close() {
      await Promise.all(all.map((pool) => pool.close()));
    },
  };
}

const within = (manner: Manner, ms: number): Manner => ({ ...manner, statementMs: ms, totalMs: ms });

/** Two pools that share what the server allows: where it is little, neither keeps the other from its one. */
function openPools(
  options: ContextOptions,
  settings: (manner: keyof typeof MANNERS) => ClientOptions["settings"],
): { readonly intake: Pool; readonly work: Pool } {
  const { url, prepare, log, max: work = WORK_CONNECTIONS } = options;
  const connection = connectionOf(url, prepare);
  const room = openRoom({ intake: INTAKE_CONNECTIONS, work }, performance.now.bind(performance));
  const logFull = onceAMinute((held: number) =>
    log?.warn({
      ...{ fact: "store.connections_few", held, wanted: INTAKE_CONNECTIONS + work, least: LEAST_CONNECTIONS },
      todo: "let this role have more (ALTER ROLE … CONNECTION LIMIT, max_connections), or use a pooler",
    }),
  );
  function onFull(): void {
    const held = intake.held() + others.held();
    room.full(held);
    for (const pool of [intake, others]) pool.trim();
    logFull(held);
  }
  const intake = openPool({
    ...{ ...connection, onFull, settings: settings("intake") },
    most: () => room.shareOf("intake"),
  });
  const others: Pool = openPool({
    ...{ ...connection, onFull, settings: settings("carrying") },
    most: () => room.shareOf("work"),
  });
  return { intake, work: others };
}

/** How far a try got. */
interface Attempt {
  connection?: Connection;
  /** From then on nobody knows whether it was done until the server says so. */
  isCommitting: boolean;
}

async function transact<T>(
  attempt: Attempt,
  connection: Connection,
  opening: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let ended = false;
  let committing: Promise<StatementResult> | undefined;
  const open: Pick<Connection, "send"> = {
    async send(statement, values) {
      // behind the end it would be a transaction of its own
      if (ended) throw new Error("the transaction has ended");
      return connection.send(statement, values);
    },
  };
  function commit(): Promise<StatementResult> {
    ended = true;
    attempt.isCommitting = true;
    return connection.send("COMMIT");
  }
  const last: Transaction["last"] = (work) => {
    const result = work();
    committing = commit();
    // whoever waits for the result hears of it first
    committing.catch(() => undefined);
    return result;
  };
  try {
    // sent together with the first statement: if this fails, so does everything behind it
    const [, result] = await Promise.all([connection.send(opening), work({ ...transactionOn(open), last })]);
    const { command } = await (committing ?? commit());
    if (command !== "COMMIT") throw new Error("PostgreSQL did not commit");
    return result;
  } catch (error) {
    ended = true;
    if (connection.usable()) await connection.send("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function transactionOn(connection: Pick<Connection, "send">): Omit<Transaction, "last"> {
  const rows: Transaction["rows"] = async (statement, ...values) => (await connection.send(statement, values)).rows;
  const one: Transaction["one"] = async (statement, ...values) => (await rows(statement, ...values))[0];
  return {
    rows,
    one,
    run: async (statement, ...values) => (await connection.send(statement, values)).changed,
    now: async () => Number((await one(`SELECT ${NOW} AS now`))?.now),
  };
}
