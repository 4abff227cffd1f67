/** How long wishes are owed, and what else is watched: each look by index, at a bounded number of rows. */
import type { GivenUp, Watched } from "../contract/alarms.ts";
import { LATEST_PASSES, MOST_ROSTERS, NO_ALARMS, NOBODY_OWED, owedOf, rosterWatchedOf } from "../rules/alarms.ts";
import { COUNTED_OFTEN } from "../rules/counts.ts";
import { shownAlarms } from "./alarms.ts";
import type { Row } from "./context.ts";
import { isThere, type Reading, type SyncLooks } from "./reading.ts";
import { oldestUnrouted, unrouted } from "./status.ts";

/** One behind the bound says that there are more. */
const MOST = COUNTED_OFTEN + 1;

export function alarmLooks(reading: Reading): Pick<SyncLooks, "alarms" | "owed" | "givenUp" | "watched"> {
  const { one } = reading;
  return {
    // one that an older release has made has none
    alarms: () => (isThere(reading, "alarms") ? shownAlarms(reading) : NO_ALARMS),

    owed(connector) {
      const row = one("SELECT id, cursor, starts_at FROM connectors WHERE name = ?", connector);
      if (row === undefined) return NOBODY_OWED;
      const [id, cursor, startsAt] = [Number(row.id), Number(row.cursor), Number(row.starts_at)];
      // who is parked stands behind an earlier event of the same person; who is unknown over there is in the slow lane
      const due = `SELECT event FROM deliveries WHERE connector = ? AND lane = ? AND state = 'waiting' AND parked IS NULL
        ORDER BY due_at, event LIMIT ${MOST}`;
      const found = one(`SELECT count(*) AS people, min(event) AS event FROM (${due})`, id, 0);
      const unknown = one(`SELECT count(*) AS people FROM (${due})`, id, 1);
      const event = found?.event ?? null;
      const oldest = event === null ? undefined : one("SELECT received_at FROM events WHERE seq = ?", event);
      const behind = unrouted(reading, cursor, startsAt, MOST);
      const counts = { owed: Number(found?.people ?? 0), unknown: Number(unknown?.people ?? 0) };
      return owedOf(counts, behind.count, [
        oldest === undefined ? null : Number(oldest.received_at),
        oldestUnrouted(reading, cursor, startsAt, MOST),
      ]);
    },

    givenUp: (connector, from, rows) => givenUp(reading, connector, from, rows),
    watched: () => watched(reading),
  };
}

function givenUp({ all, one }: Reading, connector: string, from: number, rows: number): GivenUp {
  const id = one("SELECT id FROM connectors WHERE name = ?", connector)?.id ?? 0;
  const page = `SELECT event, class FROM deliveries INDEXED BY deliveries_dead WHERE connector = ? AND state = 'dead' AND event >= ? ORDER BY event LIMIT ?`;
  const found = all(page, id, from, rows + 1);
  const next = found.length > rows ? Number(found.at(-1)?.event) : null;
  const counted = found.slice(0, rows);
  const of = (which: string) => counted.filter((row) => row.class === which).length;
  return { rejected: of("rejected"), expired: of("expired"), unmatched: of("unmatched"), next };
}

function watched(reading: Reading): Watched {
  const { all, one } = reading;
  const newest = isThere(reading, "newest") ? all("SELECT app, request_time FROM newest LIMIT 1000") : [];
  const upto = one("SELECT upto FROM reading")?.upto ?? 0;
  const unread = one("SELECT received_at FROM callbacks WHERE seq > ? ORDER BY seq LIMIT 1", upto);
  return {
    heardAt: Object.fromEntries(newest.map(({ app, request_time }) => [String(app), Number(request_time)])),
    unreadSince: unread === undefined ? null : Number(unread.received_at),
    rosters: isThere(reading, "missing") ? rosters(reading) : [],
  };
}

function rosters({ all, one }: Reading): Watched["rosters"] {
  const accounts = all(`SELECT app, account, unheard FROM roster_accounts ORDER BY app, account LIMIT ${MOST_ROSTERS}`);
  return accounts.map((row: Row) => {
    const [app, account] = [String(row.app), String(row.account)];
    const first = `SELECT state FROM missing WHERE app = ? AND account = ? LIMIT ${COUNTED_OFTEN}`;
    const held = one(`SELECT count(*) AS held FROM (${first}) WHERE state = 'held'`, app, account);
    const passes = all(
      `SELECT state, ended_at FROM passes WHERE app = ? AND account = ? AND ended_at IS NOT NULL AND kind = 'roster'
       ORDER BY seq DESC LIMIT ${LATEST_PASSES}`,
      ...[app, account],
    );
    return rosterWatchedOf(row, Number(held?.held ?? 0), passes);
  });
}
