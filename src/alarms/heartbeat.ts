/** An address that is asked every minute, as long as all is alive here: whoever is asked notices when it stays away. */
import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import { inPlainWords } from "../basics/network-words.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import type { Logger } from "../connector.ts";
import type { AlarmFacts } from "../facts/alarm-facts.ts";
import { withoutAddresses } from "../notices/post.ts";

export interface HeartbeatOptions {
  /** Asked anew each time; `undefined`: nobody wants it. */
  readonly url: () => string | undefined;
  /** Why nobody should believe that all is alive; `undefined`: it is. */
  readonly ailing: () => string | undefined;
  readonly log: Logger;
  readonly facts: AlarmFacts;
  readonly userAgent: string;
  /** Milliseconds between two; a minute unless set. */
  readonly everyMs?: number;
  /** Milliseconds for one. */
  readonly timeoutMs?: number;
}

const MINUTE = 60_000;
const TIMEOUT_MS = 10_000;

export function startHeartbeat(options: HeartbeatOptions): Loop {
  const { url, ailing, log, facts, everyMs = MINUTE, timeoutMs = TIMEOUT_MS } = options;
  const logWithheld = onceAMinute((reason: string) => log.error({ fact: "heartbeat.withheld", reason }));
  const logFailed = onceAMinute((reason: string) => log.warn({ fact: "heartbeat.failed", reason }));

  async function round(): Promise<number> {
    const address = url();
    if (address === undefined) return everyMs;
    const why = ailing();
    if (why !== undefined) {
      facts.heartbeats.withheld += 1;
      logWithheld(why);
      return everyMs;
    }
    const fault = await ask(address, options.userAgent, timeoutMs);
    facts.heartbeats[fault === undefined ? "answered" : "failed"] += 1;
    if (fault !== undefined) logFailed(fault);
    return everyMs;
  }

  return startLoop({ round, log, what: "heartbeat" });
}

/** Why it was not heard; the address stands in no words. */
async function ask(url: string, userAgent: string, timeoutMs: number): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { headers: { "user-agent": userAgent }, redirect: "manual", signal });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    return withoutAddresses(errorWords(inPlainWords(error)));
  }
}
