/** Looks at a SQLite store, each at a bounded number of rows. */
import type { AuditFilter, AuditRow } from "../contract/audit.ts";
import type { QuarantineEntry } from "../contract/callbacks.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import { NoPlace } from "../contract/questions.ts";
import { auditLook, walkedBy } from "../rules/audit.ts";
import { fitting, PAGE_BYTES } from "../rules/bounds.ts";
import { behindHex, numberFrom, toQuarantinePlace } from "../rules/places.ts";
import { connectorOf, editedEntryOf } from "../rules/rows.ts";
import { STORED_ROWS, searchSince } from "../rules/since.ts";
import type { Row } from "./context.ts";
import { editsOf } from "./editing.ts";
import { alarmLooks } from "./looking-alarms.ts";
import { eventsLook } from "./looking-events.ts";
import { ledgerLooks } from "./looking-ledger.ts";
import { personLooks } from "./looking-person.ts";
import { rosterLooks } from "./looking-roster.ts";
import { planLooks } from "./plans/looking.ts";
import { isThere, type Reading, type SyncLooks } from "./reading.ts";
import { samplesLooked } from "./samples.ts";
import { presenceOperations } from "./serving-bridges.ts";
import { statusOperations } from "./status.ts";

export function sqliteLooks(reading: Reading): SyncLooks {
  const { all, one, now } = reading;
  return {
    ...statusOperations(reading),
    ...ledgerLooks(reading),
    ...personLooks(reading),
    ...alarmLooks(reading),
    ...rosterLooks(reading),
    ...planLooks(reading),
    connectors: () => all("SELECT * FROM connectors ORDER BY id").map(connectorOf),
    connector(name) {
      const row = one("SELECT * FROM connectors WHERE name = ?", name);
      return row === undefined ? null : connectorOf(row);
    },
    bridges() {
      // one that an older release has made has none
      if (!isThere(reading, "bridges")) return [];
      return presenceOperations({ all, now, run: () => 0 }).bridges();
    },
    firstSince: (since) => firstSince(reading, since),
    samples: (minutes, since) => samplesLooked(reading, minutes, since),
    events: (since, floor, options) => eventsLook(reading, since, floor, options),
    quarantined: (options) => quarantined(reading, options),
    audited: (filter, options) => audited(reading, filter, options),
    quarantineIds: (beginning, options) => quarantineIds(reading, beginning, options),
    quarantineEntry(id) {
      const row = one("SELECT * FROM quarantine WHERE id = ?", id);
      return row === undefined ? null : editedEntryOf(row, editsThere(reading, [row], true));
    },
  };
}

function firstSince({ all, one }: Reading, since: number): number {
  // asked apart: both in one statement would read the whole table
  const end = (most: "min" | "max") => Number(one(`SELECT ${most}(seq) AS seq FROM events`)?.seq ?? 0);
  const search = searchSince(since, { first: end("min"), last: end("max") });
  for (let step = search.next(); ; ) {
    if (step.done === true) return step.value;
    const rows = all(`SELECT seq, stored_at FROM events WHERE seq >= ? ORDER BY seq LIMIT ${STORED_ROWS}`, step.value);
    step = search.next(
      rows.map(({ seq, stored_at: at }) => ({ seq: Number(seq), storedAt: at === null ? null : Number(at) })),
    );
  }
}

/** An entry's number, or its id. */
function quarantinePlace({ one }: Reading, from: string | null): number {
  const place = toQuarantinePlace(from);
  if (typeof place === "number") return place;
  const found = one("SELECT seq FROM quarantine WHERE id = ?", place.id);
  if (found === undefined) throw new NoPlace();
  return Number(found.seq);
}

/** One that an older release has made knows of none. */
function editsThere(reading: Reading, rows: readonly Row[], isWhole = false): Row[] {
  return isThere(reading, "edited") ? editsOf(reading, rows, isWhole) : [];
}

function quarantined(reading: Reading, { from, rows, limit }: LookOptions): Look<QuarantineEntry> {
  const most = Math.min(rows, limit);
  const { all } = reading;
  const place = quarantinePlace(reading, from);
  const sizes = all(
    "SELECT seq, length(body) AS size FROM quarantine WHERE seq > ? ORDER BY seq LIMIT ?",
    ...[place, most],
  );
  const fit = fitting(
    sizes.map(({ size }) => Number(size)),
    PAGE_BYTES,
  );
  const found = all("SELECT * FROM quarantine WHERE seq > ? ORDER BY seq LIMIT ?", place, fit);
  const edits = editsThere(reading, found);
  const isAll = found.length === sizes.length && sizes.length < most;
  return {
    found: found.map((row) => editedEntryOf(row, edits)),
    looked: sizes.length,
    next: isAll ? null : String(found.at(-1)?.seq ?? place),
  };
}

function quarantineIds({ all }: Reading, beginning: string, { from, rows, limit }: LookOptions): Look<string> {
  const most = Math.min(rows, limit);
  const found = all(
    `SELECT id FROM quarantine WHERE id ${from === null ? ">=" : ">"} ? AND id < ? ORDER BY id LIMIT ?`,
    ...[from ?? beginning, behindHex(beginning), most],
  ).map(({ id }) => String(id));
  return { found, looked: found.length, next: found.length < most ? null : (found.at(-1) ?? null) };
}

function audited(reading: Reading, filter: AuditFilter, options: LookOptions): Look<AuditRow> {
  // one that an older release has made has none
  if (!isThere(reading, "audit")) return { found: [], looked: 1, next: null };
  const { all, one } = reading;
  const { from, rows } = options;
  const { since, until } = filter;
  const by = walkedBy(filter);
  // rows are numbered as they are begun
  const firstAt = (at: number) => one("SELECT seq FROM audit WHERE at >= ? ORDER BY at, seq LIMIT 1", at)?.seq;
  const first = since === undefined ? 0 : firstAt(since);
  const behind = until === undefined ? undefined : firstAt(until);
  const walked = all(
    `SELECT * FROM audit WHERE ${by === undefined ? "" : `${by.column} = ? AND `}seq < ? AND seq >= ?
     ORDER BY seq DESC LIMIT ?`,
    ...(by === undefined ? [] : [by.value]),
    ...[from === null ? Number(behind ?? Number.MAX_SAFE_INTEGER) : numberFrom(from)],
    ...[Number(first ?? Number.MAX_SAFE_INTEGER), rows],
  );
  return auditLook(walked, filter, options);
}
