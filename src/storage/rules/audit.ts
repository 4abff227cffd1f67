/** What is written down of what somebody does, and as which row. Pure. */
import type { Act, Actor, AuditFilter, AuditRow, Front, LookUp } from "../contract/audit.ts";
import type { Look, LookOptions } from "../contract/looks.ts";

/** By column. */
type Row = Readonly<Record<string, unknown>>;

/** Columns of a new row, but for its number. */
export interface NewRow {
  /** The same again is no other row. */
  readonly act: string;
  readonly at: number;
  readonly actor: string;
  readonly front: Front;
  readonly proven: boolean;
  readonly operation: string;
  readonly person: string | null;
  readonly filter: string;
  readonly count: number;
}

const HOUR_MS = 3_600_000;
/** Names are typed by people, and stand in an index. */
const LONGEST_NAME = 200;

/** @param at milliseconds since 1970 */
export function rowOfAct({ id, actor, operation, filter, person }: Act, count: number, at: number): NewRow {
  return { act: id, at, ...columnsOf(actor), operation, person: person ?? null, filter: JSON.stringify(filter), count };
}

/**
 * One a person, actor and hour, however often a page refreshes. An export of many is one of its own each time.
 * @param at milliseconds since 1970
 * @param fresh names a row that is like no other
 */
export function rowOfLookUp({ actor, operation, person, filter, count }: LookUp, at: number, fresh: string): NewRow {
  const { name, front, proven } = actor;
  const act =
    person === undefined ? fresh : JSON.stringify([operation, front, name, proven, person, Math.floor(at / HOUR_MS)]);
  return {
    ...{ act, at, operation, count },
    ...columnsOf(actor),
    person: person ?? null,
    filter: JSON.stringify(filter),
  };
}

function columnsOf({ name, front, proven }: Actor): Pick<NewRow, "actor" | "front" | "proven"> {
  return { actor: name.slice(0, LONGEST_NAME), front, proven };
}

export function auditOf(row: Row): AuditRow {
  return {
    id: String(row.seq),
    actor: {
      name: String(row.actor),
      front: row.front as Front,
      // SQLite knows no booleans
      proven: row.proven === true || row.proven === 1,
    },
    operation: String(row.operation),
    person: row.person === null ? null : String(row.person),
    filter: JSON.parse(String(row.filter)) as AuditRow["filter"],
    count: Number(row.count),
    at: Number(row.at),
    until: Number(row.until),
  };
}

/** The number behind which a page goes on, or `null` where no row can have this id. */
export function placeOfRow(after: string | undefined): number | null {
  if (after === undefined) return Number.MAX_SAFE_INTEGER;
  return /^\d{1,15}$/.test(after) ? Number(after) : null;
}

/** The column of the condition that leaves least, each with an index; undefined: all rows are walked. */
export function walkedBy({ person, actor, operation }: AuditFilter): { column: string; value: string } | undefined {
  const given = { person, actor, operation };
  const [found] = Object.entries(given).flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  return found;
}

/**
 * What of a look is meant: the first that match, and where to go on.
 * @param walked newest first
 * @param most as many as were asked for: then there may be more
 */
export function auditLook(
  walked: readonly Row[],
  { person, actor, operation, since = 0, until = Number.POSITIVE_INFINITY }: AuditFilter,
  { rows: most, limit }: Pick<LookOptions, "rows" | "limit">,
): Look<AuditRow> {
  const meant = walked
    .map(auditOf)
    .filter((row) => person === undefined || row.person === person)
    .filter((row) => actor === undefined || row.actor.name === actor)
    .filter((row) => operation === undefined || row.operation === operation)
    .filter((row) => row.at >= since && row.at < until);
  const found = meant.slice(0, limit);
  const last = walked.length < most ? undefined : walked.at(-1);
  const next = meant.length > found.length ? (found.at(-1)?.id ?? null) : last === undefined ? null : String(last.seq);
  return { found, looked: walked.length, next };
}
