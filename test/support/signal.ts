/** Signals to processes that tests have started: one that has ended meanwhile is left alone, and masks no failure of the test. */
import type { ChildProcess } from "node:child_process";
import process from "node:process";

/** @param pid negative: its whole group */
export function signalTo(pid: number, name: NodeJS.Signals): void {
  try {
    // not child.kill: Deno then takes the process for killed, whatever its exit code
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** @param group whether it leads a group of processes (`detached`), all of which are meant */
export function signalChild(
  { pid, exitCode, signalCode }: Pick<ChildProcess, "pid" | "exitCode" | "signalCode">,
  name: NodeJS.Signals,
  { group = false } = {},
): void {
  // by then the number may be another process's
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  signalTo(group ? -pid : pid, name);
}
