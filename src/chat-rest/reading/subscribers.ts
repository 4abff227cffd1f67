/** `get_subscriber_info`: one page of the people who subscribe to an official account. Pure. */
import type { Fields } from "../body.ts";
import type { NoAccount, Subscriber, SubscriberPage } from "../contract.ts";
import type { ChatQuestion } from "../judging.ts";
import { says } from "../words.ts";
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
  if (entries === undefined) return odd(says("no_list_of_objects", { field: "SubscriberList" }));
  if (entries.length > PAGE) return odd(says("more_entries", { field: "SubscriberList", code: PAGE }));
  if (typeof next !== "string") return odd(says("no_text", { field: "Next" }));
  if (!isCount(subscriberNum)) return odd(says("no_number", { field: "SubscriberNum" }));
  const people: Subscriber[] = [];
  for (const { Subscriber_Account: user, SubscribeTime: subscribeTime } of entries) {
    if (!isId(user)) return odd(says("no_id", { field: "Subscriber_Account" }));
    if (!isTime(subscribeTime)) return odd(says("no_time", { field: "SubscribeTime" }));
    people.push({ user, subscribeTime });
  }
  return read({ people, next, subscriberNum });
}
