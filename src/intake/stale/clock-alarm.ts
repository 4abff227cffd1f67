/** Says in the log that our clock is off, and that it is right again. */
import type { Logger } from "../../connector.ts";
import type { ClockSkew } from "./clock-skew.ts";

export interface ClockAlarm {
  /** How far our clock is ahead, in milliseconds (negative: behind); `null` as long as it is not known to be off. */
  offMs(): number | null;
  /** Judges anew. Returns whether it has gone wrong, or right. */
  judge(): boolean;
}

/** A clock that stays wrong is logged so often, in milliseconds. */
const LOG_AGAIN_MS = 10 * 60_000;

/** @param steady milliseconds of a clock that never jumps */
export function clockAlarm(skew: Pick<ClockSkew, "offMs">, log: Logger, steady: () => number): ClockAlarm {
  let offMs: number | null = null;
  let loggedAt = Number.NEGATIVE_INFINITY;

  function sayOff(by: number, now: number): void {
    loggedAt = now;
    const off_seconds = Math.round(by / 1000);
    log.error({ fact: "intake.clock_off", reason: clockWords(by), off_seconds, todo: TODO });
  }

  return {
    offMs: () => offMs,
    judge() {
      const now = steady();
      const before = offMs;
      offMs = skew.offMs(now);
      if (offMs === null) {
        if (before !== null) log.info({ fact: "intake.clock_right" });
      } else if (before === null || now - loggedAt >= LOG_AGAIN_MS) sayOff(offMs, now);
      return (before === null) !== (offMs === null);
    },
  };
}

/** `our clock is 90 s off (ahead)`; of milliseconds. */
function clockWords(offMs: number): string {
  return `our clock is ${Math.round(Math.abs(offMs) / 1000)} s off (${offMs > 0 ? "ahead" : "behind"})`;
}

const TODO =
  "set it (NTP), then take in what was refused: quarantine replay --all --stale-within, with a little more than that";
