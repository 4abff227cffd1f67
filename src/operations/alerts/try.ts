/** Sends one message, marked as a test, by each way that `alerts.to` names. */
import { randomUUID } from "node:crypto";
import { testNotice } from "../../alarms/digest.ts";
import type { Config } from "../../config/checked-config.ts";
import { openChannels } from "../../notices/channels.ts";
import type { ChannelType, Told } from "../../notices/notice.ts";
import { Refused, said } from "../refused.ts";

export interface Tried {
  readonly name: string;
  readonly type: ChannelType;
  readonly told: Told;
}

const LONGEST_MS = 20_000;

/** Rejects with `Refused` where nobody is to be told. @param version of this program */
export async function tryAlerts({ alerts, notices, name: bridge }: Config, version: string): Promise<readonly Tried[]> {
  if (alerts === undefined) {
    throw new Refused("unknown", said("alerts_absent"));
  }
  const channels = openChannels(notices, { userAgent: `unsub-bridge/${version}`, clock: Date.now });
  const about = { language: alerts.language, console: alerts.console };
  const notice = testNotice({ ...about, id: randomUUID(), bridge, now: Date.now() });
  const signal = AbortSignal.timeout(LONGEST_MS);
  return Promise.all(
    alerts.to
      .flatMap((name) => channels.get(name) ?? [])
      .map(async (channel) => ({ name: channel.name, type: channel.type, told: await channel.send(notice, signal) })),
  );
}
