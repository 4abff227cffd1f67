/** Requests that wait for a transaction: those that come together share one, and those that come during one the next. */
import { semaphore } from "../../basics/semaphore.ts";
import { firstGroup, type GroupLimits, type QueuedRequest } from "./group.ts";

export interface GroupQueueOptions {
  readonly limits: GroupLimits;
  /** Most groups under way at once. */
  readonly transactions: number;
  /** Resolves when the next group may take the place of this one. Never rejects. */
  readonly commit: (group: readonly QueuedRequest[]) => Promise<void>;
}

export interface GroupQueue {
  add(request: QueuedRequest): void;
  /** Those that no group has taken yet. */
  waiting(): readonly QueuedRequest[];
}

/** So many turns of the event loop a group waits at most for what is still arriving. */
const MOST_TURNS = 8;

export function groupQueue({ limits, transactions, commit }: GroupQueueOptions): GroupQueue {
  const committing = semaphore(transactions);
  let queue: QueuedRequest[] = [];
  let pumping = false;

  async function pump(): Promise<void> {
    while (queue.length > 0) {
      const group = firstGroup(queue, limits);
      queue = queue.slice(group.length);
      committing.run(() => commit(group));
      await committing.free();
      await gathered();
    }
    pumping = false;
  }

  /** Resolves when a turn of the event loop brings nothing more: a group costs about the same, however small it is. */
  async function gathered(): Promise<void> {
    let before = -1;
    for (let turn = 0; turn < MOST_TURNS && queue.length > before; turn += 1) {
      before = queue.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    add(request) {
      queue.push(request);
      if (pumping) return;
      pumping = true;
      // what arrives in this turn of the event loop joins the group; a microtask would be too early
      setImmediate(pump);
    },
    waiting: () => queue,
  };
}
