/** A few connections, each used by one transaction at a time. */
import { type Client, type ClientOptions, type Connection, openClient } from "./client.ts";
import { isFull, Timeout } from "./trouble.ts";

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

interface Waiter {
  readonly resolve: (client: Client) => void;
  readonly reject: (error: unknown) => void;
}

/** Connections are renewed now and then, so that load spreads anew after a failover. */
const LIFETIME_MS = 30 * 60_000;
/** What is not needed for so long is left to others. */
const IDLE_MS = 30_000;
const CLOSE_MS = 3_000;
/** A server that takes no more connections is asked again after so many milliseconds, as long as somebody waits. */
const FULL_AGAIN_MS = 150;
/** And no longer than this in vain. */
const FULL_MS = 5_000;

export function openPool(options: PoolOptions): Pool {
  /** The longest idle first. */
  let idle: { readonly client: Client; readonly since: number }[] = [];
  const clients = new Set<Client>();
  let connecting = 0;
  const lent = new Set<Promise<unknown>>();
  const waiters: Waiter[] = [];
  let closed = false;
  /** Connections from before it are thrown away. */
  let renewedAt = Number.NEGATIVE_INFINITY;
  /** Why the last one could not be opened. */
  let trouble: unknown;
  let fullSince: number | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const held = () => clients.size + connecting;

  async function connect(): Promise<void> {
    connecting += 1;
    const opened = await openClient(options).catch((error: unknown) => {
      trouble = error;
      return undefined;
    });
    connecting -= 1;
    if (opened === undefined) return failed(trouble);
    clients.add(opened);
    [trouble, fullSince] = [undefined, undefined];
    giveBack(opened);
  }

  function failed(error: unknown): void {
    fullSince = isFull(error) ? (fullSince ?? performance.now()) : undefined;
    if (fullSince !== undefined && performance.now() - fullSince < FULL_MS) {
      options.onFull?.();
      again ??= setTimeout(() => {
        again = undefined;
        if (waiters.length > 0) grow();
      }, FULL_AGAIN_MS);
    } else if (held() === 0) {
      // a database that lets nobody in: nobody need wait for the same news
      for (const waiter of waiters.splice(0)) waiter.reject(error);
    }
  }

  function giveBack(client: Client): void {
    if (!isGood(client) || clients.size > options.most()) {
      discard(client);
      if (waiters.length > 0) grow();
      return;
    }
    const waiter = waiters.shift();
    if (waiter !== undefined) waiter.resolve(client);
    else idle.push({ client, since: performance.now() });
  }

  function isGood(client: Client): boolean {
    const isYoung = performance.now() - client.openedAt < LIFETIME_MS && client.openedAt >= renewedAt;
    return client.usable() && isYoung && !closed;
  }

  function discard(client: Client): void {
    clients.delete(client);
    client.drop();
  }

  function grow(): void {
    if (held() < options.most() && !closed && again === undefined) void connect();
  }

  /** Throws away idle ones, the longest idle first, as long as one says so. */
  function discardIdle(isTooMuch: (one: { readonly client: Client; readonly since: number }) => boolean): void {
    const kept: typeof idle = [];
    for (const one of idle) {
      if (isTooMuch(one)) discard(one.client);
      else kept.push(one);
    }
    idle = kept;
  }

  function acquire(): { client: Promise<Client>; giveUp: () => void } {
    const at = performance.now();
    discardIdle(({ client, since }) => !isGood(client) || (at - since > IDLE_MS && clients.size > 1));
    const ready = idle.pop();
    if (ready !== undefined) return { client: Promise.resolve(ready.client), giveUp: () => undefined };
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
    discardIdle(() => true);
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
      throw isFull(trouble) ? trouble : error;
    }
  }

  return {
    held,
    use(limitMs, work) {
      const using = use(limitMs, work);
      const ended: Promise<void> = using.then(
        () => void lent.delete(ended),
        () => void lent.delete(ended),
      );
      lent.add(ended);
      return using;
    },
    trim() {
      discardIdle(() => clients.size > options.most());
    },
    renew() {
      renewedAt = performance.now();
      discardIdle(() => true);
    },
    async close() {
      closed = true;
      clearTimeout(again);
      const { passed, cancel } = deadlineIn(CLOSE_MS);
      await Promise.race([Promise.all(lent), passed]).catch(() => undefined);
      cancel();
      for (const client of clients) discard(client);
    },
  };
}

function deadlineIn(ms: number): { passed: Promise<never>; cancel: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const timer = setTimeout(() => reject(new Timeout(`PostgreSQL did not answer within ${ms} ms`)), ms);
  return { passed: promise, cancel: () => clearTimeout(timer) };
}
