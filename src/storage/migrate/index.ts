/**
 * Moves everything from a SQLite store into an empty PostgreSQL store: connectors and their state, callbacks, events, queue,
 * ledger and dead letters, quarantine, counters. Batch by batch, each with its place, so that an interrupted move goes on where
 * it was; in the end every table is read back and compared by count and checksum. Until then no bridge opens the new store.
 * The old store stays as it is.
 */
import { existsSync } from "node:fs";
import { type Context, openContext } from "../postgres/context.ts";
import { migrate as migrateSchema } from "../postgres/schema.ts";
import { openConnection, type StoreConnection } from "../sqlite/context.ts";
import { lockStore } from "../sqlite/lock.ts";
import { valuesFrom } from "./rows.ts";
import { checksumHere, countOf, prunedBefore, readUpto, rowKey, rowsBehind } from "./source.ts";
import { TABLES, type TableToMove } from "./tables.ts";
import { addRows, beginMove, checksumThere, endMove, movedSoFar } from "./target.ts";

export interface MoveOptions {
  /** The SQLite file. No bridge may serve it. */
  readonly from: string;
  readonly to: { readonly url: string; readonly schema: string; readonly prepare: boolean };
  readonly onProgress?: (progress: MoveProgress) => void;
  /** Ends the move between two batches; it can be taken up again. */
  readonly signal?: AbortSignal;
}

export interface MoveProgress {
  readonly doing: "moving" | "checking";
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export interface MovedTable {
  readonly table: string;
  readonly rows: number;
  /** Hexadecimal, the same on both sides. */
  readonly checksum: string;
}

/** Rejects in plain words; what was moved until then is kept, and the next call goes on behind it. */
export async function moveStore(options: MoveOptions): Promise<readonly MovedTable[]> {
  const { from, to } = options;
  if (!existsSync(from)) throw new Error(`there is no SQLite store at ${from}`);
  const lock = await lockStore(from, { waitMs: 0 });
  const source = openConnection({ path: from });
  const target = openContext({ ...to, max: 1, machine: "migrate", clockTickMs: 10_000 });
  try {
    await migrateSchema(target, { moves: true });
    await beginMove(target, `sqlite ${from}`);
    for (const table of TABLES) await moveTable(source, target, table, options);
    const moved: MovedTable[] = [];
    for (const table of TABLES) moved.push(await checkTable(source, target, table, options));
    await endMove(target, readUpto(source), prunedBefore(source));
    return moved;
  } finally {
    await source.close();
    await target.close();
    lock.release();
  }
}

async function moveTable(
  source: StoreConnection,
  target: Context,
  table: TableToMove,
  options: MoveOptions,
): Promise<void> {
  const of = countOf(source, table);
  let place = await movedSoFar(target, table);
  for (;;) {
    options.signal?.throwIfAborted();
    const rows = rowsBehind(source, table, place.upto);
    const last = rows.at(-1);
    if (last === undefined) break;
    const values = rows.map((row) => valuesFrom(table, row));
    place = await addRows(target, table, place, values, rowKey(table, last));
    options.onProgress?.({ doing: "moving", table: table.name, rows: place.rows, of });
  }
}

async function checkTable(
  source: StoreConnection,
  target: Context,
  table: TableToMove,
  { onProgress, signal }: MoveOptions,
): Promise<MovedTable> {
  signal?.throwIfAborted();
  const { name } = table;
  const of = countOf(source, table);
  const here = checksumHere(source, table, () => undefined);
  const there = await checksumThere(target, table, (rows) =>
    onProgress?.({ doing: "checking", table: name, rows, of }),
  );
  if (here.rows !== there.rows || here.value() !== there.value()) {
    const words = `${name} did not arrive as it was: ${here.rows} rows (${here.value()}) against ${there.rows} (${there.value()})`;
    throw new Error(`${words}; drop the new schema and move again, with nothing else at work on either store`);
  }
  return { table: name, rows: here.rows, checksum: here.value() };
}
