/**
 * Deadlines that hold for a process that was frozen as well (SIGSTOP, a paused virtual machine). Its timers fire late: what
 * wakes up before them would go on as if there were time left, and send what another machine has long been given.
 */
import { type Countdown, countdown } from "../../basics/countdown.ts";

export interface Deadline {
  /** Aborts when the time is over, or when `other` does. */
  readonly signal: AbortSignal;
  /** It came in time: never mind. */
  clear(): void;
}

/** What `insistOnTime` has to know of signals that belong to a deadline. */
const deadlines = new WeakMap<AbortSignal, { readonly over: Countdown; readonly abort: () => void }>();

/** @param words what the signal aborts with */
export function deadline(ms: number, words: string, other: AbortSignal): Deadline {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error(words));
  // not AbortSignal.any: `other` lives as long as its courier, and would be told of every signal that ever followed it
  const follow = () => controller.abort(other.reason);
  if (other.aborted) follow();
  else other.addEventListener("abort", follow, { once: true });
  const timer = setTimeout(abort, ms);
  deadlines.set(controller.signal, { over: countdown(ms), abort });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      other.removeEventListener("abort", follow);
    },
  };
}

/** Throws when the signal has aborted, or would have if its timer had come to fire. Asked before each request. */
export function insistOnTime(signal: AbortSignal | undefined): void {
  const known = signal && deadlines.get(signal);
  if (known?.over()) known.abort();
  signal?.throwIfAborted();
}
