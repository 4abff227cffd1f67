/** The SQLite side of a move: its rows in the order of their keys. */
import { numberOrNull } from "../rules/rows.ts";
import type { Row, StoreConnection } from "../sqlite/context.ts";
import { type Checksum, newChecksum, valuesFrom } from "./rows.ts";
import type { TableToMove } from "./tables.ts";

export type Key = readonly (string | number)[];

export function countOf({ one }: StoreConnection, { name }: TableToMove): number {
  return Number(one(`SELECT count(*) AS n FROM ${name}`)?.n);
}

/** Rows behind a key. */
export function rowsBehind(
  { all }: StoreConnection,
  { name, key, columns, batch }: TableToMove,
  upto: Key | undefined,
): Row[] {
  const behind = upto === undefined ? "" : `WHERE (${key.join(", ")}) > (${key.map(() => "?").join(", ")})`;
  const select = `SELECT ${Object.keys(columns).join(", ")} FROM ${name}`;
  return all(`${select} ${behind} ORDER BY ${key.join(", ")} LIMIT ?`, ...(upto ?? []), batch);
}

export function rowKey({ key, columns }: TableToMove, row: Row): Key {
  return key.map((column) => (columns[column] === "text" ? String(row[column]) : Number(row[column])));
}

/** How far callbacks have become events. */
export function readUpto({ one }: StoreConnection): number {
  return Number(one("SELECT upto FROM reading")?.upto ?? 0);
}

/** Up to when events have been pruned; `null`: none ever. */
export function prunedBefore({ one }: StoreConnection): number | null {
  return numberOrNull(one("SELECT received_before FROM pruned")?.received_before);
}

/** Reads a table from end to end. */
export function checksumHere(
  connection: StoreConnection,
  table: TableToMove,
  onRows: (rows: number) => void,
): Checksum {
  const checksum = newChecksum();
  let last: Key | undefined;
  do {
    const rows = rowsBehind(connection, table, last);
    for (const row of rows) checksum.add(valuesFrom(table, row));
    onRows(checksum.rows);
    const end = rows.length === table.batch ? rows.at(-1) : undefined;
    last = end === undefined ? undefined : rowKey(table, end);
  } while (last !== undefined);
  return checksum;
}
