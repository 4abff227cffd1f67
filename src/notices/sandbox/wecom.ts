/** Group bots of WeCom, as a stand-in: every answer is 200. */
import { asRecord } from "../../connector-tools.ts";
import { type BotVerdict, jsonOf, openLimit, type StandIn } from "./stand-in.ts";

const LONGEST_TEXT = 2_048;

export function wecom(): StandIn {
  const isTooMuch = openLimit({ messages: 20, perMs: 60_000 });
  return {
    path: (token) => `/cgi-bin/webhook/send?key=${token}`,
    answer(request, token, now) {
      if (request.path !== "/cgi-bin/webhook/send" || request.query.get("key") !== token) {
        return refusal(93000, "invalid webhook url, hint: [1700000000]");
      }
      const body = jsonOf(request);
      if (body?.msgtype !== "text") return refusal(40008, "invalid message type");
      const text = asRecord(body.text).content;
      if (typeof text !== "string" || text === "") return refusal(44004, "empty content");
      if (Buffer.byteLength(text) > LONGEST_TEXT)
        return refusal(40058, "text.content exceed max length 2048. invalid Request Parameter");
      if (isTooMuch(now)) return refusal(45009, "api freq out of limit");
      const { mentioned_list: people } = asRecord(body.text);
      const calls = /<@[^>]*>/.test(text) || (Array.isArray(people) && people.length > 0);
      return { answer: { status: 200, body: { errcode: 0, errmsg: "ok" } }, heard: { text, calls } };
    },
  };
}

function refusal(errcode: number, errmsg: string): BotVerdict {
  return { answer: { status: 200, body: { errcode, errmsg } } };
}
