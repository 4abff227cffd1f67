/** What telling people of trouble came to, since the process began. */
import { openTally, type Tally } from "./tally.ts";

export const NOTICE_ENDS = ["told", "failed"] as const;
export type NoticeEnding = (typeof NOTICE_ENDS)[number];

export const HEARTBEATS = ["answered", "failed", "withheld"] as const;

export interface AlarmFacts {
  /** By the way's name: `failed` counts tries. */
  readonly notices: Map<string, Tally<NoticeEnding>>;
  readonly heartbeats: Tally<(typeof HEARTBEATS)[number]>;
  /** How many alarms are on, by name: as far as this machine tells of them. */
  on: ReadonlyMap<string, number>;
  /** Whether this machine is the one that tells. */
  isTeller: boolean;
}

export function openAlarmFacts(): AlarmFacts {
  return { notices: new Map(), heartbeats: openTally(HEARTBEATS), on: new Map(), isTeller: false };
}

export function noticesOf({ notices }: Pick<AlarmFacts, "notices">, way: string): Tally<NoticeEnding> {
  const known = notices.get(way) ?? openTally(NOTICE_ENDS);
  notices.set(way, known);
  return known;
}
