/** The ways to people, from `notices:`. */
import type { NoticeSettings } from "../config/schema.ts";
import type { Channel, ChannelOptions } from "./notice.ts";
import { webhookChannel } from "./webhook.ts";

/** By name. */
export function openChannels(
  notices: Readonly<Record<string, NoticeSettings>>,
  options: ChannelOptions,
): ReadonlyMap<string, Channel> {
  return new Map(Object.entries(notices).map(([name, settings]) => [name, channelOf(name, settings, options)]));
}

function channelOf(name: string, settings: NoticeSettings, options: ChannelOptions): Channel {
  switch (settings.type) {
    case "webhook":
      return webhookChannel(name, settings, options);
  }
}
