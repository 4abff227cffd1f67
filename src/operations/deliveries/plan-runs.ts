/** Plans that are frozen and worked off here, also when nobody waits for it. */

export interface PlanRuns {
  /** Whether it is being frozen, or worked off, here. */
  isRunning(id: string): boolean;
  /** Whether it is being worked off here, and nobody has stopped that. */
  isWorkedOff(id: string): boolean;
  /**
   * Does `work` for this plan, unless just that is being done; behind what else is done for it. `isStopped` is to be asked before
   * each step.
   */
  start(id: string, what: "freeze" | "run", work: (isStopped: () => boolean) => Promise<unknown>): void;
  /** After the step under way. */
  stop(id: string): void;
}

/** Does what nobody waits for; the signal aborts when the listener stops. What it fails with is logged. */
export type InBackground = (what: string, work: (signal: AbortSignal) => Promise<unknown>) => void;

interface Run {
  readonly what: "freeze" | "run";
  readonly over: Promise<void>;
  isStopped: boolean;
}

export function openPlanRuns(inBackground: InBackground): PlanRuns {
  /** The latest of each plan. */
  const running = new Map<string, Run>();
  const isGoingOn = (id: string, what: Run["what"]): boolean => {
    const run = running.get(id);
    return run?.what === what && !run.isStopped;
  };
  return {
    isRunning: (id) => running.has(id),
    isWorkedOff: (id) => isGoingOn(id, "run"),
    start(id, what, work) {
      const before = running.get(id);
      if (isGoingOn(id, what)) return;
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const run: Run = { what, over, isStopped: false };
      running.set(id, run);
      inBackground("plan", async (signal) => {
        await before?.over;
        try {
          await work(() => signal.aborted || run.isStopped);
        } finally {
          if (running.get(id) === run) running.delete(id);
          resolve();
        }
      });
    },
    stop(id) {
      const run = running.get(id);
      if (run !== undefined) run.isStopped = true;
    },
  };
}
