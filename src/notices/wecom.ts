/** Group bots of WeCom. https://developer.work.weixin.qq.com/document/path/91770 */
import type { Bot } from "./bot.ts";
import { type Codes, readCode } from "./codes.ts";
import { bytesOf, laidText, layOut } from "./layout.ts";

/** Of a simple text. Bytes. */
const LARGEST = 2_048;

export const WECOM: Bot = {
  type: "wecom",
  name: "WeCom",
  // 20 a minute: others may write by the same bot
  paces: [{ messages: 15, perMs: 60_000 }],
  request(notice, { url, keyword }) {
    const laid = layOut(notice, keyword, (each) => bytesOf(escaped(laidText(each))) <= LARGEST);
    return { url, body: JSON.stringify({ msgtype: "text", text: { content: escaped(laidText(laid)) } }) };
  },
  read: (answer) => readCode(answer, CODES),
};

/** The simple kind has no markup but `<@name>`, which calls somebody, and nothing that would make it plain. */
function escaped(text: string): string {
  return text.replaceAll("<@", "< @");
}

const MINUTE_MS = 60_000;
const NO_BOT = "there is no such bot: copy the webhook address again";
const CODES: Codes = {
  name: "WeCom",
  code: ["errcode"],
  message: ["errmsg"],
  meanings: {
    [-1]: { tag: "later", words: "it is busy" },
    40008: { tag: "refused", words: "it does not understand the message" },
    40058: { tag: "refused", words: "it does not take the message as it is" },
    44004: { tag: "refused", words: "the message is empty" },
    45002: { tag: "refused", words: "the message is too long" },
    45009: { tag: "later", words: "too many messages in a minute", afterMs: MINUTE_MS },
    45033: { tag: "later", words: "too many messages at once", afterMs: MINUTE_MS },
    93000: { tag: "refused", words: NO_BOT },
    93008: { tag: "refused", words: "the bot is not in the group any more" },
    93017: { tag: "refused", words: NO_BOT },
  },
};
