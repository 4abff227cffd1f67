/**
 * Custom bots of Feishu, and of Lark, which differs in its host alone.
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
import { createHmac } from "node:crypto";
import type { Bot, BotSettings } from "./bot.ts";
import { type Codes, readCode } from "./codes.ts";
import { bytesOf, type Laid, layOut } from "./layout.ts";

/** Feishu takes bodies of 20 KB at most, and some of it is ours. Bytes. */
const LARGEST = 19_000;

export const FEISHU: Bot = {
  type: "feishu",
  name: "Feishu",
  paces: [
    { messages: 5, perMs: 1_000 },
    { messages: 100, perMs: 60_000 },
  ],
  request(notice, settings, now) {
    const laid = layOut(notice, settings.keyword, (each) => bytesOf(bodyOf(each, settings, now)) <= LARGEST);
    return { url: settings.url, body: bodyOf(laid, settings, now) };
  },
  read: (answer) => readCode(answer, CODES),
};

/** Rich text: its plain parts are shown as they are, where the simple kind would take `<at user_id="all">` for a call to everybody. */
function bodyOf({ title, lines }: Laid, { secret }: BotSettings, now: number): string {
  const content = lines.map((text) => [{ tag: "text", text }]);
  const post = { zh_cn: { title, content } };
  return JSON.stringify({ ...signature(secret, now), msg_type: "post", content: { post } });
}

function signature(secret: string | undefined, now: number): object {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now / 1_000));
  return { timestamp, sign: feishuSign(timestamp, secret) };
}

/** The key is what others would sign; the message is empty. @param timestamp seconds since 1970 */
export function feishuSign(timestamp: string, secret: string): string {
  return createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64");
}

const MINUTE_MS = 60_000;
const CODES: Codes = {
  name: "Feishu",
  code: ["code", "StatusCode"],
  message: ["msg", "StatusMessage"],
  meanings: {
    9499: { tag: "refused", words: "it does not understand the message; `url` may be that of another kind of bot" },
    11232: { tag: "later", words: "too many messages at once; at full and half hours it is busy", afterMs: MINUTE_MS },
    19001: { tag: "refused", words: "there is no such bot: copy the webhook address again" },
    19002: { tag: "refused", words: "it does not understand the message" },
    19021: {
      tag: "refused",
      words:
        "the signature does not fit: copy `secret` again from the bot's settings, and see that this machine's clock is right",
    },
    19022: { tag: "refused", words: "this machine's address is not among those that the bot's settings allow" },
    19024: { tag: "refused", words: "the bot wants a keyword in each message: write it as `keyword`" },
  },
};
