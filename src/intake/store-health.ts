/** Whether the store takes callbacks, as far as intake knows. */
import type { Logger } from "../connector.ts";
import type { Storage } from "../storage/contract.ts";
import { within } from "../waiting.ts";

export interface StoreHealth {
  /** True from the first failure until the store took something or answered a ping. */
  failing(): boolean;
  failed(error: unknown): void;
  succeeded(): void;
  /** Asks no more. */
  stop(): void;
}

/** In milliseconds. */
export interface ProbeTimes {
  readonly probeMs: number;
  readonly storeTimeoutMs: number;
}

/** Watches the store from the first failure on: asks it every `probeMs` whether it is back. */
export function storeHealth(storage: Pick<Storage, "ping">, log: Logger, times: ProbeTimes): StoreHealth {
  let failing = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const succeeded = () => {
    if (!failing) return;
    failing = false;
    clearTimeout(timer);
    log.info({ fact: "intake.store_back" });
  };
  const probeLater = () => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(probe, times.probeMs);
  };
  const probe = () => within(times.storeTimeoutMs, "store", storage.ping()).then(succeeded, probeLater);
  return {
    failing: () => failing,
    succeeded,
    failed(error) {
      if (failing) return;
      failing = true;
      log.error({ fact: "intake.store_fails", why: String(error) });
      probeLater();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
