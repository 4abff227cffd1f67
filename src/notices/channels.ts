/** The ways to people, from `notices:`. */
import type { NoticeSettings } from "../config/schema.ts";
import { type Bot, botChannel } from "./bot.ts";
import { DINGTALK } from "./dingtalk.ts";
import { FEISHU } from "./feishu.ts";
import type { Channel, ChannelOptions, Told } from "./notice.ts";
import { SLACK } from "./slack.ts";
import { webhookChannel } from "./webhook.ts";
import { WECOM } from "./wecom.ts";

/** By name. */
export function openChannels(
  notices: Readonly<Record<string, NoticeSettings>>,
  options: ChannelOptions,
): ReadonlyMap<string, Channel> {
  return new Map(Object.entries(notices).map(([name, settings]) => [name, steady(channelOf(name, settings, options))]));
}

/** Whoever tells by several ways must get to the next: one that throws has settings by which nothing can be written. */
function steady(channel: Channel): Channel {
  return { ...channel, send: (notice, signal) => channel.send(notice, signal).catch(() => UNWRITABLE) };
}

/** Without the error's own words, which may show what it failed at. */
const UNWRITABLE: Told = { tag: "refused", words: "no message can be made of its address and secret: copy both again" };

const BOTS: Readonly<Record<Exclude<NoticeSettings["type"], "webhook">, Bot>> = {
  slack: SLACK,
  feishu: FEISHU,
  dingtalk: DINGTALK,
  wecom: WECOM,
};

function channelOf(name: string, settings: NoticeSettings, options: ChannelOptions): Channel {
  return settings.type === "webhook"
    ? webhookChannel(name, settings, options)
    : botChannel(name, BOTS[settings.type], settings, options);
}
