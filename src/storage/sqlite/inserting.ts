/** Events into their table. */
import type { Event } from "../../connector.ts";
import { healedFactsOf } from "../rules/rows.ts";
import type { Context } from "./context.ts";

/** @param storedAt when its callback was on disk. False where the event is known already */
export function insertEvent(context: Context, callback: number, event: Event, storedAt: number | null): boolean {
  const inserted = context.run(
    `INSERT INTO events (id, callback, kind, app, official_account, user, operator, by_admin, platform, client_ip,
       event_time, received_at, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ...[event.id, callback, event.kind, event.app, event.officialAccount, event.user, event.operator],
    ...[event.byAdmin ? 1 : 0, event.platform, event.clientIp, event.eventTime, event.receivedAt, storedAt],
  );
  const facts = inserted === 0 ? null : healedFactsOf(event);
  if (facts !== null) context.run("INSERT INTO healed_facts VALUES (?, ?)", eventNumber(context, event), facts);
  return inserted > 0;
}

/** The number of an event that is stored. */
export function eventNumber({ one }: Pick<Context, "one">, { id, eventTime }: Pick<Event, "id" | "eventTime">): number {
  return Number(one("SELECT seq FROM events WHERE event_time = ? AND id = ?", eventTime, id)?.seq);
}
