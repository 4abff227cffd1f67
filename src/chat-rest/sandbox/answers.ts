/** What Chat answers to the calls that the bridge makes, from what the world holds. As strict as its pages say. */
import type { SandboxAnswer } from "../../../connectors/kit/exchange.ts";
import { isRecord } from "../../connector-tools.ts";
import type { Fields } from "../body.ts";
import { refusal, success } from "./refusal.ts";
import type { ChatWorld } from "./world.ts";

/** How the stand-in differs from a Chat where nothing ever goes wrong. */
export interface Oddities {
  /** What is added to the `SubscriberNum` of an account, for it may lie. */
  readonly lies: ReadonlyMap<string, number>;
  /** Whom a page starts with: Chat does not say. */
  readonly order: "oldest" | "newest";
  readonly addresses: Readonly<Record<"5" | "6", readonly string[]>>;
}

export type Answerer = (body: Fields, world: ChatWorld, odd: Oddities, query: URLSearchParams) => SandboxAnswer;

const MOST = 200;
const illegal = (what: string) => refusal(6017, `${what} is illegal`);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** By service and command. */
export const ANSWERERS: Readonly<Record<string, Answerer>> = {
  "official_account_open_http_svc/get_subscriber_info": subscriberInfo,
  "official_account_open_http_svc/get_official_account_info": accountInfo,
  "official_account_open_http_svc/get_subscribed_official_account_list": accountList,
  "im_open_login_svc/account_check": accountCheck,
  "ConfigSvc/GetIPList": ipList,
};

function subscriberInfo(body: Fields, { accounts }: ChatWorld, { lies, order }: Oddities): SandboxAnswer {
  const { Official_Account: id, Next: next } = body;
  if (!isText(id)) return illegal("Official_Account");
  if (typeof next !== "string") return illegal("Next");
  const account = accounts.get(id);
  if (account === undefined) return refusal(130004, "the official account does not exist");
  const { people } = account;
  // left out, it means all of them
  const limit = body.Limit === undefined ? people.length : limitOf(body.Limit);
  const from = next === "" ? 0 : placeOf(next);
  if (limit === undefined) return illegal("Limit");
  if (from === undefined) return illegal("Next");
  const upto = Math.min(from + limit, people.length);
  const page = Array.from({ length: Math.max(0, upto - from) }, (_, index) =>
    people.at(order === "oldest" ? from + index : -1 - from - index),
  );
  return success({
    Next: upto < people.length ? cursorAt(upto) : "",
    SubscriberNum: people.length + (lies.get(id) ?? 0),
    SubscriberList: page.map((person) => ({
      Subscriber_Account: person?.user,
      SubscribeTime: person?.subscribeTime,
      CustomString: "",
      MsgFlag: "AcceptAndNotify",
      LastSendMsgTime: 0,
    })),
  });
}

function limitOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= MOST ? value : undefined;
}

/** Opaque to whoever asks: a place in the list, which means another person once somebody before it has left. */
const cursorAt = (place: number): string => Buffer.from(`TGS:${place}`).toString("base64");
function placeOf(cursor: string): number | undefined {
  const [, place] = /^TGS:(\d+)$/.exec(Buffer.from(cursor, "base64").toString("latin1")) ?? [];
  return place === undefined ? undefined : Number(place);
}

function accountInfo(
  { OfficialAccountIdList: list }: Fields,
  { accounts }: ChatWorld,
  { lies }: Oddities,
): SandboxAnswer {
  if (!Array.isArray(list) || list.length === 0 || list.length > 50) return illegal("OfficialAccountIdList");
  const ids: unknown[] = list.map((entry) => (isRecord(entry) ? entry.Official_Account : undefined));
  if (!ids.every(isText)) return illegal("Official_Account");
  return success({
    OfficialAccountInfoList: ids.map((id) => {
      const account = accounts.get(id);
      if (account === undefined) return { Official_Account: id, ErrorCode: 130004, ErrorInfo: "does not exist" };
      const subscriberNum = account.people.length + (lies.get(id) ?? 0);
      return { Official_Account: id, ErrorCode: 0, ErrorInfo: "", SubscriberNum: subscriberNum };
    }),
  });
}

function accountList({ Subscriber_Account: user, Limit = MOST, Offset = 0 }: Fields, world: ChatWorld): SandboxAnswer {
  const limit = limitOf(Limit);
  if (!isText(user)) return illegal("Subscriber_Account");
  if (limit === undefined) return illegal("Limit");
  if (typeof Offset !== "number" || !Number.isInteger(Offset) || Offset < 0) return illegal("Offset");
  if (!world.users.has(user)) return refusal(70107, "the requested user does not exist");
  const all = world.accountsOf(user);
  const page = all.slice(Offset, Offset + limit);
  const next = Offset + page.length;
  return success({
    TotalCount: all.length,
    CompleteFlag: next >= all.length ? 1 : 0,
    Next: next,
    OfficialAccountInfoList: page.map(({ account, subscribeTime }) => ({
      Official_Account: account,
      SelfInfo: { SubscribeTime: subscribeTime },
    })),
  });
}

function accountCheck({ CheckItem: list }: Fields, { users }: ChatWorld): SandboxAnswer {
  if (!Array.isArray(list) || list.length === 0 || list.length > 100) return illegal("CheckItem");
  const ids: unknown[] = list.map((entry) => (isRecord(entry) ? entry.UserID : undefined));
  if (!ids.every(isText)) return illegal("UserID");
  const statusOf = (id: string) => (users.has(id) ? "Imported" : "NotImported");
  return success({
    ResultItem: ids.map((id) => ({ UserID: id, ResultCode: 0, ResultInfo: "", AccountStatus: statusOf(id) })),
  });
}

function ipList(_body: Fields, _world: ChatWorld, { addresses }: Oddities, query: URLSearchParams): SandboxAnswer {
  const netType = query.get("nettype");
  return netType === "5" || netType === "6" ? success({ IPList: addresses[netType] }) : illegal("nettype");
}
