/**
 * Who holds which delivery, and who waits behind whom. In memory: one process serves a SQLite store, and what it held is
 * free again when it ends.
 */

export interface Claimed {
  readonly token: string;
  readonly person: string;
}

/** What waits behind an earlier event of the same person, earliest first. */
interface Queue {
  readonly entries: Parked[];
}

export interface Parked {
  readonly event: number;
  readonly eventTime: number;
  /** At one event time: 0 for subscribed, 1 for unsubscribed, the newer wish. */
  readonly rank: number;
}

export interface Claims {
  readonly held: ReadonlyMap<number, Claimed>;
  holds(person: string): boolean;
  claim(event: number, claimed: Claimed): void;
  /** Ends a claim, if `token` holds it. */
  end(event: number, token: string): Claimed | undefined;
  park(person: string, parked: Parked): void;
  /** Undoes `park`. */
  forget(person: string, event: number): void;
  /** The earliest of a person that is parked; it no longer is. */
  unpark(person: string): Parked | undefined;
}

export function openClaims(): Claims {
  const held = new Map<number, Claimed>();
  const persons = new Set<string>();
  const queues = new Map<string, Queue>();
  return {
    held,
    holds: (person) => persons.has(person),
    claim(event, claimed) {
      held.set(event, claimed);
      persons.add(claimed.person);
    },
    end(event, token) {
      const claimed = held.get(event);
      if (claimed?.token !== token) return undefined;
      held.delete(event);
      persons.delete(claimed.person);
      return claimed;
    },
    park(person, parked) {
      const { entries } = queues.get(person) ?? { entries: [] };
      const place = entries.findLastIndex((other) => compare(other, parked) <= 0);
      entries.splice(place + 1, 0, parked);
      queues.set(person, { entries });
    },
    forget(person, event) {
      const entries = queues.get(person)?.entries ?? [];
      const place = entries.findIndex((one) => one.event === event);
      if (place >= 0) entries.splice(place, 1);
      if (entries.length === 0) queues.delete(person);
    },
    unpark(person) {
      const queue = queues.get(person);
      const first = queue?.entries.shift();
      if (queue?.entries.length === 0) queues.delete(person);
      return first;
    },
  };
}

/** The order of one person's events: by event time, at one time by rank, then as they came. */
export function compare(a: Parked, b: Parked): number {
  return a.eventTime - b.eventTime || a.rank - b.rank || a.event - b.event;
}
