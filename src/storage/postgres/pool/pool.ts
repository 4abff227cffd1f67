/** A few connections, each used by one transaction at a time. */
import { type Client, type ClientOptions, type Connection, openClient } from "../client.ts";
import { isFull, Timeout } from "../trouble.ts";
import { openPooled } from "./connections.ts";
import { type Lending, openLending } from "./lending.ts";

export interface Pool {
  /**
   * Lends a connection to `work`. Rejects after `limitMs`, waiting included; the connection is then thrown away, and with it
   * the transaction that was under way.
   */
  use<T>(limitMs: number, work: (connection: Connection) => Promise<T>): Promise<T>;
  /** How many connections there are. */
  held(): number;
  /** Gives up what is more than it may have. */
  trim(): void;
  /** Throws away what is open: it may lead to where nothing can be written any more. What is lent goes when it is given back. */
  renew(): void;
  /** Waits for what is under way, for some seconds. */
  close(): Promise<void>;
}

export interface PoolOptions extends ClientOptions {
  /** Most connections, at this moment. */
  readonly most: () => number;
  /** Called when the server takes no more connections. */
  readonly onFull?: () => void;
}

const CLOSE_MS = 3_000;

export function openPool(options: PoolOptions): Pool {
  const { most, onFull } = options;
  const elapsed = () => performance.now();
  const connections = openPooled<Client>(elapsed);
  const lending = openLending({ connections, most, onFull, elapsed, open: () => openClient(options) });
  const uses = new Set<Promise<unknown>>();
  let closed = false;
  return {
    held: lending.held,
    trim: () => connections.trim(most()),
    renew: connections.renew,
    use(limitMs, work) {
      if (closed) return Promise.reject(new Error("the store is closed"));
      const using = use(lending, limitMs, work);
      const ended: Promise<void> = using.then(
        () => void uses.delete(ended),
        () => void uses.delete(ended),
      );
      uses.add(ended);
      return using;
    },
    async close() {
      closed = true;
      lending.end();
      const { passed, cancel } = deadlineIn(CLOSE_MS);
      await Promise.race([Promise.all(uses), passed]).catch(() => undefined);
      cancel();
      connections.discardAll();
    },
  };
}

async function use<T>(lending: Lending<Client>, limitMs: number, work: (client: Client) => Promise<T>): Promise<T> {
  const { passed, cancel } = deadlineIn(limitMs);
  try {
    const client = await takeBefore(passed, lending);
    try {
      const result = await Promise.race([work(client), passed]);
      lending.giveBack(client);
      return result;
    } catch (error) {
      if (error instanceof Timeout) lending.abandon(client);
      else lending.giveBack(client);
      throw error;
    }
  } finally {
    cancel();
  }
}

async function takeBefore(passed: Promise<never>, lending: Lending<Client>): Promise<Client> {
  const { served, leave } = lending.take();
  try {
    return await Promise.race([served, passed]);
  } catch (error) {
    leave();
    // it may have come in the very moment in which it was given up
    served.then(lending.giveBack, () => undefined);
    const trouble = lending.trouble();
    throw isFull(trouble) ? trouble : error;
  }
}

function deadlineIn(ms: number): { passed: Promise<never>; cancel: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const timer = setTimeout(() => reject(new Timeout(`PostgreSQL did not answer within ${ms} ms`)), ms);
  return { passed: promise, cancel: () => clearTimeout(timer) };
}
