/** `get_subscriber_info`: one page of the people who subscribe to an official account. Pure. */
import type { Fields } from "../body.ts";
import type { NoAccount, Subscriber, SubscriberPage } from "../contract.ts";
import type { ChatQuestion } from "../judging.ts";
import { isCount, isId, isTime, objectsIn, odd, type Read, read } from "./fields.ts";

/** People in one page: the most that Chat gives. Without a limit it gives all of them. */
export const PAGE = 200;

export function askSubscribers(account: string, next: string): ChatQuestion<NoAccount> {
  return {
    command: "official_account_open_http_svc/get_subscriber_info",
    body: { Official_Account: account, Limit: PAGE, Next: next },
    absence: "no_account",
  };
}

export function readSubscribers(fields: Fields): Read<SubscriberPage> {
  const { Next: next, SubscriberNum: subscriberNum } = fields;
  const entries = objectsIn(fields, "SubscriberList");
  if (entries === undefined) return odd("SubscriberList is no list of objects");
  if (entries.length > PAGE) return odd(`SubscriberList has more than ${PAGE} entries`);
  if (typeof next !== "string") return odd("Next is no text");
  if (!isCount(subscriberNum)) return odd("SubscriberNum is no number");
  const people: Subscriber[] = [];
  for (const { Subscriber_Account: user, SubscribeTime: subscribeTime } of entries) {
    if (!isId(user)) return odd("a Subscriber_Account is no id");
    if (!isTime(subscribeTime)) return odd("a SubscribeTime is no time in seconds");
    people.push({ user, subscribeTime });
  }
  return read({ people, next, subscriberNum });
}
