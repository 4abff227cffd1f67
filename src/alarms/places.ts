/** Where in the console one sees what an alarm is about, and puts it right: paths below its address. Pure. */
import type { AlarmState } from "./alarm.ts";

export function alarmPlace({ subject, detail }: Pick<AlarmState, "subject" | "detail">): string {
  const name = encodeURIComponent(subject);
  switch (detail.of) {
    case "dead_letters":
    case "unmatched":
      return `/dead-letters?connector=${name}`;
    case "undelivered_after":
    case "paused_after":
      // why it waits, and a hand on it
      return `/connectors/${name}`;
    case "quarantine":
      return "/quarantine";
    case "held":
    case "unreached":
    case "void":
      return "/healing";
    case "unread":
    case "refused":
    case "no_callbacks_for":
    case "spool_older_than":
    case "disk_free_below":
    case "clock_off_by":
      return "/";
  }
}

/** Where all of these are seen: at their one place, or from the overview on. */
export function placeOfAll(alarms: readonly Pick<AlarmState, "subject" | "detail">[]): string {
  const [place = "/", ...others] = new Set(alarms.map(alarmPlace));
  return others.length === 0 ? place : "/";
}
