/** What to say of a host whose clock is off. */

import { duration, time } from "../../basics/format.ts";
import type { ClockOff } from "../../storage/contract/ledger.ts";

/** More than this since it was last noticed: the bridge may have stopped; in milliseconds. */
const NOTICED_MS = 60_000;

export function clockText({ host, offMs, since, at }: ClockOff, now: number): string {
  const off = `our clock is ${Math.round(Math.abs(offMs) / 1000)} s off (${offMs > 0 ? "ahead" : "behind"}), on ${host}`;
  const noticed = now - at > NOTICED_MS ? `, last noticed ${duration(now - at)} ago` : "";
  return `${off}, since ${time(since)}${noticed}: no callback is taken as fresh; set it (NTP), then \`quarantine replay --all --stale-within\``;
}

export function clocksAsJson({ host, offMs, since, at }: ClockOff): Record<string, unknown> {
  return { host, offSeconds: Math.round(offMs / 1000), since: time(since), lastNoticed: time(at) };
}
