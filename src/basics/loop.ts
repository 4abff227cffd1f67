/** A loop that stays alive: a round that fails is logged and tried again. */
import type { Logger } from "./logger.ts";
import { onceAMinute } from "./once-a-minute.ts";
import { openSignal } from "./signal.ts";
import { sleep } from "./waiting.ts";

export interface LoopOptions {
  /** One round. Returns milliseconds to rest before the next one; waking the loop ends the rest. */
  readonly round: () => Promise<number>;
  readonly log: Logger;
  /** What it is, for the log: `courier`. */
  readonly what: string;
  readonly name?: string;
}

export interface Loop {
  /** There may be something to do. */
  wake(): void;
  /** Whether it rests until it is woken or its time has come. */
  readonly isResting: boolean;
  /** True from `stop` on: a long round should come to its end. */
  readonly stopping: boolean;
  /** Resolves after the round that is under way. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export function startLoop({ round, log, what, name }: LoopOptions): Loop {
  const rest = openSignal();
  const stopping = new AbortController();
  let isResting = false;
  const who = name === undefined ? {} : { name };
  const logTrouble = onceAMinute((failures: number, error: unknown) =>
    log.error({ fact: `${what}.restarted`, ...who, failures, reason: String(error) }),
  );

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const restMs = await round();
        if (failures > 0) log.info({ fact: `${what}.recovered`, ...who, failures });
        failures = 0;
        if (restMs > 0) {
          isResting = true;
          await rest.wait(restMs);
          isResting = false;
        }
      } catch (error) {
        failures += 1;
        logTrouble(failures, error);
        const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
        await sleep(pauseMs, stopping.signal).catch(() => undefined);
      }
    }
  }

  const running = run();
  return {
    wake: rest.send,
    get isResting() {
      return isResting;
    },
    get stopping() {
      return stopping.signal.aborted;
    },
    async stop() {
      stopping.abort();
      rest.send();
      await running;
    },
  };
}
