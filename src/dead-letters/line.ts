/** One dead letter as one line of JSON: what the file holds and `dead-letters export` writes. Pure. */

import { time } from "../basics/format.ts";
import { harmlessJson } from "../basics/lines.ts";
import type { Event, Reason } from "../connector.ts";
import type { DeadLetter } from "../storage/contract/ledger.ts";

/** A vendor may send a whole page of HTML as its message, in characters. */
const LONGEST_MESSAGE = 300;

/**
 * The line, without its line break. Keys are snake_case as in the YAML, times are ISO 8601.
 * @param redact removes secrets; foreign text goes through it before it is cut, since half a secret would not be recognised
 */
export function lineOf(letter: DeadLetter, redact: (text: string) => string): string {
  const line = {
    v: 1,
    id: letter.id,
    generation: letter.generation,
    connector: letter.connector,
    event: eventOf(letter.event),
    class: letter.class,
    reason: reasonOf(letter.reason, redact),
    attempts: letter.attempts,
    first_attempt_at: time(letter.firstAttemptAt),
    last_attempt_at: time(letter.lastAttemptAt),
  };
  // strict readers refuse half a surrogate pair, even escaped
  const wellFormed = (_key: string, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value);
  return harmlessJson(JSON.stringify(line, wellFormed));
}

function eventOf(event: Event) {
  return {
    id: event.id,
    kind: event.kind,
    app: event.app,
    official_account: event.officialAccount,
    user: event.user,
    operator: event.operator,
    by_admin: event.byAdmin,
    platform: event.platform,
    client_ip: event.clientIp,
    event_time: time(event.eventTime),
    received_at: time(event.receivedAt),
  };
}

function reasonOf({ words, status, category, message }: Reason, redact: (text: string) => string) {
  return {
    words: redact(words),
    ...(status === undefined ? {} : { status }),
    ...(category === undefined ? {} : { category: redact(category) }),
    ...(message === undefined ? {} : { message: shortened(redact(message)) }),
  };
}

function shortened(text: string): string {
  if (text.length <= LONGEST_MESSAGE) return text;
  // one less when the cut would go through a character of two units
  return text.slice(0, LONGEST_MESSAGE).replace(/[\uD800-\uDBFF]$/, "");
}
