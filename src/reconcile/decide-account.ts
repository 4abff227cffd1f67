/** What Chat says of an account before anything of it is read. Pure. */

import type { ChatClock, ChatRest } from "../chat-rest/contract.ts";
import type { RosterAccount } from "../storage/contract/accounts.ts";
import { timedBy } from "./decide-clock.ts";
import { SAID_AGAIN_MS } from "./decide-due.ts";
import { says } from "./words.ts";

type OfAccount = Awaited<ReturnType<ChatRest["accountInfo"]>>;

export type AccountVerdict =
  | { readonly tag: "there"; readonly subscribers: number; readonly clock: ChatClock }
  /** Or it is one of another region or app, or misspelt: all are answered the same. */
  | { readonly tag: "no_account"; readonly clock: ChatClock }
  | { readonly tag: "unknown"; readonly why: string; readonly afterMs?: number };

export function accountVerdict(answer: OfAccount, account: string): AccountVerdict {
  if (answer.tag === "no_account") return timed({ tag: "no_account" }, answer.clock);
  if (answer.tag === "later") {
    return unknown(answer.words, answer.afterMs === undefined ? {} : { afterMs: answer.afterMs });
  }
  if (answer.tag !== "ok") {
    return unknown(answer.todo === undefined ? answer.words : withTodo(answer.words, answer.todo));
  }
  const info = answer.value.get(account);
  if (info === undefined) return unknown(says("not_in_answer").words);
  if (info.tag === "unclear") return unknown(info.words);
  if (info.tag === "no_account") return timed({ tag: "no_account" }, answer.clock);
  return timed({ tag: "there", subscribers: info.subscriberNum }, answer.clock);
}

const withTodo = (said: string, todo: string): string => says("with_todo", { said, todo }).words;

function timed<T extends object>(verdict: T, clock: ChatClock | undefined) {
  const time = timedBy(clock);
  return time.tag === "untimed" ? unknown(time.why) : { ...verdict, clock: time.clock };
}

function unknown(
  why: string,
  more: Omit<Extract<AccountVerdict, { tag: "unknown" }>, "tag" | "why"> = {},
): Extract<AccountVerdict, { tag: "unknown" }> {
  return { tag: "unknown", why, ...more };
}

/**
 * Whether an account that Chat does not know was destroyed: it has said so twice, an hour apart, of one that was read well before.
 * @param account as it is after the latest answer was noted
 */
export function isDestroyed({ baselineAt, noAccount }: Pick<RosterAccount, "baselineAt" | "noAccount">): boolean {
  return baselineAt !== null && noAccount !== null && noAccount.at - noAccount.since >= SAID_AGAIN_MS;
}

/** For the pass that ends with it. */
export function whyNoAccount({ baselineAt, noAccount }: Pick<RosterAccount, "baselineAt" | "noAccount">): string {
  if (baselineAt === null) {
    return says("never_read").words;
  }
  if (noAccount === null) return says("gone_first").words;
  return says("gone_again").words;
}
