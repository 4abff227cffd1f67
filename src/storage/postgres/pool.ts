/**
 * A few connections, each a driver of its own with one socket, used by one transaction at a time and thrown away at the
 * first sign of trouble.
 *
 * The driver's own pool and `begin` are not used: when a connection dies inside a transaction, they write to the dead
 * socket (an exception that nobody can catch), go on with a later connection's transaction, or never connect again.
 */
import postgres from "postgres";
import { parameterOf, type Row, type Value } from "./values.ts";

/** A statement's rows, how many it changed, and what it was. */
export interface Answer {
  readonly rows: readonly Row[];
  readonly changed: number;
  readonly command: string;
}

export interface Connection {
  /** Statements are answered in the order in which they are sent; the next may be sent before the last is answered. */
  send(statement: string, values?: readonly Value[]): Promise<Answer>;
  /** False when it must not be used again. */
  usable(): boolean;
  /** `server_version_num`, such as 180001; 0 until it is known. */
  version(): number;
}

export interface Pool {
  /**
   * Lends a connection to `work`. Rejects after `limitMs`, waiting included; the connection is then thrown away, and with it
   * the transaction that was under way.
   */
  use<T>(limitMs: number, work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Waits for what is under way, for some seconds. */
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly url: string;
  /** Most connections. */
  readonly max: number;
  /** Whether statements are prepared once per connection. */
  readonly prepare: boolean;
}

interface Client extends Connection {
  /** Also proves that the connection works. */
  learnVersion(): Promise<void>;
  readonly openedAt: number;
  drop(): void;
}

interface Waiter {
  readonly resolve: (client: Client) => void;
  readonly reject: (error: unknown) => void;
}

const CONNECT_SECONDS = 2;
/** Connections are renewed now and then, so that load spreads anew after a failover. */
const LIFETIME_MS = 30 * 60_000;
const CLOSE_MS = 3_000;

export class Timeout extends Error {}

export function openPool(options: PoolOptions): Pool {
  let idle: Client[] = [];
  const clients = new Set<Client>();
  const lent = new Set<Promise<unknown>>();
  const waiters: Waiter[] = [];
  let closed = false;

  async function connect(): Promise<void> {
    const client = newClient(options);
    clients.add(client);
    try {
      await client.learnVersion();
      giveBack(client);
    } catch (error) {
      discard(client);
      // a database that cannot be reached: nobody need wait for the same news
      if (clients.size === 0) for (const waiter of waiters.splice(0)) waiter.reject(error);
    }
  }

  function giveBack(client: Client): void {
    if (!client.usable() || closed || performance.now() - client.openedAt > LIFETIME_MS) {
      discard(client);
      if (waiters.length > 0) grow();
      return;
    }
    const waiter = waiters.shift();
    if (waiter === undefined) idle.push(client);
    else waiter.resolve(client);
  }

  function discard(client: Client): void {
    clients.delete(client);
    client.drop();
  }

  function grow(): void {
    if (clients.size < options.max && !closed) void connect();
  }

  function acquire(): { client: Promise<Client>; giveUp: () => void } {
    const usable = idle.filter((client) => client.usable());
    for (const client of idle) if (!client.usable()) discard(client);
    idle = usable;
    const ready = idle.pop();
    if (ready !== undefined) return { client: Promise.resolve(ready), giveUp: () => undefined };
    const { promise, resolve, reject } = Promise.withResolvers<Client>();
    const waiter = { resolve, reject };
    waiters.push(waiter);
    grow();
    return {
      client: promise,
      giveUp() {
        const place = waiters.indexOf(waiter);
        if (place >= 0) waiters.splice(place, 1);
      },
    };
  }

  /** What did not answer in time may be cut off, and the connections beside it as well. */
  function abandon(client: Client): void {
    discard(client);
    for (const other of idle.splice(0)) discard(other);
    if (waiters.length > 0) grow();
  }

  async function use<T>(limitMs: number, work: (connection: Connection) => Promise<T>): Promise<T> {
    if (closed) throw new Error("the store is closed");
    const deadline = deadlineIn(limitMs);
    try {
      const client = await acquireBefore(deadline.passed);
      try {
        const result = await Promise.race([work(client), deadline.passed]);
        giveBack(client);
        return result;
      } catch (error) {
        if (error instanceof Timeout) abandon(client);
        else giveBack(client);
        throw error;
      }
    } finally {
      deadline.cancel();
    }
  }

  async function acquireBefore(passed: Promise<never>): Promise<Client> {
    const { client, giveUp } = acquire();
    try {
      return await Promise.race([client, passed]);
    } catch (error) {
      giveUp();
      // it may have come in the very moment in which it was given up
      client.then(giveBack, () => undefined);
      throw error;
    }
  }

  return {
    use(limitMs, work) {
      const using = use(limitMs, work);
      const ended: Promise<void> = using.then(
        () => void lent.delete(ended),
        () => void lent.delete(ended),
      );
      lent.add(ended);
      return using;
    },
    async close() {
      closed = true;
      const { passed, cancel } = deadlineIn(CLOSE_MS);
      await Promise.race([Promise.all(lent), passed]).catch(() => undefined);
      cancel();
      for (const client of clients) discard(client);
    },
  };
}

function newClient({ url, prepare }: PoolOptions): Client {
  let dead = false;
  let version = 0;
  const sql = postgres(url, {
    max: 1,
    prepare,
    // array types would have to be asked for; lists are sent as text
    fetch_types: false,
    connect_timeout: CONNECT_SECONDS,
    idle_timeout: undefined,
    // ends a connection whatever is under way
    max_lifetime: null,
    connection: { application_name: "unsub-bridge" },
    onnotice: () => undefined,
    onclose: () => {
      dead = true;
    },
  });
  const client: Client = {
    openedAt: performance.now(),
    version: () => version,
    async learnVersion() {
      const { rows } = await client.send("SHOW server_version_num");
      version = Number(rows[0]?.server_version_num ?? 0);
    },
    usable: () => !dead,
    async send(statement, values = []) {
      // nothing may be written to a socket that is gone: the driver would not survive it
      if (dead) throw new Error("the connection to PostgreSQL was lost");
      try {
        const result = await sql.unsafe(statement, values.map(parameterOf), { prepare });
        return { rows: result, changed: result.count ?? 0, command: result.command ?? "" };
      } catch (error) {
        if (!isAnswer(error)) dead = true;
        throw error;
      }
    },
    drop() {
      dead = true;
      void sql.end({ timeout: 0 }).catch(() => undefined);
    },
  };
  return client;
}

/** Whether the server refused the statement but goes on with the connection. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof postgres.PostgresError)) return false;
  return error.severity !== "FATAL" && error.severity !== "PANIC";
}

function deadlineIn(ms: number): { passed: Promise<never>; cancel: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const timer = setTimeout(() => reject(new Timeout(`PostgreSQL did not answer within ${ms} ms`)), ms);
  return { passed: promise, cancel: () => clearTimeout(timer) };
}
