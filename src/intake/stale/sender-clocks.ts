/**
 * What the senders' clocks show. `RequestTime` is proved by the sign, and nobody but the app's owner can make a newer one: how
 * far a request lies behind the newest tells an honest sender from an old URL, whatever our own clock says.
 */

import { startLoop } from "../../basics/loop.ts";
import { within } from "../../basics/waiting.ts";
import type { Logger } from "../../connector.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { clockSkew } from "./clock-skew.ts";
import { newestTimes } from "./newest-times.ts";

export interface SenderClocks {
  /** A signed request that is fresh. @param requestTime milliseconds since 1970 */
  fresh(app: string, requestTime: number): void;
  /**
   * A signed request that is stale. Returns how far it lies behind the newest of its app, in milliseconds.
   * @param aheadMs RequestTime less our time
   */
  stale(app: string, requestTime: number, aheadMs: number): number;
  /** Remembers what is new, for the last time. */
  stop(): Promise<void>;
}

export interface SenderClocksOptions {
  readonly storage: Pick<Storage, "noteClocks">;
  readonly log: Logger;
  /** Names this machine to whoever reads the status. */
  readonly host: string;
  /** Milliseconds of a clock that never jumps. */
  readonly steady?: () => number;
}

/** How long the store may take at start, in milliseconds. */
const FIRST_ANSWER_MS = 1_000;
/** How often the store is told, in milliseconds; a first time and a clock that goes wrong or right are told at once. */
const TELL_MS = 10_000;
const TRY_AGAIN_MS = 1_000;
/** A clock that stays wrong is logged so often, in milliseconds. */
const LOG_AGAIN_MS = 10 * 60_000;

/** Asks the store for what it remembers. A store that does not answer is asked again later; it keeps nobody waiting for long. */
export async function openSenderClocks(options: SenderClocksOptions): Promise<SenderClocks> {
  const { storage, log, host, steady = () => performance.now() } = options;
  const newest = newestTimes(steady);
  const watch = clockSkew();
  let offMs: number | null = null;
  let loggedAt = Number.NEGATIVE_INFINITY;
  let isNoted = false;

  /** Returns whether it is the newest so far. */
  function show(app: string, requestTime: number): boolean {
    const { isNewest, isFirst } = newest.show(app, requestTime);
    if (isNewest) isNoted = false;
    if (isFirst) telling?.wake();
    return isNewest;
  }

  function judgeClock(): void {
    const now = steady();
    const before = offMs;
    offMs = watch.offMs(now);
    if (offMs === null) {
      if (before !== null) log.info({ fact: "intake.clock_right" });
    } else if (before === null || now - loggedAt >= LOG_AGAIN_MS) {
      loggedAt = now;
      log.error({
        fact: "intake.clock_off",
        reason: clockWords(offMs),
        off_seconds: Math.round(offMs / 1000),
        todo: TODO,
      });
    }
    if ((before === null) === (offMs === null)) return;
    isNoted = false;
    telling?.wake();
  }

  async function tell(): Promise<void> {
    isNoted = true;
    const known = await storage.noteClocks({ newest: newest.all(), clock: { host, offMs } });
    for (const [app, requestTime] of Object.entries(known)) newest.show(app, requestTime);
  }

  let isKnown = false;
  async function round(): Promise<number> {
    // a clock that is off is told again and again: who reads of it sees that it still is
    if (isNoted && isKnown && offMs === null) return TELL_MS;
    try {
      await tell();
      isKnown = true;
      return TELL_MS;
    } catch {
      // that the store does not answer is said by others
      isNoted = false;
      return TRY_AGAIN_MS;
    }
  }

  let telling: ReturnType<typeof startLoop> | undefined;
  await within(FIRST_ANSWER_MS, "store", round()).catch((error) =>
    log.debug({ fact: "clocks.late", reason: String(error) }),
  );
  telling = startLoop({ round, log, what: "clocks" });

  return {
    fresh(app, requestTime) {
      show(app, requestTime);
      watch.fresh(steady());
      if (offMs !== null) judgeClock();
    },
    stale(app, requestTime, aheadMs) {
      if (!show(app, requestTime)) return newest.behindMs(app, requestTime);
      watch.advanced(aheadMs);
      judgeClock();
      return 0;
    },
    async stop() {
      await telling?.stop();
      if (!isNoted) await within(FIRST_ANSWER_MS, "store", tell()).catch(() => undefined);
    },
  };
}

/** `our clock is 90 s off (ahead)`; of milliseconds. */
export function clockWords(offMs: number): string {
  return `our clock is ${Math.round(Math.abs(offMs) / 1000)} s off (${offMs > 0 ? "ahead" : "behind"})`;
}

const TODO =
  "set it (NTP), then take in what was refused: quarantine replay --all --stale-within, with a little more than that";
