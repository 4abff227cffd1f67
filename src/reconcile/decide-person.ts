/** What Chat's answer about one person means. Pure. Whatever is odd, or contradicts itself, leaves them alone. */

import type { ChatAnswer, ChatClock, ChatRest, Existence, Unanswered } from "../chat-rest/contract.ts";
import type { HealReason } from "../storage/contract/healing.ts";
import type { Missing } from "../storage/contract/missing.ts";
import { endOfWindow } from "../storage/rules/healing.ts";
import { timedBy } from "./decide-clock.ts";

type OfUser = Awaited<ReturnType<ChatRest["accountsOf"]>>;
type OfExistence = ChatAnswer<ReadonlyMap<string, Existence>> | Unanswered;

export type PersonDecision =
  /** As of `until`, on Chat's clock; `back`: and had come back by then, in milliseconds since 1970. */
  | { readonly tag: "left"; readonly reason: HealReason; readonly until: number; readonly back?: number }
  /** They are there. */
  | { readonly tag: "present" }
  /** Chat has no such user, it says: to be confirmed by the other question. */
  | { readonly tag: "confirm"; readonly clock: ChatClock }
  /** Nothing is known of them. */
  | { readonly tag: "alone"; readonly why: string; readonly afterMs?: number }
  /** Nor will be of anybody, until somebody has mended something. */
  | { readonly tag: "end"; readonly why: string };

export interface AskedPerson {
  readonly missing: Pick<Missing, "account" | "back">;
  /** `destroyed` where Chat has no such account. */
  readonly reason: Exclude<HealReason, "deleted">;
  /** `chat.max_clock_skew` */
  readonly skewMs: number;
}

export function decidePerson(answer: OfUser, asked: AskedPerson): PersonDecision {
  if (answer.tag === "no_user") {
    if (asked.missing.back !== null)
      return alone("they had come back, and there is no such user: the next pass sees which");
    const time = timedBy(answer.clock);
    return time.tag === "untimed" ? alone(time.why) : { tag: "confirm", clock: time.clock };
  }
  if (answer.tag !== "ok") return unanswered(answer);
  const { missing, reason, skewMs } = asked;
  const isThere = answer.value.has(missing.account);
  if (missing.back !== null) return cameBack(missing.back, isThere, answer.value.get(missing.account), skewMs);
  if (isThere) return { tag: "present" };
  const time = timedBy(answer.clock);
  if (time.tag === "untimed") return alone(time.why);
  return { tag: "left", reason, until: endOfWindow(time.clock.askedAt) };
}

/** They left in between only if the subscription that they have is the newer one that the page showed. */
function cameBack(back: number, isThere: boolean, since: number | undefined, skewMs: number): PersonDecision {
  if (!isThere) return alone("they had come back, and are gone again: the next pass sees which");
  if (since === undefined) return alone("Chat does not say since when they subscribe");
  if (Math.abs(since * 1_000 - back) > skewMs) return alone("Chat names another time of subscription by now");
  return { tag: "left", reason: "left", until: back, back };
}

/** @param clock that of the first answer, which said that there is no such user */
export function existenceVerdict(answer: OfExistence, user: string, clock: ChatClock): PersonDecision {
  if (answer.tag !== "ok") return unanswered(answer);
  const existence = answer.value.get(user);
  if (existence === "absent") return { tag: "left", reason: "deleted", until: endOfWindow(clock.askedAt) };
  if (existence === "exists") return alone("Chat says that there is no such user, and that there is");
  return alone("Chat does not say whether there is such a user");
}

function unanswered(answer: Unanswered): PersonDecision {
  switch (answer.tag) {
    case "later":
      // for so long nobody is to be asked: whoever went on would be refused for that
      if ((answer.afterMs ?? 0) > LONGEST_WAIT_MS) return { tag: "end", why: answer.words };
      return { ...alone(answer.words), ...(answer.afterMs !== undefined && { afterMs: answer.afterMs }) };
    case "ours":
      // it may be about this one id
      return alone(answer.words);
    default:
      return { tag: "end", why: answer.words };
  }
}

const alone = (why: string): Extract<PersonDecision, { tag: "alone" }> => ({ tag: "alone", why });

/** Within the lease of a pass, milliseconds: nobody waits longer for the next question. */
export const LONGEST_WAIT_MS = 20_000;

/** So many in a row of whom nothing is known, and Chat is at fault and not they. */
export const MOST_ALONE = 10;
