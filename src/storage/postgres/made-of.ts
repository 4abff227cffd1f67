/** What the tables of a store are made of, read from the statements that make them: so it stands once. Pure. */
import { ADDITIONS } from "./additions.ts";
import { STEPS } from "./schema.ts";

export interface MadeOf {
  /** Tables that a crash must leave as they are. */
  readonly tables: ReadonlySet<string>;
  /** Types of columns, by `table.column`. */
  readonly types: ReadonlyMap<string, string>;
  /** Indexes that the work needs, and whether they keep anything from being there twice. */
  readonly indexes: ReadonlyMap<string, { readonly table: string; readonly isUnique: boolean }>;
  /** Triggers of ours, by name, with their tables. */
  readonly triggers: ReadonlyMap<string, string>;
}

let made: MadeOf | undefined;

/** Read when it is first asked for: who looks again and again asks each time. */
export function madeOf(): MadeOf {
  made ??= readStatements();
  return made;
}

function readStatements(): MadeOf {
  const sql = [...STEPS, ...ADDITIONS].map((one) => one.sql.replaceAll(/--.*$/gm, "")).join(";\n");
  const tables = [...sql.matchAll(TABLE)].map(([, unlogged, name = "", body = ""]) => {
    return { name, isKept: unlogged === undefined, parts: partsOf(body) };
  });
  const added = [...sql.matchAll(COLUMN)].map(
    ([, table, column, type]) => [`${table}.${column}`, wordFor(type)] as const,
  );
  const indexes = [...sql.matchAll(INDEX)].map(([, unique, name = "", table = ""]) => {
    return [name, { table, isUnique: unique !== undefined }] as const;
  });
  return {
    tables: new Set([...OF_THE_SCHEMA, ...tables.filter(({ isKept }) => isKept).map(({ name }) => name)]),
    types: new Map([...tables.flatMap(({ name, parts }) => typesOf(name, parts)), ...added]),
    indexes: new Map([...indexes, ...tables.flatMap(({ name, parts }) => keysOf(name, parts))]),
    triggers: new Map([...sql.matchAll(TRIGGER)].map(([, name = "", table = ""]) => [name, table])),
  };
}

/** Made before all others. */
const OF_THE_SCHEMA = ["meta"];

/** Its body ends where a line, or the text, does. */
const TABLE = /CREATE (UNLOGGED )?TABLE (\w+) \(([^;]*?)\)(?: WITH \([^;]*?\))?\s*(?:;|$)/g;
const COLUMN = /ALTER TABLE (\w+) ADD COLUMN (\w+) (\w+)/g;
const INDEX = /CREATE (UNIQUE )?INDEX (\w+) ON (\w+)/g;
const TRIGGER = /CREATE TRIGGER (\w+) \w+ \w+ ON (\w+)/g;

/** At commas outside of parentheses. */
const partsOf = (body: string): readonly string[] => body.split(/,(?![^(]*\))/).map((part) => part.trim());

/** The server's own words for types. */
const wordFor = (type = ""): string => (type.startsWith("int") ? type.replace("int", "integer") : type);

function typesOf(table: string, parts: readonly string[]): (readonly [string, string])[] {
  return parts.flatMap((part) => {
    const [, column, type] = /^([a-z_]+) ([a-z]+(?:\[\])?)/.exec(part) ?? [];
    return column === undefined ? [] : [[`${table}.${column}`, wordFor(type)] as const];
  });
}

/** As the server names those that stand in a table's own words. */
function keysOf(table: string, parts: readonly string[]): (readonly [string, { table: string; isUnique: true }])[] {
  const named = (name: string) => [[name, { table, isUnique: true }] as const];
  return parts.flatMap((part) => {
    if (part.includes("PRIMARY KEY")) return named(`${table}_pkey`);
    const [, columns] = /^UNIQUE \(([^)]*)\)/.exec(part) ?? [];
    const [column] = / UNIQUE$/.test(part) ? part.split(" ") : [columns?.replaceAll(", ", "_")];
    return column === undefined ? [] : named(`${table}_${column}_key`);
  });
}
