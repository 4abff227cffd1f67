/** Callbacks become events. Pure. */
import type { Expansion } from "../contract/callbacks.ts";

/** Whether more of the same callback is still to come: until then it stays unread. */
export function isFollowed({ part }: Pick<Expansion, "part">): boolean {
  return part === "more";
}

/** Whether it was the same call again: its raw body is kept already, and need not be kept twice. @param isNews whether any of its events was not known */
export function isRepeated({ events, part }: Pick<Expansion, "events" | "part">, isNews: boolean): boolean {
  return !isNews && events.length > 0 && part === undefined;
}
