/** Custom bots of DingTalk. https://open.dingtalk.com/document/robots/custom-robot-access */
import { createHmac } from "node:crypto";
import type { Bot } from "./bot.ts";
import { type Codes, type NoticeMeaning, readCode } from "./codes.ts";
import { bytesOf, type Laid, laidText, layOut } from "./layout.ts";

/** DingTalk takes bodies of 20,000 bytes at most. */
const LARGEST = 19_000;

export const DINGTALK: Bot = {
  type: "dingtalk",
  name: "DingTalk",
  // 20 a minute, and whoever sends more is blocked for ten: others may write by the same bot
  paces: [{ messages: 15, perMs: 60_000 }],
  request(notice, { url, secret, keyword }, now) {
    const laid = layOut(notice, keyword, (each) => bytesOf(bodyOf(each)) <= LARGEST);
    return { url: secret === undefined ? url : signed(url, secret, now), body: bodyOf(laid) };
  },
  read: (answer) => readCode(answer, CODES),
};

/** The simple kind has no markup, and calls nobody who is not listed beside it. */
function bodyOf(laid: Laid): string {
  return JSON.stringify({ msgtype: "text", text: { content: laidText(laid) }, at: { isAtAll: false } });
}

function signed(address: string, secret: string, now: number): string {
  const url = new URL(address);
  url.searchParams.set("timestamp", String(now));
  url.searchParams.set("sign", dingtalkSign(String(now), secret));
  return url.href;
}

/** @param timestamp milliseconds since 1970 */
export function dingtalkSign(timestamp: string, secret: string): string {
  return createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
}

const BLOCKED_MS = 10 * 60_000;
const CODES: Codes = {
  name: "DingTalk",
  code: ["errcode"],
  message: ["errmsg"],
  meanings: {
    [-1]: { tag: "later", words: "it is busy" },
    40035: { tag: "refused", words: "it does not understand the message" },
    130101: {
      tag: "later",
      words: "too many messages in a minute: it takes none for ten minutes",
      afterMs: BLOCKED_MS,
    },
    300001: { tag: "refused", words: "there is no such bot: copy the webhook address again" },
    310000: refusedBySecurity,
    460101: { tag: "refused", words: "the message is too long" },
  },
};

/** One code for three settings of the bot; its words tell which. */
function refusedBySecurity(message: string): NoticeMeaning {
  const words = /keyword|关键词/i.test(message)
    ? "the bot wants a keyword in each message: write it as `keyword`"
    : /timestamp/i.test(message)
      ? "its clock and this machine's differ by more than an hour: put the clock right"
      : /sign|签名/i.test(message)
        ? "the signature does not fit: copy `secret` again from the bot's settings"
        : /ip/i.test(message)
          ? "this machine's address is not among those that the bot's settings allow"
          : "the bot's security settings refuse it: look at keyword, signature and addresses there";
  return { tag: "refused", words };
}
