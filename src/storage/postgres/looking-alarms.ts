/** How long wishes are owed, and what else is watched: each look by index, at a bounded number of rows. */
import type { AlarmLooks, GivenUp, Owed, RosterWatched, Watched } from "../contract/alarms.ts";
import { LATEST_PASSES, MOST_ROSTERS, NO_ALARMS, NOBODY_OWED, owedOf, rosterWatchedOf } from "../rules/alarms.ts";
import { COUNTED_OFTEN } from "../rules/counts.ts";
import { numberOrNull } from "../rules/rows.ts";
import { shownAlarms } from "./alarms.ts";
import type { Transaction } from "./context.ts";
import { hasIndex } from "./indexes.ts";
import { isThere } from "./is-there.ts";

type Look = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

export function alarmLooks(look: Look): AlarmLooks {
  return {
    alarms: () =>
      look(async (transaction) => ((await isThere(transaction, "alarms")) ? shownAlarms(transaction) : NO_ALARMS)),
    owed: (connector) => look((transaction) => owed(transaction, connector)),
    givenUp: (connector, from, rows) => look((transaction) => givenUp(transaction, connector, from, rows)),
    watched: () => look(watched),
  };
}

/** Who is parked stands behind an earlier event of the same person; who is unknown over there is in the slow lane. */
const DUE = `
  SELECT count(*) AS people, min(n.event) AS event FROM (
    SELECT d.event FROM deliveries d WHERE d.connector = $1 AND d.lane = $2 AND d.state = 'waiting' AND NOT d.parked
    ORDER BY d.due_at, d.event LIMIT ${COUNTED_OFTEN + 1}) n`;

const UNROUTED = `
  SELECT count(*) AS people, min(n.seq) AS event FROM (
    SELECT e.seq, e.received_at FROM events e WHERE e.seq > $1 ORDER BY e.seq LIMIT ${COUNTED_OFTEN + 1}) n
  WHERE n.received_at >= $2`;

async function owed({ one }: Transaction, connector: string): Promise<Owed> {
  const row = await one("SELECT id, cursor, starts_at FROM connectors WHERE name = $1", connector);
  if (row === undefined) return NOBODY_OWED;
  const due = await one(DUE, Number(row.id), 0);
  const unknown = await one(DUE, Number(row.id), 1);
  const behind = await one(UNROUTED, Number(row.cursor), Number(row.starts_at));
  const receivedAt = async (event: unknown) => {
    if (event === null || event === undefined) return null;
    return numberOrNull(
      (await one("SELECT received_at FROM events WHERE seq = $1", Number(event)))?.received_at ?? null,
    );
  };
  const oldest = [await receivedAt(due?.event), await receivedAt(behind?.event)];
  const counts = { owed: Number(due?.people ?? 0), unknown: Number(unknown?.people ?? 0) };
  return owedOf(counts, Number(behind?.people ?? 0), oldest);
}

/** Where nothing has the dead in the order of their events: those that are counted. */
async function givenUp(transaction: Transaction, connector: string, from: number, rows: number): Promise<GivenUp> {
  const isInOrder = await hasIndex(transaction, "deliveries_dead_by_event");
  const id = Number((await transaction.one("SELECT id FROM connectors WHERE name = $1", connector))?.id ?? 0);
  const dead = "SELECT d.event, d.class FROM deliveries d WHERE d.connector = $1 AND d.state = 'dead'";
  const found = isInOrder
    ? await transaction.rows(`${dead} AND d.event >= $2 ORDER BY d.event LIMIT $3`, id, from, rows + 1)
    : await transaction.rows(`${dead} LIMIT $2`, id, COUNTED_OFTEN);
  const isMore = isInOrder && found.length > rows;
  const counted = isMore ? found.slice(0, rows) : found;
  const of = (which: string) => counted.filter((row) => row.class === which).length;
  const next = isMore ? Number(found.at(-1)?.event) : null;
  return { rejected: of("rejected"), expired: of("expired"), unmatched: of("unmatched"), next };
}

async function watched(transaction: Transaction): Promise<Watched> {
  const { rows, one } = transaction;
  const newest = (await isThere(transaction, "newest"))
    ? await rows("SELECT app, request_time FROM newest LIMIT 1000")
    : [];
  const unread = await one("SELECT callback FROM unread ORDER BY callback LIMIT 1");
  const oldest = unread && (await one("SELECT received_at FROM callbacks WHERE seq = $1", Number(unread.callback)));
  return {
    heardAt: Object.fromEntries(newest.map(({ app, request_time }) => [String(app), Number(request_time)])),
    unreadSince: numberOrNull(oldest?.received_at ?? null),
    rosters: (await isThere(transaction, "missing")) ? await rosters(transaction) : [],
  };
}

const HELD = `
  SELECT count(*) AS held FROM (SELECT state FROM missing WHERE app = $1 AND account = $2 LIMIT ${COUNTED_OFTEN}) n
  WHERE n.state = 'held'`;

const PASSES = `
  SELECT state, ended_at FROM passes WHERE app = $1 AND account = $2 AND ended_at IS NOT NULL AND kind = 'roster'
  ORDER BY seq DESC LIMIT ${LATEST_PASSES}`;

async function rosters({ rows, one }: Transaction): Promise<readonly RosterWatched[]> {
  const accounts = await rows(
    `SELECT app, account, unheard FROM roster_accounts ORDER BY app, account LIMIT ${MOST_ROSTERS}`,
  );
  const found: RosterWatched[] = [];
  for (const row of accounts) {
    const key = [String(row.app), String(row.account)];
    const held = await one(HELD, ...key);
    found.push(rosterWatchedOf(row, Number(held?.held ?? 0), await rows(PASSES, ...key)));
  }
  return found;
}
