/** What a store must do with one connector's deliveries, as simply as can be said: a list, and questions to it. */
import type { StoredEvent } from "../../src/storage/contract/callbacks.ts";

export interface Modelled {
  readonly event: StoredEvent;
  state: "waiting" | "delivered" | "dead" | "superseded" | "discarded";
  due: boolean;
  /** Its claim, while it is under way. */
  claim: number | undefined;
}

export interface Model {
  readonly all: ReadonlyMap<number, Modelled>;
  add(event: StoredEvent): void;
  /** Whether a `take` must give it, sooner or later, though nothing else happens. */
  mayGo(one: Modelled): boolean;
  overtaken(one: Modelled): boolean;
}

export function openModel(writes: "state" | "fact"): Model {
  const all = new Map<number, Modelled>();
  const others = (one: Modelled) => [...all.values()].filter((other) => other !== one && samePerson(one, other));
  const overtaken = (one: Modelled) => writes === "state" && others(one).some((other) => overtakes(other, one));
  return {
    all,
    add(event) {
      if (!all.has(event.seq)) all.set(event.seq, { event, state: "waiting", due: true, claim: undefined });
    },
    overtaken,
    mayGo(one) {
      if (one.state !== "waiting" || !one.due || one.claim !== undefined || overtaken(one)) return false;
      return others(one).every(
        (other) =>
          other.claim === undefined && (other.state !== "waiting" || overtaken(other) || comesBefore(one, other)),
      );
    },
  };
}

function samePerson({ event: a }: Modelled, { event: b }: Modelled): boolean {
  return a.user === b.user && a.app === b.app;
}

const rank = ({ event }: Modelled): number => (event.kind === "unsubscribed" ? 1 : 0);

export function comesBefore(a: Modelled, b: Modelled): boolean {
  const byTime = a.event.eventTime - b.event.eventTime || rank(a) - rank(b) || a.event.seq - b.event.seq;
  return byTime < 0;
}

function overtakes(newer: Modelled, older: Modelled): boolean {
  if (newer.event.officialAccount !== older.event.officialAccount) return false;
  return (newer.event.eventTime - older.event.eventTime || rank(newer) - rank(older)) > 0;
}
