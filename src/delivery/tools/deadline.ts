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

/**
 * @param words what the signal aborts with
 * @param onOver called when it aborts: to listen to the signal instead costs several times as much
 */
export function deadline(
  ms: number,
  words: string,
  other: AbortSignal,
  onOver: (why: unknown) => void = () => undefined,
): Deadline {
  const controller = new AbortController();
  const abortWith = (why: unknown) => {
    controller.abort(why);
    onOver(why);
  };
  const abort = () => abortWith(new Error(words));
  // not AbortSignal.any: `other` lives as long as its courier, and would be told of every signal that ever followed it
  const follow = () => abortWith(other.reason);
  const followers = followersOf(other);
  if (other.aborted) follow();
  else followers.add(follow);
  const timer = setTimeout(abort, ms);
  deadlines.set(controller.signal, { over: countdown(ms), abort });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      followers.delete(follow);
    },
  };
}

const followed = new WeakMap<AbortSignal, Set<() => void>>();

/** Who follows a signal that outlives them: to listen to it, and no more, for each of them costs a tenth of a delivery. */
function followersOf(signal: AbortSignal): Set<() => void> {
  const known = followed.get(signal);
  if (known !== undefined) return known;
  const followers = new Set<() => void>();
  followed.set(signal, followers);
  signal.addEventListener("abort", () => {
    for (const follow of followers) follow();
  });
  return followers;
}

/** Throws when the signal has aborted, or would have if its timer had come to fire. Asked before each request. */
export function insistOnTime(signal: AbortSignal | undefined): void {
  const known = signal && deadlines.get(signal);
  if (known?.over()) known.abort();
  signal?.throwIfAborted();
}
