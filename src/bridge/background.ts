/** Work that somebody has begun by a page or a call, and that goes on when the page is closed. */
import { stackOf } from "../basics/error-words.ts";
import type { Logger } from "../connector.ts";

/** Begins work whose failure is told in the log. */
export type Begin = (what: string, work: (signal: AbortSignal) => Promise<unknown>) => void;

export interface Background {
  readonly begin: Begin;
  readonly abort: () => void;
  readonly ended: () => Promise<unknown>;
}

export function openBackground(log: Pick<Logger, "error">): Background {
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    begin(what, work) {
      const done = work(stopping.signal)
        .catch((error: unknown) => log.error({ fact: "console.failed", what, reason: stackOf(error) }))
        .finally(() => running.delete(done));
      running.add(done);
    },
    abort: () => stopping.abort(),
    ended: () => Promise.all(running),
  };
}
