/** The order of one person's events: by event time, at one time `subscribed` before `unsubscribed`, then as they came. Pure. */
import type { Event } from "../../connector.ts";

/** Event time and rank in one number. Events of one turn go in the order of their `seq`. */
export function placeOf({ eventTime, kind }: Pick<Event, "eventTime" | "kind">): number {
  return 2 * eventTime + (kind === "unsubscribed" ? 1 : 0);
}
