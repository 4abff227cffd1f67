/** The ways to people, from `notices:`. */
import type { NoticeSettings } from "../config/schema.ts";
import { type Bot, botChannel } from "./bot.ts";
import { DINGTALK } from "./dingtalk.ts";
import { FEISHU } from "./feishu.ts";
import type { Channel, ChannelOptions } from "./notice.ts";
import { SLACK } from "./slack.ts";
import { webhookChannel } from "./webhook.ts";
import { WECOM } from "./wecom.ts";

/** By name. */
export function openChannels(
  notices: Readonly<Record<string, NoticeSettings>>,
  options: ChannelOptions,
): ReadonlyMap<string, Channel> {
  return new Map(Object.entries(notices).map(([name, settings]) => [name, channelOf(name, settings, options)]));
}

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
