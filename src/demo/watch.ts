/** Looks again and again, tells what it sees, and lets others wait for what they want to see. */
import { sleep } from "../waiting.ts";

export interface Watch<T> {
  /** Resolves with the first look for which `holds`. Rejects, in words, when it does not within half a minute. */
  until(what: string, holds: (seen: T) => boolean): Promise<T>;
  /** Ends after one more look, and resolves with it. */
  stop(): Promise<T>;
}

const EVERY_MS = 100;
const LIMIT_MS = 30_000;

export function startWatch<T>(look: () => Promise<T>, onLook: (seen: T) => void): Watch<T> {
  const stopping = new AbortController();
  const waiters = new Set<{ look(seen: T): void; fail(error: unknown): void }>();
  const failed = run();

  async function run(): Promise<void> {
    try {
      while (!stopping.signal.aborted) {
        lookOnce(await look());
        await sleep(EVERY_MS, stopping.signal).catch(() => undefined);
      }
    } catch (error) {
      for (const waiter of waiters) waiter.fail(error);
    }
  }

  function lookOnce(seen: T): void {
    onLook(seen);
    for (const waiter of waiters) waiter.look(seen);
  }

  return {
    until(what, holds) {
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => waiter.fail(new Error(`${what}: not within ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
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
    async stop() {
      stopping.abort();
      await failed;
      const seen = await look();
      onLook(seen);
      return seen;
    },
  };
}
