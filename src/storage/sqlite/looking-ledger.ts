/** The ledger of a SQLite store, walked in bounded steps. */
import { deliveryIdOf, splitId } from "../../basics/delivery-id.ts";
import type { LedgerEntry } from "../contract/ledger.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import type { LedgerFilter } from "../contract/questions.ts";
import { contentColumns, contentOf, isContentMeant } from "../rules/ledger-content.ts";
import { cut, lastOf, merged, type Run } from "../rules/ledger-walk.ts";
import { ledgerPlace, numberFrom, toLedgerPlace } from "../rules/places.ts";
import type { Row } from "./context.ts";
import { eventIdsOf } from "./event-ids.ts";
import { connectorsOf } from "./filters.ts";
import { personLedger } from "./looking-person.ts";
import { entriesOf, originsOf, type Reading, type SyncLooks } from "./reading.ts";

export function ledgerLooks(reading: Reading): Pick<SyncLooks, "ledger" | "delivery" | "deliveryIds"> {
  return {
    ledger(filter, floor, options) {
      const { user } = filter;
      return user === undefined
        ? wholeLedger(reading, filter, floor, options)
        : personLedger(reading, { ...filter, user }, options);
    },
    delivery: (id, options) => oneDelivery(reading, id, options),
    deliveryIds: (beginning, options) => idsOf(reading, beginning, options),
  };
}

function wholeLedger(
  reading: Reading,
  filter: LedgerFilter,
  floor: number,
  { from, rows, limit }: LookOptions,
): Look<LedgerEntry> {
  const connectors = connectorsOf(reading, filter).map(({ id }) => Number(id));
  const origins = originsOf(reading);
  const begun = from === null ? undefined : toLedgerPlace(from);
  const at = begun && { event: begun.event, connector: origins.numberOf(begun.origin) };
  const each = Math.max(1, Math.floor(rows / Math.max(1, connectors.length)));
  const runs = connectors.map((connector) => {
    const last = at === undefined ? Number.MAX_SAFE_INTEGER : lastOf(connector, at);
    return runOf(reading, filter, { connector, floor, last, rows: each });
  });
  const { chosen, place: next } = cut(merged(runs), filter, limit);
  return {
    found: entriesOf(reading, chosen).filter((entry) => isContentMeant(entry, filter)),
    looked: runs.reduce((sum, { keys }) => sum + keys.length, 0) + chosen.length,
    next: next && ledgerPlace({ event: next.event, origin: origins.originOf(next.connector) }),
    ...(next !== null && storedAt(reading, next.event)),
  };
}

interface Part {
  readonly connector: number;
  readonly floor: number;
  readonly last: number;
  readonly rows: number;
}

/** By the index of what waits, or of what is dead, where only these are meant. */
function runOf({ all }: Reading, filter: LedgerFilter, { connector, floor, last, rows }: Part): Run {
  const [state] = filter.states?.length === 1 ? filter.states : [];
  const index = state === "dead" || state === "waiting" ? `INDEXED BY deliveries_${state}` : "";
  const found = all(
    `SELECT d.event, d.state, d.class${contentColumns(filter)} FROM deliveries d ${index} WHERE d.connector = ? AND d.event <= ? AND d.event >= ?
       ${index === "" ? "" : `AND d.state = '${state}'`} ORDER BY d.event DESC LIMIT ?`,
    ...[connector, last, floor, rows],
  );
  const keys = found.map((row) => ({
    event: Number(row.event),
    connector,
    state: String(row.state),
    class: row.class === null ? null : String(row.class),
    ...contentOf(row, filter),
  }));
  return { keys, more: keys.length === rows };
}

/** What was received later than this event was stored has a higher number. */
function storedAt({ one }: Reading, event: number): { readonly backTo?: number } {
  const at = one("SELECT stored_at FROM events WHERE seq = ?", event)?.stored_at;
  return typeof at === "number" ? { backTo: at } : {};
}

/** Events have no index by id: one that was read a moment ago is remembered, others are looked for from the newest on. */
function oneDelivery(reading: Reading, id: string, { from, rows }: LookOptions): Look<LedgerEntry> {
  const [eventId, origin] = splitId(id);
  const connector = reading.one("SELECT id FROM connectors WHERE origin = ?", origin)?.id;
  if (connector === undefined) return { found: [], looked: 1, next: null };
  const entry = (event: number) => entriesOf(reading, [{ connector: Number(connector), event }]);
  const known = eventIdsOf(reading).remembered(eventId);
  if (known !== undefined && from === null) {
    const found = entry(known);
    if (found.length > 0) return { found, looked: 1, next: null };
  }
  const events = eventsBehind(reading, from, rows);
  const match = events.find((event) => event.id === eventId);
  if (match !== undefined) return { found: entry(Number(match.seq)), looked: events.length, next: null };
  return { found: [], looked: events.length, next: events.length < rows ? null : placeOf(events.at(-1)) };
}

/** All events are looked at: who wants to know of one that it is the only one cannot stop at it. */
function idsOf(reading: Reading, beginning: string, { from, rows, limit }: LookOptions): Look<string> {
  const connectors = reading.all("SELECT id, origin FROM connectors ORDER BY id");
  const isThere = (connector: number, event: number) =>
    reading.one("SELECT 1 FROM deliveries WHERE connector = ? AND event = ?", connector, event) !== undefined;
  const events = eventsBehind(reading, from, rows);
  const found: string[] = [];
  for (const [index, { id, seq }] of events.entries()) {
    if (!String(id).startsWith(beginning)) continue;
    // who has found it asks for it next
    eventIdsOf(reading).remember([{ id: String(id), seq: Number(seq) }]);
    const own = connectors.filter((connector) => isThere(Number(connector.id), Number(seq)));
    found.push(...own.map(({ origin }) => deliveryIdOf(String(id), String(origin))));
    if (found.length >= limit) return { found, looked: index + 1 + found.length, next: placeOf(events[index]) };
  }
  const next = events.length < rows ? null : placeOf(events.at(-1));
  return { found, looked: events.length + found.length, next };
}

/** Newest first. */
function eventsBehind(reading: Reading, from: string | null, rows: number): Row[] {
  const behind = from === null ? Number.MAX_SAFE_INTEGER : numberFrom(from);
  return reading.all("SELECT seq, id FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?", behind, rows);
}

const placeOf = (event: Row | undefined): string | null => (event === undefined ? null : String(event.seq));
