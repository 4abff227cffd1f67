/** Chat's REST API as the bridge asks it: five questions, each answered by a closed union. Never throws, and changes nothing. */
import type { Said } from "../basics/sentences.ts";
import type { Fields } from "./body.ts";
import { type CallOptions, openCall } from "./call.ts";
import type { ChatAnswer, ChatRest, Later, NoAccount, NoUser, Subscriptions, Unanswered } from "./contract.ts";
import type { ChatQuestion } from "./judging.ts";
import { askAccountCheck, readAccountCheck } from "./reading/account-check.ts";
import { askAccountInfo, readAccountInfo } from "./reading/account-info.ts";
import { askAccountsOf, readAccountsOf, type SubscriptionPage } from "./reading/accounts-of.ts";
import type { Read } from "./reading/fields.ts";
import { askIpList, readIpList } from "./reading/ip-list.ts";
import { askSubscribers, readSubscribers } from "./reading/subscribers.ts";
import { says } from "./words.ts";

/** Milliseconds for one exchange. */
const TIMEOUT_MS = 10_000;

export type ChatRestOptions = Pick<CallOptions, "app" | "rest" | "permit" | "userAgent"> &
  Partial<Pick<CallOptions, "bases" | "timeoutMs" | "clock" | "monotonic">>;

export function openChatRest(options: ChatRestOptions): ChatRest {
  const call = openCall({ timeoutMs: TIMEOUT_MS, clock: Date.now, monotonic: () => performance.now(), ...options });

  /** An answer that cannot be read is none: whatever is odd about a part of it, the rest is not believed either. */
  async function ask<T, Absence extends NoAccount | NoUser = never>(
    question: ChatQuestion<Absence>,
    read: (fields: Fields) => Read<T>,
    signal: AbortSignal | undefined,
  ): Promise<ChatAnswer<T> | Absence | Unanswered> {
    const result = await call(question, signal);
    if (result.tag !== "ok") return result;
    const { value, clock } = result;
    const told = clock === undefined ? {} : { clock };
    const found = read(value);
    return found.ok ? { tag: "ok", value: found.value, ...told } : notUnderstood(question, found.odd, told);
  }

  return {
    accountInfo: (accounts, signal) =>
      ask(askAccountInfo(accounts), (fields) => readAccountInfo(fields, accounts), signal),
    subscribers: (account, next, signal) => ask(askSubscribers(account, next), readSubscribers, signal),
    async accountsOf(user, signal) {
      const askPage: AskPage = (question) => ask(question, readAccountsOf, signal);
      const once = await subscriptionsOf(user, askPage);
      if (once.tag !== "ok") return once;
      const { pages, ...answered } = once;
      if (pages === 1) return answered;
      // whoever is skipped because the list moved between two pages is not skipped twice
      const again = await subscriptionsOf(user, askPage);
      if (again.tag !== "ok") return again;
      return { ...answered, value: new Map([...answered.value, ...again.value]) };
    },
    accountsExist: (users, signal) => ask(askAccountCheck(users), (fields) => readAccountCheck(fields, users), signal),
    callbackAddresses: (server, signal) => ask(askIpList(server), readIpList, signal),
  };
}

type AskPage = (question: ChatQuestion<NoUser>) => Promise<ChatAnswer<SubscriptionPage> | NoUser | Unanswered>;

/** Page by page to the end: undefined pages are none, and a list that moved meanwhile does not add up. */
async function subscriptionsOf(
  user: string,
  ask: AskPage,
): Promise<(ChatAnswer<Subscriptions> & { readonly pages: number }) | NoUser | Unanswered> {
  const all = new Map<string, number | undefined>();
  let told: Pick<ChatAnswer<unknown>, "clock"> = {};
  for (let offset = 0, pages = 1; ; pages += 1) {
    const question = askAccountsOf(user, offset);
    const page = await ask(question);
    if (page.tag !== "ok") return page;
    if (pages === 1 && page.clock !== undefined) told = { clock: page.clock };
    const { subscriptions, total, next } = page.value;
    for (const [account, since] of subscriptions) all.set(account, since);
    if (next === undefined) {
      if (all.size === total) return { tag: "ok", value: all, pages, ...told };
      return notUnderstood(question, says("does_not_add_up", { code: total, accounts: all.size }), told);
    }
    if (next <= offset || subscriptions.size === 0) return notUnderstood(question, says("pages_do_not_go_on"), told);
    if (all.size > total) return notUnderstood(question, says("more_than_total", { code: total }), told);
    offset = next;
  }
}

function notUnderstood(
  { command }: Pick<ChatQuestion, "command">,
  { words: odd }: Said,
  told: Pick<Later, "clock">,
): Later {
  const name = command.slice(command.lastIndexOf("/") + 1);
  return { tag: "later", words: says("not_understood", { call: name, fault: odd }).words, isOdd: true, ...told };
}
