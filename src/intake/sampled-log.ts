/** Log lines about what strangers send: the first ones of each minute as they are, then only how many there were. */
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
const MINUTE_MS = 60_000;

interface Minute {
  said: number;
  unsaid: number;
}

export function sampledLog({ log, most = MOST, minuteMs = MINUTE_MS }: SampledLogOptions): SampledLog {
  const minutes = new Map<string, Minute>();

  function begin(key: string, sum: () => void): Minute {
    const minute: Minute = { said: 0, unsaid: 0 };
    minutes.set(key, minute);
    const timer = setTimeout(() => {
      minutes.delete(key);
      if (minute.unsaid > 0) sum();
    }, minuteMs);
    timer.unref();
    return minute;
  }

  const write =
    (level: "warn" | "error"): SampledLog["warn"] =>
    (group, keys) => {
      const { fact } = keys;
      const key = `${fact} ${group}`;
      const sum = () =>
        log[level]({ fact, group, unlogged: minute.unsaid, reason: "more of these came in this minute" });
      const minute: Minute = minutes.get(key) ?? begin(key, sum);
      if (minute.said < most) {
        minute.said += 1;
        log[level](keys);
      } else minute.unsaid += 1;
    };
  return { warn: write("warn"), error: write("error") };
}
