/** How a stand-in keeps the faults that it is told to have, and how others wait for what happens to it. */
import type { Fault, FaultOptions, SandboxRequest } from "./sandbox.ts";

/** Faults waiting for the requests that they are to hit. */
export function faultQueue() {
  let queue: { fault: Fault; left: number; applied: boolean; when: (request: SandboxRequest) => boolean }[] = [];
  return {
    add(fault: Fault, { times = 1, when = () => true, applied = false }: FaultOptions = {}): void {
      queue.push({ fault, left: times, when, applied });
    },
    next(request: SandboxRequest): { fault: Fault; applied: boolean } | undefined {
      const planned = queue.find((each) => each.when(request));
      if (planned === undefined) return undefined;
      planned.left -= 1;
      if (planned.left <= 0) queue = queue.filter((each) => each !== planned);
      return planned;
    },
    clear(): void {
      queue = [];
    },
  };
}

/** Counts up, and tells those who wait for a number. */
export function counter() {
  let value = 0;
  let waiting: { count: number; resolve: () => void }[] = [];
  return {
    get value() {
      return value;
    },
    add(): void {
      value += 1;
      for (const each of waiting) if (each.count <= value) each.resolve();
      waiting = waiting.filter((each) => each.count > value);
    },
    reached(count: number): Promise<void> {
      if (value >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
  };
}
