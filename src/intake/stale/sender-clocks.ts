/**
 * What the senders' clocks show. `RequestTime` is proved by the sign, and nobody but the app's owner can make a newer one: how
 * far a request lies behind the newest tells an honest sender from an old URL, whatever our own clock says.
 */
import { clockAlarm } from "./clock-alarm.ts";
import { type ClockNotesOptions, openClockNotes } from "./clock-notes.ts";
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

export interface SenderClocksOptions extends ClockNotesOptions {
  /** Milliseconds of a clock that never jumps. */
  readonly steady?: () => number;
}

/** Resolves when the store has said what it remembers, or does not answer in time. */
export async function openSenderClocks(options: SenderClocksOptions): Promise<SenderClocks> {
  const { log, steady = () => performance.now() } = options;
  const newest = newestTimes(steady);
  const skew = clockSkew();
  const alarm = clockAlarm(skew, log, steady);
  const notes = await openClockNotes(options, newest, alarm);

  /** Returns whether it is the newest so far. */
  function show(app: string, requestTime: number): boolean {
    const { isNewest, isFirst } = newest.show(app, requestTime);
    if (isNewest) notes.changed(isFirst);
    return isNewest;
  }

  function judgeClock(): void {
    if (alarm.judge()) notes.changed(true);
  }

  return {
    fresh(app, requestTime) {
      show(app, requestTime);
      skew.fresh(steady());
      if (alarm.offMs() !== null) judgeClock();
    },
    stale(app, requestTime, aheadMs) {
      if (!show(app, requestTime)) return newest.behindMs(app, requestTime);
      skew.advanced(aheadMs);
      judgeClock();
      return 0;
    },
    stop: notes.stop,
  };
}
