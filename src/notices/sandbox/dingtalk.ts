/** Custom bots of DingTalk, as a stand-in: every answer is 200. */
import { createHmac } from "node:crypto";
import { asRecord } from "../../connector-tools.ts";
import { type BotVerdict, HOUR_MS, jsonOf, openLimit, type StandIn, type StandInOptions } from "./stand-in.ts";

const LARGEST = 20_000;

export function dingtalk({ secret, keyword }: StandInOptions): StandIn {
  const isTooMuch = openLimit({ messages: 20, perMs: 60_000, blockedMs: 600_000 });
  return {
    path: (token) => `/robot/send?access_token=${token}`,
    answer(request, token, now) {
      const { query } = request;
      if (request.path !== "/robot/send" || query.get("access_token") !== token)
        return refusal(300001, "token is not exist");
      const unsigned = secret === undefined ? undefined : signatureFault(query, secret, now);
      if (unsigned !== undefined) return refusal(310000, unsigned);
      const body = jsonOf(request);
      if (body === undefined) return refusal(40035, "缺少参数 json");
      if (Buffer.byteLength(request.body) > LARGEST) return refusal(460101, "message too long, exceed 20000 bytes");
      const text = asRecord(body.text).content;
      if (body.msgtype !== "text" || typeof text !== "string" || text === "") return refusal(40035, "缺少参数 text");
      if (keyword !== undefined && !text.includes(keyword)) return refusal(310000, "keywords not in content");
      if (isTooMuch(now)) return refusal(130101, "send too fast, exceed 20 times per minute");
      const { atMobiles, isAtAll } = asRecord(body.at);
      const calls = isAtAll === true || (Array.isArray(atMobiles) && atMobiles.length > 0);
      return { answer: { status: 200, body: { errcode: 0, errmsg: "ok" } }, heard: { text, calls } };
    },
  };
}

function refusal(errcode: number, errmsg: string): BotVerdict {
  return { answer: { status: 200, body: { errcode, errmsg } } };
}

/** Milliseconds, an hour old at most; time and secret, signed with the secret. */
function signatureFault(query: URLSearchParams, secret: string, now: number): string | undefined {
  const timestamp = query.get("timestamp") ?? "";
  if (!/^\d{13}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > HOUR_MS) return "invalid timestamp";
  const wanted = createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
  return query.get("sign") === wanted ? undefined : "sign not match";
}
