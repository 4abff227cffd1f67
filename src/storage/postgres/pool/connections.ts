/** What connections live through: opened, lent, idle, and discarded when they are lost, too old, or too many. */
import type { Client } from "../client.ts";

/** What is asked of a connection here. */
export type Pooled = Pick<Client, "openedAt" | "usable" | "drop">;

export interface Connections<C extends Pooled> {
  /** Lent ones as well. */
  readonly count: number;
  /** Just opened; lent until it rests. */
  add(client: C): void;
  /** Whether it may be lent (again). */
  isGood(client: C): boolean;
  rest(client: C): void;
  /** The one that rested last, to be lent; on the way those go that are not good or rest for long. */
  takeIdle(): C | undefined;
  discard(client: C): void;
  discardIdle(): void;
  /** Discards idle ones, the longest idle first, until there are no more than `most`, or none is idle. */
  trim(most: number): void;
  /** Throws away what is open: idle ones now; lent ones are not good from now on. */
  renew(): void;
  /** From now on none is good. */
  end(): void;
  discardAll(): void;
}

/** Connections are renewed now and then, so that load spreads anew after a failover. */
const LIFETIME_MS = 30 * 60_000;
/** What is not needed for so long is left to others. */
const IDLE_MS = 30_000;

/** @param elapsed the clock by which clients say when they were opened */
export function openPooled<C extends Pooled>(elapsed: () => number): Connections<C> {
  const clients = new Set<C>();
  /** The longest idle first. */
  let idle: { readonly client: C; readonly since: number }[] = [];
  /** Connections from before it are thrown away. */
  let renewedAt = Number.NEGATIVE_INFINITY;

  const isGood = (client: C): boolean =>
    client.usable() && elapsed() - client.openedAt < LIFETIME_MS && client.openedAt >= renewedAt;

  function discard(client: C): void {
    clients.delete(client);
    client.drop();
  }

  /** The longest idle first, as long as one says so. */
  function discardIdle(isTooMuch: (client: C, since: number) => boolean): void {
    idle = idle.filter(({ client, since }) => {
      if (!isTooMuch(client, since)) return true;
      discard(client);
      return false;
    });
  }

  return {
    get count() {
      return clients.size;
    },
    add: (client) => void clients.add(client),
    isGood,
    rest: (client) => void idle.push({ client, since: elapsed() }),
    takeIdle() {
      discardIdle((client, since) => !isGood(client) || (elapsed() - since > IDLE_MS && clients.size > 1));
      return idle.pop()?.client;
    },
    discard,
    discardIdle: () => discardIdle(() => true),
    trim: (most) => discardIdle(() => clients.size > most),
    renew() {
      renewedAt = elapsed();
      discardIdle(() => true);
    },
    end() {
      renewedAt = Number.POSITIVE_INFINITY;
    },
    discardAll() {
      for (const client of clients) discard(client);
    },
  };
}
