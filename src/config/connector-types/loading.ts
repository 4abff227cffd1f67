/** How long a module may take to come to its end. */
import { duration } from "../../basics/format.ts";

/** A module waits for something that does not come, or takes too long. */
export class NeverEnds extends Error {}

/** Those that were given up and wait still. */
const waiting = new Set<Promise<unknown>>();

/** Whether a module that was given up waits still: Deno takes that, at the end of a process, for a fault of the process. */
export function isAnyWaiting(): boolean {
  return waiting.size > 0;
}

/** Resolves or rejects with `loading`; rejects with `NeverEnds` after so many milliseconds. What comes later goes unnoticed. */
export function withinPatience<T>(loading: Promise<T>, ms: number): Promise<T> {
  const words = `the file has not come to its end after ${duration(ms)}: a top-level \`await\` in it, or in what it imports, still waits`;
  return new Promise((resolve, reject) => {
    // it also keeps a process alive in which nothing else is left to do
    const timer = setTimeout(() => {
      waiting.add(loading);
      reject(new NeverEnds(words));
    }, ms);
    const ended = () => {
      clearTimeout(timer);
      waiting.delete(loading);
    };
    loading.finally(ended).then(resolve, reject);
  });
}
