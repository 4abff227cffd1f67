/** Counters of the intake, kept in memory and added to the store's now and then. */
import type { Logger } from "../connector.ts";
import type { Storage } from "../storage/contract/storage.ts";

/** What is counted, by the name that `status` shows. */
export type CounterName =
  | "callbacks_stored"
  | "callbacks_empty"
  | "callbacks_other_command"
  | "callbacks_faulty"
  | "callbacks_too_large"
  | "callbacks_lost"
  | "users_faulty"
  | "refused_address"
  | "refused_app"
  | "refused_sign"
  | "refused_clock"
  | "stale_unkept"
  | "refused_body"
  /** Right `Sign`, but on a path that nobody serves. */
  | "callbacks_wrong_path"
  /** All else there. */
  | "refused_path"
  /** Kept, but nobody was there any more to be told. */
  | "answers_unheard";

export interface Counters {
  add(name: CounterName, by?: number): void;
  /** Adds what was counted to the store's; what the store does not take is kept for the next time. Never rejects. */
  flush(): Promise<void>;
  /** Flushes for the last time. */
  stop(): Promise<void>;
}

export interface CountersOptions {
  readonly log: Logger;
  /** Milliseconds between flushes. */
  readonly everyMs?: number;
}

/** Opens the counters and starts to flush them every ten seconds. */
export function openCounters(storage: Pick<Storage, "count">, { log, everyMs = 10_000 }: CountersOptions): Counters {
  let pending = new Map<CounterName, number>();
  const add = (name: CounterName, by = 1) => {
    pending.set(name, (pending.get(name) ?? 0) + by);
  };
  const flush = async () => {
    if (pending.size === 0) return;
    const taken = pending;
    pending = new Map();
    try {
      await storage.count(Object.fromEntries(taken));
    } catch (error) {
      for (const [name, by] of taken) add(name, by);
      log.warn({ fact: "intake.counters_kept_back", reason: String(error) });
    }
  };
  const timer = setInterval(flush, everyMs);
  timer.unref();
  return {
    add,
    flush,
    stop() {
      clearInterval(timer);
      return flush();
    },
  };
}
