/** The log: one JSON object a line, one line a fact, no secrets. */
import { pino } from "pino";
import type { Logger } from "./connector.ts";
import { printable } from "./lines.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  /** Takes whole lines, newline included. */
  readonly write: (line: string) => void;
  /** Removes secrets from a line. */
  readonly redact: (text: string) => string;
}

export interface Log extends Logger {
  /** After a reload: other secrets, another level. */
  use(change: Partial<Pick<LogOptions, "level" | "redact">>): void;
}

export function openLog(options: LogOptions): Log {
  let { redact } = options;
  const lines = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => options.write(printable(redact(line))) },
  );
  return {
    debug: (keys) => lines.debug(keys),
    info: (keys) => lines.info(keys),
    warn: (keys) => lines.warn(keys),
    error: (keys) => lines.error(keys),
    use(change) {
      if (change.level !== undefined) lines.level = change.level;
      if (change.redact !== undefined) redact = change.redact;
    },
  };
}
