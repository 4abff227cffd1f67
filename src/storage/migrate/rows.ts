/** One row, whichever store it comes from: as PostgreSQL shall get it, and as a number that tells whether it is the same. */
import { createHash } from "node:crypto";
import type { Scalar } from "../postgres/values.ts";
import { type Kind, type TableToMove, there } from "./tables.ts";

type Row = Readonly<Record<string, unknown>>;

/** A SQLite row's values, in the order of the table's columns. */
export function valuesFrom(table: TableToMove, row: Row): readonly Scalar[] {
  return Object.entries(table.columns).map(([column, kind]) => plain(kind, row[column]));
}

/** The same of a PostgreSQL row. */
export function valuesThere(table: TableToMove, row: Row): readonly Scalar[] {
  return Object.entries(table.columns).map(([column, kind]) => plain(kind, row[there(table, column)]));
}

function plain(kind: Kind, value: unknown): Scalar {
  if (value === null || value === undefined) return kind === "lines" ? "" : null;
  switch (kind) {
    case "bytes":
      return new Uint8Array(value as Uint8Array);
    case "bool":
      return value === true || value === 1;
    case "lines":
      return linesOf(String(value));
    case "int":
      return String(value);
    case "text":
      // PostgreSQL's text holds no NUL
      return String(value).replaceAll("\0", "\uFFFD");
  }
}

/** A JSON list, or lines of JSON, as lines of JSON that are always written the same. */
function linesOf(text: string): string {
  if (text === "") return "";
  const items: readonly unknown[] = text.startsWith("[")
    ? JSON.parse(text)
    : text.split("\n").map((line) => JSON.parse(line));
  return items.map((item) => JSON.stringify(item)).join("\n");
}

/** A checksum of rows that does not depend on their order: the sum of their hashes. */
export interface Checksum {
  add(values: readonly Scalar[]): void;
  readonly rows: number;
  /** Hexadecimal. */
  value(): string;
}

const MODULUS = 1n << 128n;

export function newChecksum(): Checksum {
  let sum = 0n;
  let rows = 0;
  return {
    add(values) {
      const hash = createHash("sha256");
      hash.update(JSON.stringify(values.map((value) => (value instanceof Uint8Array ? hexOf(value) : value))));
      sum = (sum + BigInt(`0x${hash.digest("hex").slice(0, 32)}`)) % MODULUS;
      rows += 1;
    },
    get rows() {
      return rows;
    },
    value: () => sum.toString(16).padStart(32, "0"),
  };
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
