/** Who did what, and who looked up whom. */
import { randomUUID } from "node:crypto";
import type { Act, AuditFilter, AuditLimits } from "../contract/audit.ts";
import { auditOf, type NewRow, placeOfRow, rowOfAct, rowOfLookUp } from "../rules/audit.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import type { Scalar } from "./values.ts";

const INSERT = `INSERT INTO audit AS a (act, at, until, actor, front, proven, operation, person, filter, count)
  VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (act)`;

/** To be called in the transaction of the change. @param count how much was changed; of nothing nothing is written */
export async function noteAct({ run, now }: Transaction, act: Act, count: number): Promise<void> {
  if (count === 0) return;
  const row = rowOfAct(act, count, await now());
  await run(`${INSERT} DO UPDATE SET until = excluded.at, count = a.count + excluded.count`, ...valuesOf(row));
}

/** Writes it down before anything is changed; what is changed under it is counted in the same row. */
export async function openAct({ run, now }: Transaction, act: Act): Promise<void> {
  await run(`${INSERT} DO UPDATE SET until = excluded.until`, ...valuesOf(rowOfAct(act, 0, await now())));
}

function valuesOf(row: NewRow): Scalar[] {
  const { act, at, actor, front, proven, operation, person, filter, count } = row;
  return [act, at, actor, front, proven, operation, person, filter, count];
}

export function auditOperations({ transact }: Context): Pick<Operations, "noteAct" | "noteLookUp" | "audited"> {
  return {
    noteAct: (act) => transact("work", (transaction) => openAct(transaction, act)),

    noteLookUp: (lookUp) =>
      transact("work", async ({ run, now }) => {
        await run(`${INSERT} DO NOTHING`, ...valuesOf(rowOfLookUp(lookUp, await now(), randomUUID())));
      }),

    audited: (filter, { limit, after }) =>
      transact("work", async ({ rows }) => {
        const place = placeOfRow(after);
        if (place === null) return [];
        const { sql, values } = conditionsOf(filter, 3);
        const page = `SELECT * FROM audit WHERE seq < $1${sql} ORDER BY seq DESC LIMIT $2`;
        return (await rows(page, place, limit, ...values)).map(auditOf);
      }),
  };
}

/** @param first the number of the first parameter */
function conditionsOf({ person, actor, operation, since, until }: AuditFilter, first: number) {
  const conditions = { person, actor, operation, since, until };
  const given = Object.entries(conditions).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const sql = given.map(({ name }, index) => ` AND ${conditionOn(name, `$${first + index}`)}`);
  return { sql: sql.join(""), values: given.map(({ value }) => value) };
}

/** Rows are numbered nearly as they are begun. */
function conditionOn(name: string, value: string): string {
  if (name === "until") return `at < ${value}`;
  if (name !== "since") return `${name} = ${value}`;
  return `at >= ${value} AND seq >= (SELECT b.seq FROM audit b WHERE b.at >= ${value} ORDER BY b.at LIMIT 1) - 1000`;
}

/** Removes what is not kept, at most so many rows. Returns how many went. */
export async function pruneAudit(
  { one, run, now }: Transaction,
  { retentionMs, searches }: AuditLimits,
  rows: number,
): Promise<number> {
  const remove = (which: string, ...values: number[]) =>
    run(`DELETE FROM audit WHERE seq = ANY(ARRAY(${which}))`, ...values);
  const old = "SELECT seq FROM audit WHERE at < $1 ORDER BY at LIMIT $2";
  const aged = retentionMs === null ? 0 : await remove(old, (await now()) - retentionMs, rows);
  const end = (direction: string) =>
    `(SELECT seq FROM audit WHERE operation = 'search' ORDER BY seq ${direction} LIMIT 1)`;
  const ends = await one(`SELECT ${end("DESC")} - ${end("")} AS apart`);
  // nearly always there are not even so many numbers
  if (Number(ends?.apart ?? 0) < searches) return aged;
  const beyond = "SELECT seq FROM audit WHERE operation = 'search' ORDER BY seq DESC LIMIT $1 OFFSET $2";
  return aged + (await remove(beyond, rows, searches));
}
