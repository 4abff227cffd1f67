/** What could not be understood, or came stale, kept raw and within bounds. */
import type { QuarantineEntry } from "../contract/callbacks.ts";
import {
  type Dropped,
  ENTRY_BYTES,
  type Kept,
  keptOf,
  MOST_DROPPED,
  NOTHING_DROPPED,
  type Parted,
  parted,
  roomBeside,
  type Sum,
  type Sums,
  standingOf,
} from "../rules/quarantine-bounds.ts";
import { editedEntryOf } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { editsOf } from "./edits.ts";
import { PLAN_EACH_TIME } from "./opening.ts";
import { swallowed } from "./swallowed.ts";
import type { Row } from "./values.ts";

type QuarantineOperations = Pick<Operations, "quarantined" | "quarantineEntry">;
/** Keeps entries that are not kept yet. @param most bytes of the whole quarantine; no bound unless given */
export async function keepQuarantine(
  transaction: Transaction,
  entries: readonly QuarantineEntry[],
  most?: number,
): Promise<Kept> {
  if (entries.length === 0) return {};
  const all = await partedThere(transaction, entries);
  await insert(transaction, all.added);
  const isBounded = most !== undefined && all.added.length > 0;
  const gone = isBounded ? await dropAbove(transaction, most, MOST_DROPPED) : NOTHING_DROPPED;
  const { outside, ...kept } = keptOf(all, gone);
  if (outside.length > 0) await transaction.run("DELETE FROM quarantine WHERE id = ANY($1::text[])", outside);
  return kept;
}

/** The same as the last of a transaction that plans statements once. */
export async function keepAside(
  transaction: Transaction,
  entries: readonly QuarantineEntry[],
  most?: number,
): Promise<Kept> {
  if (entries.length === 0) return {};
  const [, kept] = await Promise.all([transaction.run(PLAN_EACH_TIME), keepQuarantine(transaction, entries, most)]);
  return kept;
}

/** Of those that came fresh nothing need be known: they have room, and are kept once. */
async function partedThere(transaction: Transaction, entries: readonly QuarantineEntry[]): Promise<Parted> {
  const stale = entries.filter((entry) => entry.stale !== undefined);
  if (stale.length === 0)
    return parted(
      entries,
      () => false,
      () => true,
    );
  await lockSums(transaction);
  const ids = stale.map(({ id }) => id);
  const rows = await transaction.rows("SELECT id FROM quarantine WHERE id = ANY($1::text[])", ids);
  const kept = new Set(rows.map(({ id }) => String(id)));
  return parted(entries, ({ id }) => kept.has(id), roomBeside(await sumsBeside(transaction, stale)));
}

/** Whoever counts or removes does so alone, and in this order: first these, then rows of the quarantine. */
export async function lockSums({ run }: Transaction): Promise<void> {
  await run("SELECT 1 FROM quarantine_sums WHERE standing = 'all' FOR UPDATE");
}

async function sumsBeside({ rows }: Transaction, stale: readonly QuarantineEntry[]): Promise<Sums> {
  const times = await rows(
    `SELECT app, request_time, sum(entries) AS entries, sum(bytes) AS bytes FROM quarantine_times
     WHERE standing IN ('far', 'near') AND request_time = ANY($1::bigint[]) GROUP BY app, request_time`,
    [...new Set(stale.map((entry) => entry.stale?.requestTime ?? 0))],
  );
  const far = await rows("SELECT * FROM quarantine_sums WHERE standing = 'far'");
  const sum = (row: Row | undefined): Sum => ({ entries: Number(row?.entries ?? 0), bytes: Number(row?.bytes ?? 0) });
  return {
    ofTime: (app, requestTime) => sum(times.find((row) => row.app === app && Number(row.request_time) === requestTime)),
    far: (app) => sum(far.find((row) => row.app === app)),
  };
}

