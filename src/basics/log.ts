/** The log: one JSON object a line, one line a fact, no secrets. */
import { pino } from "pino";
import { harmlessJson } from "./lines.ts";
import type { Logger } from "./logger.ts";
import { withShownUrls } from "./shown-url.ts";
import { snakeCase } from "./snake-case.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  /** Takes whole lines, newline included. */
  readonly write: (line: string) => void;
  /** Removes secrets from a line. */
  readonly redact: (text: string) => string;
  /** What the bridge is called: stands in each line as `bridge`. */
  readonly name?: string | undefined;
}

export interface Log extends Logger {
  /** After a reload: other secrets, another level, another name. */
  use(change: Partial<Pick<LogOptions, "level" | "redact" | "name">>): void;
}

/** Keys whose texts are words of ours, of a runtime or of a destination. A callback's body stays as it came. */
const WORDS: ReadonlySet<string> = new Set(["reason", "what", "todo", "words", "message", "stack", "from", "to"]);

/** A line as it is written: its keys in snake_case, whichever connector wrote them, and no whole URL in its words. */
function inDialect(keys: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(keys).map(([key, value]) => {
    const isWordy = WORDS.has(key) && typeof value === "string" && value.includes("://");
    return [snakeCase(key), isWordy ? withShownUrls(value) : value];
  });
  return Object.fromEntries(entries);
}

export function openLog(options: LogOptions): Log {
  let { redact, name } = options;
  const lines = pino(
    {
      level: options.level,
      base: null,
      mixin: () => (name === undefined ? {} : { bridge: name }),
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: inDialect },
    },
    { write: (line: string) => options.write(harmlessJson(redact(line))) },
  );
  return {
    debug: (keys) => lines.debug(keys),
    info: (keys) => lines.info(keys),
    warn: (keys) => lines.warn(keys),
    error: (keys) => lines.error(keys),
    use(change) {
      if (change.level !== undefined) lines.level = change.level;
      if (change.redact !== undefined) redact = change.redact;
      if ("name" in change) name = change.name;
    },
  };
}
