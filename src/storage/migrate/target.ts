/** The PostgreSQL side of a move: what it has of each table, and how rows get into it. */
import type { Context, Transaction } from "../postgres/context.ts";
import { NOW, type Scalar } from "../postgres/values.ts";
import { type Checksum, newChecksum, valuesThere } from "./rows.ts";
import { type Kind, TABLES, type TableToMove, there } from "./tables.ts";

/** How far a table has come: the key of the last row that was moved, and how many rows were. */
export interface MovedSoFar {
  readonly upto: readonly (string | number)[] | undefined;
  readonly rows: number;
}

const TYPES: Readonly<Record<Kind, string>> = {
  text: "text",
  int: "bigint",
  bool: "boolean",
  bytes: "bytea",
  lines: "text",
};

/** Makes the store one that is being moved into. Rejects when it holds rows of another origin. */
export function beginMove({ transact, schema }: Context, source: string): Promise<void> {
  return transact("leisure", async (transaction) => {
    const meta = await transaction.one("SELECT moving FROM meta FOR UPDATE");
    if (meta?.moving === source) return;
    if (typeof meta?.moving === "string") {
      throw new Error(
        `a move of ${meta.moving} into the schema ${schema} is not finished: finish that one, or drop the schema`,
      );
    }
    for (const { name } of TABLES) {
      if ((await transaction.one(`SELECT 1 AS one FROM ${name} LIMIT 1`)) === undefined) continue;
      throw new Error(
        `the schema ${schema} is in use already (${name}): name another one with storage.schema, or drop it`,
      );
    }
    await transaction.run("UPDATE meta SET moving = $1", source);
  });
}

export async function movedSoFar({ transact }: Context, { name }: TableToMove): Promise<MovedSoFar> {
  const row = await transact("work", ({ one }) => one("SELECT upto, rows FROM moved WHERE name = $1", name));
  if (row === undefined) return { upto: undefined, rows: 0 };
  return { upto: JSON.parse(String(row.upto)) as (string | number)[], rows: Number(row.rows) };
}

/** Adds rows behind a place, which moves with them, all or nothing. Returns the new place. */
export async function addRows(
  { transact }: Context,
  table: TableToMove,
  from: MovedSoFar,
  rows: readonly (readonly Scalar[])[],
  upto: NonNullable<MovedSoFar["upto"]>,
): Promise<MovedSoFar> {
  const place = { upto, rows: from.rows + rows.length };
  await transact("leisure", async (transaction) => {
    await movePlace(transaction, table, from, place);
    await transaction.run(
      insertOf(table),
      ...Object.keys(table.columns).map((_, n) => rows.map((row) => row[n] ?? null)),
    );
  });
  return place;
}

async function movePlace(
  { one, run }: Transaction,
  { name }: TableToMove,
  from: MovedSoFar,
  to: MovedSoFar,
): Promise<void> {
  await run("INSERT INTO moved VALUES ($1, 'null', 0) ON CONFLICT DO NOTHING", name);
  const now = await one("SELECT rows FROM moved WHERE name = $1 FOR UPDATE", name);
  if (Number(now?.rows) !== from.rows) throw new Error("another migrate is at work on this store: let it finish");
  await run("UPDATE moved SET upto = $2, rows = $3 WHERE name = $1", name, JSON.stringify(to.upto), to.rows);
}

function insertOf(table: TableToMove): string {
  const { name, columns, derived = {}, join = "" } = table;
  const names = Object.keys(columns).map((column) => there(table, column));
  const arrays = Object.values(columns).map((kind, n) => `$${n + 1}::${TYPES[kind]}[]`);
  const values = Object.entries(columns).map(([column, kind]) =>
    kind === "lines" ? `string_to_array(n.${there(table, column)}, E'\\n')` : `n.${there(table, column)}`,
  );
  return `INSERT INTO ${name} (${[...names, ...Object.keys(derived)].join(", ")}) OVERRIDING SYSTEM VALUE
    SELECT ${[...values, ...Object.values(derived)].join(", ")}
    FROM unnest(${arrays.join(", ")}) AS n (${names.join(", ")}) ${join}`;
}

/** Reads a table back. */
export async function checksumThere(
  { transact }: Context,
  table: TableToMove,
  onRows: (rows: number) => void,
): Promise<Checksum> {
  const checksum = newChecksum();
  const keys = table.targetKey.join(", ");
  const columns = Object.entries(table.columns).map(([column, kind]) =>
    kind === "lines" ? `array_to_string(${there(table, column)}, E'\\n') AS ${column}` : there(table, column),
  );
  let last: readonly string[] | undefined;
  do {
    const behind = last === undefined ? "" : `WHERE (${keys}) > (${last.map((_, n) => `$${n + 1}`).join(", ")})`;
    const statement = `SELECT ${columns.join(", ")} FROM ${table.name} ${behind} ORDER BY ${keys} LIMIT ${table.batch}`;
    const rows = await transact("leisure", (transaction) => transaction.rows(statement, ...(last ?? [])));
    for (const row of rows) checksum.add(valuesThere(table, row));
    onRows(checksum.rows);
    const end = rows.length === table.batch ? rows.at(-1) : undefined;
    last = end === undefined ? undefined : table.targetKey.map((column) => String(end[column]));
  } while (last !== undefined);
  return checksum;
}

/** The store is whole: numbers go on behind the moved ones, callbacks that were not read are to be read, bridges may come. */
export function endMove({ transact }: Context, readUpto: number, prunedBefore: number | null): Promise<void> {
  return transact("leisure", async ({ one, run }) => {
    for (const { name, numbered } of TABLES) {
      if (numbered === undefined) continue;
      const highest = `(SELECT max(${numbered}) FROM ${name})`;
      await one(
        `SELECT setval(pg_get_serial_sequence('${name}', '${numbered}'), coalesce(${highest}, 1), ${highest} IS NOT NULL)`,
      );
    }
    await run("INSERT INTO unread SELECT seq FROM callbacks WHERE seq > $1 ON CONFLICT DO NOTHING", readUpto);
    if (prunedBefore !== null) await run("INSERT INTO pruned VALUES (1, $1)", prunedBefore);
    // its clock ran by another machine's time until now
    await run(`UPDATE connectors SET clock_at = ${NOW}`);
    await run("DELETE FROM moved");
    await run("UPDATE meta SET moving = NULL");
  });
}