/** Sorted, so that no two machines wait for each other. */
async function insert({ run, one }: Transaction, entries: readonly QuarantineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const sorted = entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const column = <T>(of: (entry: QuarantineEntry) => T): T[] => sorted.map(of);
  const kept = await run(
    `INSERT INTO quarantine (id, app, command, platform, client_ip, received_at, body, fault, size, request_time, behind, standing)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bytea[], $8::text[],
       $9::bigint[], $10::bigint[], $11::bigint[], $12::text[])
     ON CONFLICT (id) DO NOTHING`,
    ...[column((q) => q.id), column((q) => q.app), column((q) => q.command), column((q) => q.platform)],
    ...[column((q) => q.clientIp), column((q) => q.receivedAt), column((q) => q.body), column((q) => q.fault)],
    ...[column((q) => q.size), column((q) => q.stale?.requestTime ?? null), column((q) => q.stale?.behindMs ?? null)],
    column((q) => (q.stale === undefined ? null : standingOf(q))),
  );
  const ids = [...new Set(sorted.map(({ id }) => id))];
  if (kept >= ids.length) return;
  const there = Number((await one("SELECT count(*) AS n FROM quarantine WHERE id = ANY($1::text[])", ids))?.n);
  if (there < ids.length) throw swallowed(ids.length - there, "entries of the quarantine");
}

/** Of the sums, in the order in which they go ('far' before 'near'); of those, as many rows as are too much. */
const DROP_STALE = `
  WITH times AS (
    SELECT t.*, sum(t.bytes + ${ENTRY_BYTES} * t.entries) OVER (ORDER BY standing, request_time, app)
      - (t.bytes + ${ENTRY_BYTES} * t.entries) AS before
    FROM (SELECT * FROM quarantine_times ORDER BY standing, request_time, app LIMIT $2) t),
  victims AS (
    SELECT q.seq, t.before - octet_length(q.body) - ${ENTRY_BYTES}
      + sum(octet_length(q.body) + ${ENTRY_BYTES}) OVER (PARTITION BY q.app, q.request_time, q.standing ORDER BY q.seq) AS before
    FROM times t JOIN quarantine q ON q.app = t.app AND q.request_time = t.request_time AND q.standing = t.standing
    WHERE t.before < $1)
  DELETE FROM quarantine WHERE seq IN (SELECT seq FROM victims WHERE before < $1 ORDER BY before LIMIT $2)
  RETURNING id, octet_length(body) + ${ENTRY_BYTES} AS size`;

const DROP_OLDEST = `
  WITH oldest AS (
    SELECT seq, sum(size) OVER (ORDER BY seq) - size AS before FROM (
      SELECT seq, octet_length(body) + ${ENTRY_BYTES} AS size FROM quarantine ORDER BY seq LIMIT $2) q)
  DELETE FROM quarantine WHERE seq IN (SELECT seq FROM oldest WHERE before < $1)
  RETURNING id, octet_length(body) + ${ENTRY_BYTES} AS size`;

/**
 * Removes what the quarantine has above `most` bytes: stale entries that lay far behind, then other stale ones, both from the
 * oldest RequestTime on, then the oldest. At most `rows` of them; `more` says that there would be more.
 */
export async function dropAbove(transaction: Transaction, most: number, rows: number): Promise<Dropped> {
  const ids = new Set<string>();
  let excess = (await total(transaction)) - most;
  if (excess <= 0) return { ids, more: false };
  await lockSums(transaction);
  excess = (await total(transaction)) - most;
  for (const drop of [DROP_STALE, DROP_OLDEST]) {
    if (excess <= 0 || ids.size >= rows) break;
    for (const { id, size } of await transaction.rows(drop, excess, rows - ids.size)) {
      ids.add(String(id));
      excess -= Number(size);
    }
  }
  return { ids, more: excess > 0 && ids.size >= rows };
}

async function total({ one }: Transaction): Promise<number> {
  return Number((await one("SELECT bytes FROM quarantine_sums WHERE standing = 'all'"))?.bytes ?? 0);
}

export function quarantineOperations({ transact }: Context): QuarantineOperations {
  return {
    quarantined: ({ limit, after = "" }) =>
      transact("leisure", async (transaction) => {
        const rows = await transaction.rows(
          `SELECT * FROM quarantine WHERE seq > coalesce((SELECT seq FROM quarantine WHERE id = $1), 0) ORDER BY seq LIMIT $2`,
          ...[after, limit],
        );
        const edits = await editsOf(transaction, rows);
        return rows.map((row) => editedEntryOf(row, edits));
      }),
    quarantineEntry: (id) =>
      transact("leisure", async (transaction) => {
        const row = await transaction.one("SELECT * FROM quarantine WHERE id = $1", id);
        return row === undefined ? null : editedEntryOf(row, await editsOf(transaction, [row], true));
      }),
  };
}
