/** Plans that are frozen and worked off here, also when nobody waits for it. */

export interface PlanRuns {
  /** Whether it is being frozen, or worked off, here. */
  isRunning(id: string): boolean;
  /** Does `work` for this plan, unless that is being done. `isStopped` is to be asked before each step. */
  start(id: string, work: (isStopped: () => boolean) => Promise<unknown>): void;
  /** After the step under way. */
  stop(id: string): void;
}

/** Does what nobody waits for; the signal aborts when the listener stops. What it fails with is logged. */
export type InBackground = (what: string, work: (signal: AbortSignal) => Promise<unknown>) => void;

export function openPlanRuns(inBackground: InBackground): PlanRuns {
  const running = new Map<string, { isStopped: boolean }>();
  return {
    isRunning: (id) => running.has(id),
    start(id, work) {
      if (running.has(id)) return;
      const run = { isStopped: false };
      running.set(id, run);
      inBackground("plan", (signal) => work(() => signal.aborted || run.isStopped).finally(() => running.delete(id)));
    },
    stop(id) {
      const run = running.get(id);
      if (run !== undefined) run.isStopped = true;
    },
  };
}
