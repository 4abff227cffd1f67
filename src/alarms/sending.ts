/** One notice to the first of those who are to be told that can be. */

import type { Logger } from "../connector.ts";
import type { AlarmFacts } from "../facts/alarm-facts.ts";
import { noticesOf } from "../facts/alarm-facts.ts";
import type { Channel, Notice } from "../notices/notice.ts";

export interface SendingOptions {
  readonly log: Logger;
  readonly facts: AlarmFacts;
  readonly signal: AbortSignal;
}

/** All ways together: less than the lease of whoever tells. Milliseconds. */
const LONGEST_MS = 40_000;

/**
 * `later`: it may work in a while. `refused`: none will take it, before somebody has mended the settings. `stopped`: nobody knows, for
 * the signal came.
 */
export type SentNotice =
  | { readonly tag: "told" | "refused" | "stopped" }
  | { readonly tag: "later"; readonly afterMs: number };

/** Never rejects. @param channels in the order in which they are tried */
export async function sendToFirst(
  notice: Notice,
  channels: readonly Channel[],
  { log, facts, signal }: SendingOptions,
): Promise<SentNotice> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  let sent: SentNotice = { tag: "refused" };
  for (const channel of channels) {
    const { name } = channel;
    const told = await channel.send(notice, ending);
    if (told.tag === "told") {
      noticesOf(facts, name).told += 1;
      log.info({ fact: "alert.told", to: name, kind: notice.kind, id: notice.id });
      return told;
    }
    if (signal.aborted) return { tag: "stopped" };
    noticesOf(facts, name).failed += 1;
    const todo = told.tag === "refused" ? "mend its address or secret under `notices`" : "it is tried again";
    log.error({ fact: "alert.untold", to: name, kind: notice.kind, id: notice.id, reason: told.words, todo });
    const afterMs = Math.max(sent.tag === "later" ? sent.afterMs : 0, told.tag === "later" ? (told.afterMs ?? 0) : 0);
    if (told.tag === "later" || sent.tag === "later") sent = { tag: "later", afterMs };
    if (ending.aborted) return { tag: "later", afterMs };
  }
  return sent;
}

const MINUTE = 60_000;
const LONGEST_DELAY_MS = 30 * MINUTE;
/** So often it is tried: for about a day. */
const MOST_TRIES = 60;

/** `null`: nobody tries any more. @param tries in vain so far @param afterMs what the receivers ask for */
export function delayBefore(tries: number, afterMs: number): number | null {
  if (tries + 1 >= MOST_TRIES) return null;
  return Math.max(
    Math.min(LONGEST_DELAY_MS, (MINUTE / 4) * 2 ** Math.min(tries, 10)),
    Math.min(afterMs, LONGEST_DELAY_MS),
  );
}
