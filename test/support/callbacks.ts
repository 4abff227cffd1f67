/** Callbacks as Chat sends them: signed, over keep-alive connections. */
import { createHash } from "node:crypto";
import { eventually } from "./eventually.ts";

export const APP = 1400000000;
export const TOKEN = "chat-callback-token";

export interface CallbackRequest {
  readonly users: readonly string[];
  readonly officialAccount?: string;
  readonly operator?: string;
  /** Milliseconds since 1970; now unless set. */
  readonly eventTime?: number;
  readonly subscribed?: boolean;
  readonly platform?: string;
  readonly token?: string;
}

/** `Sign = sha256(Token + RequestTime)`, lower-case hex (Chat's callback authentication). */
export function sign(token: string, requestTime: number): string {
  return createHash("sha256").update(`${token}${requestTime}`).digest("hex");
}

export function callbackBody(request: CallbackRequest): string {
  const kind = request.subscribed ? "CallbackAfterAddSubscriber" : "CallbackAfterDeleteSubscriber";
  return JSON.stringify({
    CallbackCommand: `OfficialAccount.${kind}`,
    Official_Account: request.officialAccount ?? "@TOA#_news",
    Operator_Account: request.operator ?? request.users[0] ?? "admin",
    SubscribeAccountList: request.users.map((user) => ({ Subscriber_Account: user })),
    EventTime: request.eventTime ?? Date.now(),
  });
}

export function callbackUrl(base: string, request: CallbackRequest): string {
  const requestTime = Math.floor(Date.now() / 1000);
  const command = request.subscribed
    ? "OfficialAccount.CallbackAfterAddSubscriber"
    : "OfficialAccount.CallbackAfterDeleteSubscriber";
  const query = new URLSearchParams({
    SdkAppid: String(APP),
    CallbackCommand: command,
    contenttype: "json",
    ClientIP: "127.0.0.1",
    OptPlatform: request.platform ?? "iOS",
    RequestTime: String(requestTime),
    Sign: sign(request.token ?? TOKEN, requestTime),
  });
  return `${base}?${query}`;
}

/**
 * Posts a callback, again after each 503: that is the answer of a bridge whose machine stood still for longer than
 * `server.answer_within`. Resolves with whether Chat would count it as taken. Rejects when the connection breaks.
 */
export async function postCallback(base: string, request: CallbackRequest): Promise<boolean> {
  const same = { eventTime: Date.now(), ...request };
  const { isTaken } = await eventually(async () => {
    const answer = await answerTo(base, same);
    return answer.status !== 503 && answer;
  });
  return isTaken;
}

/** Posts a callback once; resolves with whether Chat would count it as taken. Rejects when the connection breaks or `signal` aborts. */
export async function postOnce(base: string, request: CallbackRequest, signal?: AbortSignal): Promise<boolean> {
  return (await answerTo(base, request, signal)).isTaken;
}

async function answerTo(base: string, request: CallbackRequest, signal?: AbortSignal) {
  const sent = { method: "POST", body: callbackBody(request), ...(signal && { signal }) };
  const response = await fetch(callbackUrl(base, request), sent);
  const { ActionStatus } = (await response.json()) as { ActionStatus?: string };
  return { status: response.status, isTaken: response.status === 200 && ActionStatus === "OK" };
}
