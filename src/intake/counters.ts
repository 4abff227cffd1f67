/** Counters of the intake, kept in memory and added to the store's now and then. */
import type { Logger } from "../connector.ts";
import { type IntakeCount, type IntakeFacts, openIntakeFacts } from "../facts/intake-facts.ts";
import type { Storage } from "../storage/contract/storage.ts";

/** What is counted, by the name that `status` shows. */
export type CounterName = IntakeCount;

export interface Counters {
  /** @param app the configured app that it is about; absent: of none, or of one that nobody looked at */
  add(name: CounterName, by?: number, app?: string): void;
  /** A callback was kept, and is answered OK now, so many milliseconds after it was seen. */
  acknowledged(app: string, ms: number): void;
  /** Adds what was counted to the store's; what the store does not take is kept for the next time. Never rejects. */
  flush(): Promise<void>;
  /** Flushes for the last time. */
  stop(): Promise<void>;
}

export interface CountersOptions {
  readonly log: Logger;
  /** Milliseconds between flushes. */
  readonly everyMs?: number;
  /** What is counted stands there as well, by app and at once. */
  readonly facts?: Pick<IntakeFacts, "count" | "acknowledged">;
}

/** Opens the counters and starts to flush them every ten seconds. */
export function openCounters(storage: Pick<Storage, "count">, options: CountersOptions): Counters {
  const { log, everyMs = 10_000, facts = openIntakeFacts() } = options;
  let pending = new Map<CounterName, number>();
  const addPending = (name: CounterName, by: number) => pending.set(name, (pending.get(name) ?? 0) + by);
  const add = (name: CounterName, by = 1, app?: string) => {
    addPending(name, by);
    facts.count(name, by, app);
  };
  const flush = async () => {
    if (pending.size === 0) return;
    const taken = pending;
    pending = new Map();
    try {
      await storage.count(Object.fromEntries(taken));
    } catch (error) {
      for (const [name, by] of taken) addPending(name, by);
      log.warn({ fact: "intake.counters_kept_back", reason: String(error) });
    }
  };
  const timer = setInterval(flush, everyMs);
  timer.unref();
  return {
    add,
    acknowledged(app, ms) {
      add("callbacks_stored", 1, app);
      facts.acknowledged(ms);
    },
    flush,
    stop() {
      clearInterval(timer);
      return flush();
    },
  };
}
