/** Ids and times where there is no room for all of them: what is left still names them. Pure. */
import { splitId } from "../../basics/delivery-id.ts";
import { cutToWidth, displayWidth, endWithin } from "../../basics/width.ts";

/** Of an event's id, so much is nearly always unlike all others. */
const FEWEST = 8;

/**
 * `3f0c9a1b…:crm`: what begins so and ends so is taken wherever an id is (src/operations/beginnings.ts).
 * @param columns at most so many
 */
export function cutId(id: string, columns: number): string {
  if (displayWidth(id) <= columns) return id;
  const [event, connector] = splitId(id);
  const end = id.length > event.length ? `…:${connector}` : "…";
  const room = columns - displayWidth(end);
  if (room >= FEWEST) return event.slice(0, room) + end;
  const left = columns - FEWEST - 1;
  // connectors that begin alike are told apart by how they end
  return left < 4 ? cutToWidth(id, columns) : `${event.slice(0, FEWEST)}…${endWithin(connector, left)}`;
}

/** `2026-11-26T08:15:30.123Z` in so many columns: without what is below a minute, then without the year. */
export function cutTime(time: string, columns: number): string {
  if (time.length <= columns) return time;
  const [date = "", clock = ""] = time.slice(0, 16).split("T");
  if (columns >= 16) return `${date} ${clock}`;
  return columns >= 11 ? `${date.slice(5)} ${clock}` : cutToWidth(time, columns);
}
