/** Log lines about what strangers send: the first ones of each minute as they are, then only how many there were. */
import { MINUTE_MS, openWindows } from "../basics/once-a-minute.ts";
import type { Logger } from "../connector.ts";

export interface SampledLog {
  /**
   * Logs a line, or counts it.
   * @param group what is counted together; one of a few, never foreign text
   */
  warn(group: string, keys: { readonly fact: string } & Record<string, unknown>): void;
  error(group: string, keys: { readonly fact: string } & Record<string, unknown>): void;
}

export interface SampledLogOptions {
  readonly log: Logger;
  /** Lines of one fact and group in a minute. */
  readonly most?: number;
  readonly minuteMs?: number;
}

const MOST = 20;

export function sampledLog({ log, most = MOST, minuteMs = MINUTE_MS }: SampledLogOptions): SampledLog {
  const minutes = new Map<string, () => { said: number; unsaid: number }>();

  function minuteOf(level: "warn" | "error", fact: string, group: string) {
    const key = `${fact} ${group}`;
    const known = minutes.get(key);
    if (known !== undefined) return known();
    const minute = openWindows({
      ms: minuteMs,
      begin: () => ({ said: 0, unsaid: 0 }),
      end({ unsaid }) {
        minutes.delete(key);
        if (unsaid > 0) log[level]({ fact, group, unlogged: unsaid, reason: "more of these came in this minute" });
      },
    });
    minutes.set(key, minute);
    return minute();
  }

  const write =
    (level: "warn" | "error"): SampledLog["warn"] =>
    (group, keys) => {
      const minute = minuteOf(level, keys.fact, group);
      if (minute.said < most) {
        minute.said += 1;
        log[level](keys);
      } else minute.unsaid += 1;
    };
  return { warn: write("warn"), error: write("error") };
}
