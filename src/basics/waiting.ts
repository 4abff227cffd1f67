/** Waiting for a time, and for so long at most. */
import { duration } from "./format.ts";

/** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Resolves or rejects with `work`, or rejects after `ms` milliseconds. What `work` does afterwards goes unnoticed.
 * @param what was to be done, in words; or what it rejects with
 */
export function within<T>(ms: number, what: string | Error, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const error = typeof what === "string" ? new Error(`${what}: no answer within ${duration(ms)}`) : what;
    const timer = setTimeout(() => reject(error), ms);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** Rest of whoever asks again and again, in times of what the last answer took, and at most so many milliseconds. */
const REST_FACTOR = 19;
const LONGEST_REST_MS = 30_000;

/** Milliseconds: as it was meant, or longer where answers take long, so that asking takes a twentieth of the time at most. */
export function restAfter(tookMs: number, meantMs: number): number {
  return Math.max(meantMs, Math.min(REST_FACTOR * tookMs, LONGEST_REST_MS));
}
