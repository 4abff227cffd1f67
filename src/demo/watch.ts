/** Looks again and again, tells what it sees, and lets others wait for what they want to see. */
import { sleep } from "../basics/waiting.ts";

export interface DemoWatch<T> {
  /** Resolves with the first look for which `holds`. Rejects, in words, when it does not within a minute, or looking fails. */
  until(what: string, holds: (seen: T) => boolean): Promise<T>;
  /** Ends after one more look. */
  stop(): Promise<void>;
}

const EVERY_MS = 100;
const LIMIT_MS = 60_000;

export function startWatch<T>(look: () => Promise<T>, onLook: (seen: T) => void): DemoWatch<T> {
  const stopping = new AbortController();
  const waiters = new Set<{ look(seen: T): void; fail(error: unknown): void }>();
  const running = run();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await lookOnce();
      await sleep(EVERY_MS, stopping.signal).catch(() => undefined);
    }
    await lookOnce();
  }

  async function lookOnce(): Promise<void> {
    try {
      const seen = await look();
      onLook(seen);
      for (const waiter of waiters) waiter.look(seen);
    } catch (error) {
      for (const waiter of waiters) waiter.fail(error);
    }
  }

  return {
    until(what, holds) {
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(
          () => waiter.fail(new Error(`within ${LIMIT_MS / 1_000} s this did not come true: ${what}`)),
          LIMIT_MS,
        );
        const end = (act: () => void) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          act();
        };
        const waiter = {
          look: (seen: T) => (holds(seen) ? end(() => resolve(seen)) : undefined),
          fail: (error: unknown) => end(() => reject(error)),
        };
        waiters.add(waiter);
      });
    },
    stop() {
      stopping.abort();
      return running;
    },
  };
}
