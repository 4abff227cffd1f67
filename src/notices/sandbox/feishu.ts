/** Custom bots of Feishu and Lark, as a stand-in: every answer is 200. */
import { createHmac } from "node:crypto";
import { asRecord } from "../../connector-tools.ts";
import { type BotVerdict, HOUR_MS, jsonOf, openLimit, type StandIn, type StandInOptions } from "./stand-in.ts";

const LARGEST = 20 * 1024;

export function feishu({ secret, keyword }: StandInOptions): StandIn {
  const limits = [openLimit({ messages: 5, perMs: 1_000 }), openLimit({ messages: 100, perMs: 60_000 })];
  const path = (token: string) => `/open-apis/bot/v2/hook/${token}`;
  return {
    path,
    answer(request, token, now) {
      if (request.path !== path(token)) return refusal(19001, "param invalid: incoming webhook access token invalid");
      const body = jsonOf(request);
      if (body === undefined || Buffer.byteLength(request.body) > LARGEST) return refusal(9499, "Bad Request");
      if (secret !== undefined && !isSigned(body, secret, now)) {
        return refusal(19021, "sign match fail or timestamp is not within one hour from current time");
      }
      const text = textOf(body);
      if (text === undefined) return refusal(19002, "params error, msg_type need");
      if (keyword !== undefined && !text.includes(keyword)) return refusal(19024, "Key Words Not Found");
      if (limits.some((isTooMuch) => isTooMuch(now)))
        return refusal(11232, "frequency limited psm[lark.oapi.app_platform]");
      const calls = body.msg_type === "text" && /<at /.test(text);
      const answer = { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" };
      return { answer: { status: 200, body: answer }, heard: { text, calls } };
    },
  };
}

function refusal(code: number, msg: string): BotVerdict {
  return { answer: { status: 200, body: { code, data: {}, msg } } };
}

/** Seconds, an hour old at most; the key is time and secret, and nothing is signed with it. */
function isSigned({ timestamp, sign }: Readonly<Record<string, unknown>>, secret: string, now: number): boolean {
  if (typeof timestamp !== "string" || !/^\d{10}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1_000) > HOUR_MS) return false;
  return sign === createHmac("sha256", `${timestamp}\n${secret}`).digest("base64");
}

function textOf({ msg_type, content }: Readonly<Record<string, unknown>>): string | undefined {
  const given = asRecord(content);
  if (msg_type === "text") return typeof given.text === "string" && given.text !== "" ? given.text : undefined;
  if (msg_type !== "post") return undefined;
  const post = asRecord(asRecord(given.post).zh_cn);
  const rows = Array.isArray(post.content) ? post.content : [];
  const lines = rows.map((row: unknown) =>
    (Array.isArray(row) ? row : []).map((part: unknown) => String(asRecord(part).text ?? "")).join(""),
  );
  return typeof post.title === "string" ? [post.title, ...lines].join("\n") : undefined;
}
