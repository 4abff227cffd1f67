/** Counts of many events, in as much room as a few of them take. */
import type { Event, PreviewRequest } from "../../connector.ts";
import type { StoredEvent } from "../../storage/contract/callbacks.ts";
import type { DeliveryState } from "../../storage/contract/deliveries.ts";

/** One event as an example: who it was, and what would be sent. */
export interface Example {
  readonly event: StoredEvent;
  /** The delivery id that it has, or would have. */
  readonly id: string;
  /** What became of it so far; `null`: the ledger has no line. */
  readonly state: DeliveryState | null;
  /** What would be sent; absent where nothing would be. */
  readonly requests?: readonly PreviewRequest[];
  /** What the other configuration sends, where it is compared with one and that differs. */
  readonly requestsBefore?: readonly PreviewRequest[];
}

/** The first of many, and how many. */
export interface Counted {
  readonly count: number;
  readonly examples: readonly Example[];
}

/** Those with one reason. */
export interface Group extends Counted {
  readonly reason: string;
}

export interface Counter {
  add(example: Example): void;
  counted(): Counted;
}

/** @param most examples that are kept */
export function openCounter(most: number): Counter {
  const examples: Example[] = [];
  let count = 0;
  return {
    add(example) {
      count += 1;
      if (examples.length < most) examples.push(example);
    },
    counted: () => ({ count, examples }),
  };
}

export interface GroupCounter {
  add(reason: string, example: Example): void;
  /** The largest first. */
  groups(): readonly Group[];
}

/** Different reasons that are told apart; all beyond are one. */
const MOST_REASONS = 20;
const OTHERS = "other reasons";

export function openGroups(most: number): GroupCounter {
  const counters = new Map<string, Counter>();
  return {
    add(reason, example) {
      const known = counters.has(reason) || counters.size < MOST_REASONS ? reason : OTHERS;
      const counter = counters.get(known) ?? openCounter(most);
      counters.set(known, counter);
      counter.add(example);
    },
    groups: () =>
      [...counters]
        .map(([reason, counter]) => ({ reason, ...counter.counted() }))
        .toSorted((a, b) => b.count - a.count),
  };
}

/** A reason without the person in it, so that a thousand persons have one. Somebody else who did it is named. */
export function impersonal(reason: string, { user }: Event): string {
  return reason.replaceAll(JSON.stringify(user), '"…"');
}
