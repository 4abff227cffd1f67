/** Whether somebody has changed the tables so that they lose, hide or hold up what is in them: asked of the server's catalog. */
import type { Found } from "../../basics/sentence-tables.ts";
import type { Transaction } from "./context.ts";
import { type MadeOf, madeOf } from "./made-of.ts";
import { numbersBehind } from "./numbers.ts";
import { found } from "./tables-findings.ts";
import type { Row } from "./values.ts";

/** What the catalog says of the tables of a schema. */
export interface Catalog {
  readonly schema: string;
  readonly tables: readonly Row[];
  readonly triggers: readonly Row[];
  readonly rules: readonly Row[];
  readonly indexes: readonly Row[];
  readonly columns: readonly Row[];
  /** Tables whose numbers begin again below what was given. */
  readonly behind: readonly string[];
}

const OURS = "c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')";
const TABLES = `SELECT c.relname AS table, c.relpersistence = 'u' AS unlogged, c.relrowsecurity AND row_security_active(c.oid) AS hidden
  FROM pg_class c WHERE ${OURS} ORDER BY c.relname`;
// its own sign for "before, and for each row"; whether it fires in sessions like this one
const TRIGGERS = `SELECT c.relname AS table, t.tgname AS name, (t.tgtype & 3) = 3 AS before,
    t.tgenabled = 'A' OR t.tgenabled = CASE current_setting('session_replication_role') WHEN 'replica' THEN 'R' ELSE 'O' END AS fires
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND ${OURS} ORDER BY 1, 2`;
const RULES = `SELECT c.relname AS table, r.rulename AS name FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  WHERE r.is_instead AND r.ev_enabled <> 'D' AND ${OURS} ORDER BY 1, 2`;
const INDEXES = `SELECT c.relname AS table, i.relname AS name, x.indisunique AS is_unique, x.indisvalid AND x.indisready AS usable,
    EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = x.indexrelid) AS building
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid WHERE ${OURS} ORDER BY 1, 2`;
const COLUMNS = `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped AND ${OURS} ORDER BY 1, 2`;

/** Nothing where there is no store. Other tables that are in the schema are nobody's business. */
export async function tableFindings(transaction: Transaction): Promise<readonly Found[]> {
  const { rows, one } = transaction;
  const schema = String((await one("SELECT current_schema() AS name"))?.name ?? "");
  const [tables = [], triggers = [], rules = [], indexes = [], columns = []] = await Promise.all(
    [TABLES, TRIGGERS, RULES, INDEXES, COLUMNS].map((question) => rows(question)),
  );
  const behind = await numbersBehind(transaction);
  return judgeTables({ schema, tables, triggers, rules, indexes, columns, behind }, madeOf());
}

/** Pure. */
export function judgeTables(all: Catalog, ours: MadeOf): readonly Found[] {
  const isOurs = ({ table }: Row) => ours.tables.has(String(table));
  const of = (list: readonly Row[]) => list.filter(isOurs);
  const catalog = { ...all, tables: of(all.tables), triggers: of(all.triggers), rules: of(all.rules) };
  return [
    ...tablesAlone(catalog),
    ...actingOnRows(catalog, ours),
    ...indexesOf({ ...catalog, indexes: of(all.indexes) }, ours),
    ...typesOf({ ...catalog, columns: of(all.columns) }, ours),
    ...(all.behind.length > 0 ? [found(false, "numbers", { tables: all.behind.join(", ") })] : []),
  ];
}

const altering = (schema: string, table: unknown, how: string) => `ALTER TABLE "${schema}".${String(table)} ${how}`;
const names = (list: readonly Row[], nameOf: (row: Row) => unknown) => list.map(nameOf).map(String).join(", ");
const statements = (list: readonly Row[], statementOf: (row: Row) => string) => list.map(statementOf).join("; ");
const named = ({ table, name }: Row) => `${String(name)} on ${String(table)}`;

