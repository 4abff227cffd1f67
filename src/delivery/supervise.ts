/** Keeps a loop alive: a round that fails is logged and tried again. */
import type { Logger } from "../connector.ts";
import { sleep } from "./waiting.ts";

export interface SuperviseOptions {
  /** One round of the loop; waits by itself when there is nothing to do. */
  readonly round: () => Promise<void>;
  readonly log: Logger;
  /** What kind of loop it is, for the log: `courier`. */
  readonly what: string;
  readonly name?: string;
  /** Ends the loop after the round that is under way. */
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** A trouble that lasts is logged once in this many milliseconds. */
const LOG_AGAIN_MS = 60_000;

/** Runs rounds until the signal aborts. Never rejects. */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { round, log, what, name, signal } = options;
  let failures = 0;
  let logged = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      await round();
      if (failures > 0) log.info({ fact: `${what}.recovered`, ...(name && { name }), failures });
      failures = 0;
      logged = Number.NEGATIVE_INFINITY;
    } catch (error) {
      failures += 1;
      if (performance.now() - logged >= LOG_AGAIN_MS) {
        logged = performance.now();
        log.error({ fact: `${what}.restarted`, ...(name && { name }), failures, reason: String(error) });
      }
      await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10)), signal).catch(
        () => undefined,
      );
    }
  }
}
