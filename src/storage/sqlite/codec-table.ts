/**
 * Lists of records that are alike, in columns: callbacks on their way to the store and back. Names stand once, and so does a
 * value that all of them share, as most of a callback's are.
 */

/** A cell of a record that has a column of its own. */
type Cell = string | number | boolean | null | Uint8Array;

/** Values in the order of the records. `bytes` follow one another, in one piece; `sizes` are their lengths. */
export type Column =
  | { readonly name: string; readonly same: Cell }
  | { readonly name: string; readonly each: readonly Cell[] }
  | { readonly name: string; readonly sizes: readonly number[] };

export interface CodecTable {
  readonly rows: number;
  /** Of the first column of bytes, into what all of the value's bytes are put together in. */
  readonly offset: number;
  readonly columns: readonly Column[];
}

interface Taken {
  readonly name: string;
  readonly cells: Cell[];
  isSame: boolean;
  readonly isBytes: boolean;
}

/**
 * A list as a table; undefined where it is none: of records that differ in their names, hold other records, or no bytes
 * (JSON is as fast with those).
 * @param offset of the bytes that come next
 * @param parts takes the bytes, in the order of their columns
 */
export function tableOf(list: readonly unknown[], offset: number, parts: Uint8Array[]): CodecTable | undefined {
  const taken = list.length > 1 ? begun(list[0]) : undefined;
  if (taken === undefined) return undefined;
  for (let row = 1; row < list.length; row += 1) if (!add(taken, list[row])) return undefined;
  return { rows: list.length, offset, columns: taken.map((column) => columnOf(column, parts)) };
}

/** The columns with the first record in them. */
function begun(record: unknown): Taken[] | undefined {
  if (!isPlainRecord(record)) return undefined;
  const taken: Taken[] = [];
  let hasBytes = false;
  for (const name in record) {
    const value = record[name];
    const isBytes = value instanceof Uint8Array;
    if (!isBytes && !isPlain(value)) return undefined;
    hasBytes ||= isBytes;
    taken.push({ name, cells: [value], isSame: !isBytes, isBytes });
  }
  return hasBytes ? taken : undefined;
}

/** False when the record is not like the first one. */
function add(taken: readonly Taken[], record: unknown): boolean {
  if (!isPlainRecord(record)) return false;
  let at = 0;
  for (const name in record) {
    const column = taken[at];
    const value = record[name];
    if (column?.name !== name) return false;
    if (column.isBytes ? !(value instanceof Uint8Array) : !isPlain(value)) return false;
    if (column.isSame && column.cells[0] !== value) column.isSame = false;
    column.cells.push(value as Cell);
    at += 1;
  }
  return at === taken.length;
}

function columnOf({ name, cells, isSame, isBytes }: Taken, parts: Uint8Array[]): Column {
  if (isSame) return { name, same: cells[0] as Cell };
  if (!isBytes) return { name, each: cells };
  const pieces = cells as Uint8Array[];
  for (const piece of pieces) parts.push(piece);
  return { name, sizes: pieces.map(({ length }) => length) };
}

/** The list that it was made of; its bytes are parts of `bytes`. */
export function listOf({ rows, offset, columns }: CodecTable, bytes: Uint8Array): unknown[] {
  const list: Record<string, Cell>[] = Array.from({ length: rows }, () => ({}));
  let at = offset;
  for (const column of columns) {
    const { name } = column;
    for (const [row, record] of list.entries()) {
      if ("same" in column) record[name] = column.same;
      else if ("each" in column) record[name] = column.each[row] as Cell;
      else {
        const end = at + (column.sizes[row] ?? 0);
        record[name] = bytes.subarray(at, end);
        at = end;
      }
    }
  }
  return list;
}

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** What JSON has a word for. */
function isPlain(value: unknown): value is Cell {
  return typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value);
}
