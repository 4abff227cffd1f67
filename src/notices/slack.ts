/**
 * Slack's incoming webhooks. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and
 * https://docs.slack.dev/messaging/formatting-message-text
 */
import type { Bot, BotAnswer } from "./bot.ts";
import { laidText, layOut } from "./layout.ts";
import type { Told } from "./notice.ts";

/** Slack parts longer texts into several messages. Characters. */
const LONGEST = 4_000;

export const SLACK: Bot = {
  type: "slack",
  name: "Slack",
  paces: [{ messages: 1, perMs: 1_000 }],
  request(notice, { url, keyword }) {
    const laid = layOut(notice, keyword, (each) => escaped(laidText(each)).length <= LONGEST);
    const text = escaped(laidText(laid));
    // `mrkdwn`: stars and underscores of ours are no markup
    return { url, body: JSON.stringify({ text, mrkdwn: false, unfurl_links: false, unfurl_media: false }) };
  },
  read: readSlack,
};

/** `<!channel>` in a foreign text would call everybody. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const MEANINGS: Readonly<Record<string, string>> = {
  invalid_token: "the address was withdrawn: make a new one in Slack and copy it",
  no_service: "the address was withdrawn, or is not whole: copy it again from Slack",
  no_team: "the address is not whole: copy it again from Slack",
  channel_not_found: "the channel is gone: make a new address for another one",
  channel_is_archived: "the channel is archived: make a new address for another one",
  action_prohibited: "an administrator of Slack has restricted who may post there",
  user_not_found: "the person to whom the address belongs is gone: make a new one",
};

function readSlack({ status, text }: BotAnswer): Told | undefined {
  const word = text.trim();
  if (status === 200) return word === "ok" ? { tag: "told" } : undefined;
  if (!/^[a-z][a-z_]{2,60}$/.test(word)) return undefined;
  const meaning = MEANINGS[word];
  return { tag: "refused", words: `Slack: HTTP ${status} ${word}${meaning === undefined ? "" : `: ${meaning}`}` };
}
