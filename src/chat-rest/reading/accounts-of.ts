/** `get_subscribed_official_account_list`: the official accounts that one user subscribes to, page by page. Pure. */
import { isRecord } from "../../connector-tools.ts";
import type { Fields } from "../body.ts";
import type { NoUser, Subscriptions } from "../contract.ts";
import type { ChatQuestion } from "../judging.ts";
import { says } from "../words.ts";
import { isCount, isId, isTime, objectsIn, odd, type Read, read } from "./fields.ts";

const PAGE = 200;

export interface SubscriptionPage {
  readonly subscriptions: Subscriptions;
  /** How many there are in all, by Chat's word. */
  readonly total: number;
  /** The offset of the next page; undefined behind the last one. */
  readonly next: number | undefined;
}

export function askAccountsOf(user: string, offset: number): ChatQuestion<NoUser> {
  return {
    command: "official_account_open_http_svc/get_subscribed_official_account_list",
    body: {
      Subscriber_Account: user,
      Limit: PAGE,
      Offset: offset,
      ResponseFilter: { OfficialAccountBaseInfoFilter: ["CreateTime"], SelfInfoFilter: ["SubscribeTime"] },
    },
    absence: "no_user",
  };
}

export function readAccountsOf(fields: Fields): Read<SubscriptionPage> {
  const { CompleteFlag: isComplete, TotalCount: total, Next: next } = fields;
  const entries = objectsIn(fields, "OfficialAccountInfoList");
  if (entries === undefined) return odd(says("no_list_of_objects", { field: "OfficialAccountInfoList" }));
  if (isComplete !== 0 && isComplete !== 1) return odd(says("no_flag", { field: "CompleteFlag" }));
  if (!isCount(total)) return odd(says("no_number", { field: "TotalCount" }));
  if (isComplete === 0 && !isCount(next)) return odd(says("no_number", { field: "Next" }));
  const subscriptions = new Map<string, number | undefined>();
  for (const { Official_Account: account, SelfInfo: self = {} } of entries) {
    if (!isId(account)) return odd(says("no_account_id", { field: "Official_Account" }));
    const since = isRecord(self) ? self.SubscribeTime : null;
    if (since !== undefined && !isTime(since)) return odd(says("no_time", { field: "SubscribeTime" }));
    subscriptions.set(account, since);
  }
  return read({ subscriptions, total, next: isComplete === 1 ? undefined : Number(next) });
}
