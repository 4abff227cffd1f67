/** What is asked within one turn of the event loop shares one transaction, and so one fsync. */
import type { StoreConnection } from "./context.ts";
import { StoreTrouble } from "./transactions.ts";

export interface Grouping {
  /**
   * Does it with others. Rejects when the transaction fails, or when it throws itself.
   * @param sync whether it must be on disk when it resolves
   */
  together(act: () => unknown, sync: boolean): Promise<unknown>;
  /** Whether something has been asked that is not done yet. */
  busy(): boolean;
  /** Does now what is left. */
  flush(): void;
}

interface Waiting {
  readonly act: () => unknown;
  readonly sync: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function openGrouping({ transact }: Pick<StoreConnection, "transact">): Grouping {
  let queue: Waiting[] = [];

  function flush(): void {
    const group = queue;
    queue = [];
    try {
      const sync = group.some((one) => one.sync);
      const results = transact(() => group.map(({ act }) => act()), sync);
      for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    } catch (error) {
      // trouble of the store concerns all; a fault of one must not fail the others
      if (error instanceof StoreTrouble || group.length === 1) for (const { reject } of group) reject(error);
      else for (const one of group) alone(one);
    }
  }

  function alone({ act, sync, resolve, reject }: Waiting): void {
    try {
      resolve(transact(act, sync));
    } catch (error) {
      reject(error);
    }
  }

  return {
    together: (act, sync) =>
      new Promise((resolve, reject) => {
        // a microtask would be too early: requests that have arrived are not all read yet
        if (queue.push({ act, sync, resolve, reject }) === 1) setImmediate(flush);
      }),
    busy: () => queue.length > 0,
    flush,
  };
}
