/**
 * Who holds which delivery. In memory: one process serves a SQLite store, and what it held is free again when it ends. Who
 * waits behind whom is in the store itself (`parked`), where other processes see it.
 */

export interface Claimed {
  readonly token: string;
  readonly person: string;
  /** Its place among the events of its person. */
  readonly turn: number;
}

/** A place in the queue. */
export interface Mark {
  readonly dueAt: number;
  readonly event: number;
  /** When a look last began at the start of the queue, in milliseconds since 1970. */
  readonly since: number;
}

/** One connector's claims. */
export interface ConnectorClaims {
  readonly held: ReadonlyMap<number, Claimed>;
  holds(person: string): boolean;
  claim(event: number, claimed: Claimed): void;
  /** Ends a claim, if `token` holds it. */
  end(event: number, token: string): Claimed | undefined;
  /** The token of the probe that is under way. */
  probe: string | undefined;
  /** At most so many deliveries are parked; 0 saves the look for whoever comes next. */
  parked: number;
  /** By lane: where the last look for candidates ended. Nearly all that is due before it is held. */
  readonly marks: Map<number, Mark>;
  /** Persons with a long story: nothing of theirs before this event time waits. */
  readonly clear: Map<string, number>;
}

export interface AllClaims {
  /** By the connector's id in the store. */
  of(connector: number): ConnectorClaims;
  /** Something old may wait again. */
  forgetClear(): void;
}

export function openAllClaims(): AllClaims {
  const all = new Map<number, ConnectorClaims>();
  return {
    of(connector) {
      const own = all.get(connector) ?? openClaims();
      all.set(connector, own);
      return own;
    },
    forgetClear() {
      for (const { clear } of all.values()) clear.clear();
    },
  };
}

function openClaims(): ConnectorClaims {
  const held = new Map<number, Claimed>();
  const persons = new Set<string>();
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
    probe: undefined,
    parked: 0,
    marks: new Map(),
    clear: new Map(),
  };
}
