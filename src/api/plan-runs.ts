/** Plans that are frozen and worked off here, also when nobody waits for it. */
import type { Operations } from "../operations/operations.ts";

export interface PlanRuns {
  /** Whether it is being frozen, or worked off, here. */
  isRunning(id: string): boolean;
  /** Does `work` for this plan, unless it is done already. `isStopped` is to be asked before each step. */
  start(id: string, work: (isStopped: () => boolean) => Promise<unknown>): void;
  /** After the step under way. */
  stop(id: string): void;
  /** All of them, for good; resolves when nothing is done any more. */
  close(): Promise<void>;
}

export type PlanOperations = Pick<Operations, "openPlan" | "workOff">;

/** @param onFailed told why something ended before its end */
export function openPlanRuns(onFailed: (id: string, error: unknown) => void): PlanRuns {
  const running = new Map<string, { isStopped: boolean; readonly done: Promise<void> }>();
  let isClosed = false;
  return {
    isRunning: (id) => running.has(id),
    start(id, work) {
      if (isClosed || running.has(id)) return;
      const run = { isStopped: false, done: Promise.resolve() };
      running.set(id, run);
      run.done = work(() => isClosed || run.isStopped)
        .catch((error: unknown) => onFailed(id, error))
        .then(() => void running.delete(id));
    },
    stop(id) {
      const run = running.get(id);
      if (run !== undefined) run.isStopped = true;
    },
    async close() {
      isClosed = true;
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
