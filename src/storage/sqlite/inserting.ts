/** Events and callbacks into their tables. */
import type { Event } from "../../connector.ts";
import { healedColumn } from "../rules/rows.ts";
import type { Context } from "./context.ts";

/** @param storedAt when its callback was on disk. Returns its number; undefined where it is known already */
export function insertEvent(
  { one, run }: Pick<Context, "one" | "run">,
  callback: number,
  event: Event,
  storedAt: number | null,
): number | undefined {
  const fresh = run(
    `INSERT INTO events (id, callback, kind, app, official_account, user, operator, by_admin, platform, client_ip,
       event_time, received_at, stored_at, healed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ...[event.id, callback, event.kind, event.app, event.officialAccount, event.user, event.operator],
    ...[event.byAdmin ? 1 : 0, event.platform, event.clientIp, event.eventTime, event.receivedAt, storedAt],
    healedColumn(event),
  );
  return fresh === 0 ? undefined : Number(one("SELECT last_insert_rowid() AS seq")?.seq);
}
