/** Who did what, and who looked up whom. */
import { randomUUID } from "node:crypto";
import type { SQLInputValue } from "node:sqlite";
import type { Act, AuditFilter, AuditLimits } from "../contract/audit.ts";
import { auditOf, type NewRow, placeOfRow, rowOfAct, rowOfLookUp } from "../rules/audit.ts";
import type { Context, Operations } from "./context.ts";

const INSERT = `INSERT INTO audit (act, at, until, actor, front, proven, operation, person, filter, count)
  VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (act)`;

/** To be called in the transaction of the change. @param count how much was changed; of nothing nothing is written */
export function noteAct({ run, now }: Pick<Context, "run" | "now">, act: Act, count: number): void {
  if (count === 0) return;
  const row = rowOfAct(act, count, now());
  run(`${INSERT} DO UPDATE SET until = excluded.at, count = count + excluded.count`, ...valuesOf(row));
}

/** Writes it down before anything is changed; what is changed under it is counted in the same row. */
export function openAct({ run, now }: Pick<Context, "run" | "now">, act: Act): void {
  run(`${INSERT} DO UPDATE SET until = excluded.until`, ...valuesOf(rowOfAct(act, 0, now())));
}

function valuesOf(row: NewRow): SQLInputValue[] {
  const { act, at, actor, front, proven, operation, person, filter, count } = row;
  return [act, at, actor, front, proven ? 1 : 0, operation, person, filter, count];
}

export function auditOperations(context: Context): Pick<Operations, "noteAct" | "noteLookUp" | "audited"> {
  const { all, one, run, now } = context;
  /** Rows are numbered as they are begun. */
  function firstSince(since: number): number {
    const first = one("SELECT seq FROM audit WHERE at >= ? ORDER BY at, seq LIMIT 1", since);
    return first === undefined ? Number.MAX_SAFE_INTEGER : Number(first.seq);
  }

  return {
    noteAct: (act) => openAct(context, act),

    noteLookUp(lookUp) {
      run(`${INSERT} DO NOTHING`, ...valuesOf(rowOfLookUp(lookUp, now(), randomUUID())));
    },

    audited(filter, { limit, after }) {
      const place = placeOfRow(after);
      if (place === null) return [];
      const { since = 0 } = filter;
      const { sql, values } = conditionsOf(filter);
      return all(
        `SELECT * FROM audit WHERE seq < ? AND seq >= ?${sql} ORDER BY seq DESC LIMIT ?`,
        ...[place, since === 0 ? 0 : firstSince(since), ...values, limit],
      ).map(auditOf);
    },
  };
}

function conditionsOf({ person, actor, operation, since, until }: AuditFilter) {
  const conditions = {
    ...{ "person = ?": person, "actor = ?": actor, "operation = ?": operation },
    ...{ "at >= ?": since, "at < ?": until },
  };
  const given = Object.entries(conditions).flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return { sql: given.map(({ sql }) => ` AND ${sql}`).join(""), values: given.map(({ value }) => value) };
}

/** Removes what is not kept, at most so many rows. Returns how many went. */
export function pruneAudit({ one, run, now }: Context, { retentionMs, searches }: AuditLimits, rows: number): number {
  const old = "SELECT seq FROM audit WHERE at < ? ORDER BY at LIMIT ?";
  const aged = retentionMs === null ? 0 : run(`DELETE FROM audit WHERE seq IN (${old})`, now() - retentionMs, rows);
  // asked apart: only so does SQLite look at one row for each
  const end = (which: "min" | "max") => `(SELECT ${which}(seq) FROM audit WHERE operation = 'search')`;
  const ends = one(`SELECT ${end("max")} - ${end("min")} AS apart`);
  // nearly always there are not even so many numbers
  if (Number(ends?.apart ?? 0) < searches) return aged;
  const beyond = "SELECT seq FROM audit WHERE operation = 'search' ORDER BY seq DESC LIMIT ? OFFSET ?";
  return aged + run(`DELETE FROM audit WHERE seq IN (${beyond})`, rows, searches);
}
