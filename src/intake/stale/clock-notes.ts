/** Tells the store what the senders' clocks show, and takes from it what it remembers: for the next start, and for other machines. */
import { startLoop } from "../../basics/loop.ts";
import { within } from "../../basics/waiting.ts";
import type { Logger } from "../../connector.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import type { ClockAlarm } from "./clock-alarm.ts";
import type { NewestTimes } from "./newest-times.ts";

export interface ClockNotes {
  /** There is something new; `soon`: it is told at once. */
  changed(soon: boolean): void;
  /** Tells what is new for the last time. */
  stop(): Promise<void>;
}

export interface ClockNotesOptions {
  readonly storage: Pick<Storage, "noteClocks">;
  readonly log: Logger;
  /** Names this machine to whoever reads the status. */
  readonly host: string;
}

/** How long the store may take at start, in milliseconds. */
const FIRST_ANSWER_MS = 1_000;
/** How often the store is told, in milliseconds; a first time and a clock that goes wrong or right are told at once. */
const TELL_MS = 10_000;
const TRY_AGAIN_MS = 1_000;

/** Asks the store for what it remembers. A store that does not answer is asked again later; it keeps nobody waiting for long. */
export async function openClockNotes(
  { storage, log, host }: ClockNotesOptions,
  newest: Pick<NewestTimes, "all" | "show">,
  alarm: Pick<ClockAlarm, "offMs">,
): Promise<ClockNotes> {
  let isNoted = false;
  let isKnown = false;

  async function tell(): Promise<void> {
    isNoted = true;
    const known = await storage.noteClocks({ newest: newest.all(), clock: { host, offMs: alarm.offMs() } });
    for (const [app, requestTime] of Object.entries(known)) newest.show(app, requestTime);
  }

  async function round(): Promise<number> {
    // a clock that is off is told again and again: who reads of it sees that it still is
    if (isNoted && isKnown && alarm.offMs() === null) return TELL_MS;
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

  await within(FIRST_ANSWER_MS, "store", round()).catch((error) =>
    log.debug({ fact: "clocks.late", reason: String(error) }),
  );
  const telling = startLoop({ round, log, what: "clocks" });

  return {
    changed(soon) {
      isNoted = false;
      if (soon) telling.wake();
    },
    async stop() {
      await telling.stop();
      if (!isNoted) await within(FIRST_ANSWER_MS, "store", tell()).catch(() => undefined);
    },
  };
}
