/** What could not be understood, or came stale, kept raw and within bounds. */
import type { QuarantineEntry } from "../contract/callbacks.ts";
import {
  type Dropped,
  ENTRY_BYTES,
  type Kept,
  keptOf,
  MOST_DROPPED,
  NOTHING_DROPPED,
  parted,
  roomBeside,
  type Sum,
  standingOf,
} from "../rules/quarantine-bounds.ts";
import { editedEntryOf } from "../rules/rows.ts";
import type { Context, Operations, Row } from "./context.ts";
import { editsOf } from "./editing.ts";

type QuarantineOperations = Pick<Operations, "quarantined" | "quarantineEntry">;
/** Rows that are looked at together. */
const VICTIMS = 100;

/** Keeps entries that are not kept yet. @param most bytes of the whole quarantine; no bound unless given */
export function keepQuarantine(context: Context, entries: readonly QuarantineEntry[], most?: number): Kept {
  if (entries.length === 0) return {};
  const isKept = ({ id }: QuarantineEntry) => context.one("SELECT 1 FROM quarantine WHERE id = ?", id) !== undefined;
  const all = parted(entries, isKept, roomBeside(sumsOf(context)));
  for (const entry of all.added) insert(context, entry);
  const isBounded = most !== undefined && all.added.length > 0;
  const { outside, ...kept } = keptOf(all, isBounded ? dropAbove(context, most, MOST_DROPPED) : NOTHING_DROPPED);
  for (const id of outside) context.run("DELETE FROM quarantine WHERE id = ?", id);
  return kept;
}

/**
 * Removes what the quarantine has above `most` bytes: stale entries that lay far behind, then other stale ones, both from the
 * oldest RequestTime on, then the oldest. At most `rows` of them; `more` says that there would be more.
 */
export function dropAbove(context: Context, most: number, rows: number): Dropped {
  const ids = new Set<string>();
  let excess = number(context.one("SELECT sum(bytes) AS n FROM quarantine_sums")) - most;
  while (excess > 0 && ids.size < rows) {
    const victims = nextVictims(context);
    if (victims.length === 0) break;
    for (const { seq, id, size } of victims) {
      if (excess <= 0 || ids.size >= rows) break;
      context.run("DELETE FROM quarantine WHERE seq = ?", Number(seq));
      ids.add(String(id));
      excess -= Number(size);
    }
  }
  return { ids, more: excess > 0 && ids.size >= rows };
}

const VICTIM = `seq, id, length(body) + ${ENTRY_BYTES} AS size`;

function nextVictims({ one, all }: Context): Row[] {
  // by name: far before near
  const first = one("SELECT * FROM quarantine_times ORDER BY standing, request_time, app LIMIT 1");
  if (first === undefined) return all(`SELECT ${VICTIM} FROM quarantine ORDER BY seq LIMIT ${VICTIMS}`);
  return all(
    `SELECT ${VICTIM} FROM quarantine WHERE app = ? AND request_time = ? AND standing = ? ORDER BY seq LIMIT ${VICTIMS}`,
    ...[String(first.app), Number(first.request_time), String(first.standing)],
  );
}

function sumsOf({ one }: Context) {
  const sum = (row: Row | undefined): Sum => ({ entries: Number(row?.entries ?? 0), bytes: Number(row?.bytes ?? 0) });
  return {
    ofTime: (app: string, requestTime: number) =>
      sum(
        one(
          `SELECT sum(entries) AS entries, sum(bytes) AS bytes FROM quarantine_times
           WHERE standing IN ('far', 'near') AND request_time = ? AND app = ?`,
          ...[requestTime, app],
        ),
      ),
    far: (app: string) => sum(one("SELECT * FROM quarantine_sums WHERE standing = 'far' AND app = ?", app)),
  };
}

function insert({ run }: Context, entry: QuarantineEntry): void {
  const { id, app, command, platform, clientIp, receivedAt, body, fault, size, stale } = entry;
  run(
    `INSERT INTO quarantine (id, app, command, platform, client_ip, received_at, body, fault, size, request_time, behind, standing)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, app, command, platform, clientIp, receivedAt, body, fault, size],
    ...[stale?.requestTime ?? null, stale?.behindMs ?? null, stale === undefined ? null : standingOf(entry)],
  );
}

const number = (row: Row | undefined): number => Number(row?.n ?? 0);

export function quarantineOperations(context: Context): QuarantineOperations {
  const { all, one } = context;
  return {
    quarantined({ limit, after }) {
      const from = after === undefined ? 0 : Number(one("SELECT seq FROM quarantine WHERE id = ?", after)?.seq ?? 0);
      const rows = all("SELECT * FROM quarantine WHERE seq > ? ORDER BY seq LIMIT ?", from, limit);
      const edits = editsOf(context, rows);
      return rows.map((row) => editedEntryOf(row, edits));
    },
    quarantineEntry(id) {
      const row = one("SELECT * FROM quarantine WHERE id = ?", id);
      return row === undefined ? null : editedEntryOf(row, editsOf(context, [row], true));
    },
  };
}
