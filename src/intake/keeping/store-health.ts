/** Whether the store takes callbacks, as far as intake knows. */

import { errorWords } from "../../basics/error-words.ts";
import { within } from "../../basics/waiting.ts";
import type { Logger } from "../../connector.ts";
import type { Storage } from "../../storage/contract/storage.ts";

export interface StoreHealth {
  /** True from the first failure until the store took something or answered a ping. */
  failing(): boolean;
  failed(error: unknown): void;
  succeeded(): void;
  /** Asks no more. */
  stop(): void;
}

/** Times in milliseconds. */
export interface StoreHealthOptions {
  readonly storage: Pick<Storage, "ping">;
  readonly log: Logger;
  readonly probeMs: number;
  /** Called when the store fails, with why; and when it is known to be well, be it for the first time. */
  readonly onTrouble?: ((why: string | undefined) => void) | undefined;
}

/** A store that hangs is waited for no longer than this, in milliseconds. */
const PATIENCE_MS = 1_200;

/** Words that change each time (a file, a number) must not fill the log. */
const MOST_TOLD = 10;

/** As `within` says it. */
const IS_SILENCE = /^store: no answer within /;

/** How often a store that is well is asked whether it still is: where nothing comes in, nobody else would find out. */
const LOOK_MS = 30_000;

/** Asks the store at the start and now and then whether it is well; from a failure on every `probeMs` whether it is back. */
export function storeHealth({ storage, log, probeMs, onTrouble }: StoreHealthOptions): StoreHealth {
  let failing = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Why it fails, as far as that was told. */
  let told: ReadonlySet<string> = new Set();
  const succeeded = () => {
    if (!failing) return;
    failing = false;
    clearTimeout(timer);
    log.info({ fact: "intake.store_back" });
    onTrouble?.(undefined);
    lookLater();
  };
  const failed = (error: unknown) => {
    if (failing || stopped) return;
    failing = true;
    told = new Set();
    tell(String(error).replace(/^\w*Error(?: \[\w+\])?: /, ""));
    probeLater();
  };
  const tell = (why: string) => {
    told = new Set([...told, why]);
    log.error({ fact: "intake.store_fails", reason: why });
    onTrouble?.(why);
  };
  /** Nobody waits for what came first to its end: what it was comes to light by the next question. */
  const stillFails = (error: unknown) => {
    const why = errorWords(error);
    const isNews = !told.has(why) && !IS_SILENCE.test(why) && told.size < MOST_TOLD;
    if (failing && !stopped && isNews) tell(why);
    probeLater();
  };
  const probeLater = () => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(probe, probeMs);
  };
  const lookLater = () => {
    clearTimeout(timer);
    if (stopped || failing) return;
    timer = setTimeout(() => void ask().then(lookLater, failed), LOOK_MS);
    timer.unref();
  };
  const ask = () => within(PATIENCE_MS, "store", storage.ping());
  const probe = () => ask().then(succeeded, stillFails);
  void ask().then(() => {
    if (!failing) onTrouble?.(undefined);
    lookLater();
  }, failed);
  return {
    failing: () => failing,
    succeeded,
    failed,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