function tablesAlone({ schema, tables }: Catalog): Found[] {
  const findings: Found[] = [];
  const tell = (name: "unlogged" | "hidden", how: string) => {
    const list = tables.filter((row) => row[name] === true);
    if (list.length === 0) return;
    const mending = statements(list, ({ table }) => altering(schema, table, how));
    findings.push(found(false, name, { tables: names(list, ({ table }) => table), statements: mending }));
  };
  tell("unlogged", "SET LOGGED");
  tell("hidden", "DISABLE ROW LEVEL SECURITY");
  return findings;
}

/** Triggers and rules: somebody's that act on rows of ours, and ours that do not. */
function actingOnRows({ schema, tables, triggers, rules }: Catalog, ours: MadeOf): Found[] {
  const findings: Found[] = [];
  if (rules.length > 0) {
    const mending = statements(rules, ({ table, name }) => `DROP RULE ${String(name)} ON "${schema}".${String(table)}`);
    findings.push(found(false, "rule", { names: names(rules, named), statements: mending }));
  }
  const foreign = triggers.filter(
    ({ name, before, fires }) => before === true && fires === true && !ours.triggers.has(String(name)),
  );
  if (foreign.length > 0) findings.push(found("warning", "trigger", { names: names(foreign, named) }));
  const silent = [...ours.triggers].flatMap(([name, table]): Row[] => {
    const isThere = tables.some((row) => row.table === table);
    return isThere && !triggers.some((row) => row.name === name && row.fires === true) ? [{ name, table }] : [];
  });
  if (silent.length > 0) {
    const enable = ({ table, name }: Row) => altering(schema, table, `ENABLE ALWAYS TRIGGER ${String(name)}`);
    findings.push(found(false, "uncounted", { names: names(silent, named), statements: statements(silent, enable) }));
  }
  return findings;
}

/** Those that are under construction are as they should be; those that questions want the bridge builds by itself. */
function indexesOf({ schema, tables, indexes }: Catalog, ours: MadeOf): Found[] {
  const findings: Found[] = [];
  const isNeeded = ({ name }: Row) => ours.indexes.has(String(name));
  const broken = indexes.filter((row) => isNeeded(row) && row.usable !== true && row.building !== true);
  if (broken.length > 0) {
    const mending = statements(broken, ({ name }) => `REINDEX INDEX CONCURRENTLY "${schema}".${String(name)}`);
    findings.push(found(false, "broken_index", { names: names(broken, ({ name }) => name), statements: mending }));
  }
  // a store that was made lately has one in the place of two, which tells events apart by itself
  const isLean = indexes.some(({ name, is_unique: unique }) => name === "events_by_id" && unique === true);
  const missing = [...ours.indexes].filter(
    ([name, { table }]) =>
      tables.some((row) => row.table === table) &&
      !indexes.some((row) => row.name === name) &&
      !(name === "events_once" && isLean),
  );
  for (const [kind, isUnique] of [
    ["once", true],
    ["index", false],
  ] as const) {
    const list = missing.filter(([, index]) => index.isUnique === isUnique).map(([name]) => name);
    if (list.length > 0) findings.push(found(isUnique ? false : "warning", kind, { names: list.join(", ") }));
  }
  return findings;
}

function typesOf({ schema, columns }: Catalog, ours: MadeOf): Found[] {
  const expected = ({ table, name }: Row) => ours.types.get(`${String(table)}.${String(name)}`);
  const other = columns.filter((row) => expected(row) !== undefined && expected(row) !== row.type);
  if (other.length === 0) return [];
  const mending = (row: Row) => altering(schema, row.table, `ALTER COLUMN ${String(row.name)} TYPE ${expected(row)}`);
  const columnsSaid = names(other, ({ table, name, type }) => `${String(table)}.${String(name)} ${String(type)}`);
  return [found(false, "type", { columns: columnsSaid, statements: statements(other, mending) })];
}
