/** Entries of the quarantine with another body than the one that came, in a PostgreSQL store. */
import { editedAlready } from "../rules/editing.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { lockSums } from "./quarantine.ts";
import type { Row, Scalar } from "./values.ts";

const REMEMBER = `
  INSERT INTO edited AS d (seq, entry, actor, front, proven, at, original, size) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (seq) DO UPDATE SET actor = excluded.actor, front = excluded.front, proven = excluded.proven, at = excluded.at`;

export function editingOperations({ transact }: Context): Pick<Operations, "editQuarantined"> {
  return {
    editQuarantined: ({ id, before, body }, act) =>
      transact("leisure", async (transaction) => {
        await lockSums(transaction);
        const row = await transaction.one("SELECT * FROM quarantine WHERE id = $1 FOR UPDATE", id);
        if (row === undefined) return "gone";
        const already = editedAlready(row.body as Uint8Array, { before, body });
        if (already !== undefined) return already;
        const { name, front, proven } = act.actor;
        const at = await transaction.now();
        const original = [row.body as Uint8Array, Number(row.size)] as const;
        await transaction.run(REMEMBER, Number(row.seq), id, name, front, proven, at, ...original);
        await putInPlace(transaction, row, body);
        await noteAct(transaction, act, 1);
        return "edited";
      }),
  };
}

/** Removed and put back, so that the triggers count it anew. */
async function putInPlace({ run }: Transaction, row: Row, body: Uint8Array): Promise<void> {
  await run("DELETE FROM quarantine WHERE seq = $1", Number(row.seq));
  const columns = Object.entries({ ...row, body, size: body.length });
  await run(
    `INSERT INTO quarantine (${columns.map(([name]) => name).join(", ")}) OVERRIDING SYSTEM VALUE
     VALUES (${columns.map((_, index) => `$${index + 1}`).join(", ")})`,
    ...columns.map(([, value]) => value as Scalar),
  );
}

const OLD = `SELECT d.seq FROM edited d WHERE d.at < $1 AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.seq = d.seq)`;
const FORGET_BODIES = `
  UPDATE edited SET original = '' WHERE seq = ANY(ARRAY(${OLD} AND octet_length(d.original) > 0 ORDER BY d.at LIMIT $2))`;
const FORGET = `DELETE FROM edited WHERE seq = ANY(ARRAY(${OLD} ORDER BY d.at LIMIT $2))`;

/**
 * Forgets how old bodies came once no raw callback of their time is kept, and who edited them once no event is. What is still in the
 * quarantine stays. Returns how many were forgotten.
 */
export async function pruneEdited(
  { run, now }: Transaction,
  { retentionMs, rawRetentionMs }: { readonly retentionMs: number | null; readonly rawRetentionMs: number | null },
  rows: number,
): Promise<number> {
  if (rawRetentionMs === null) return 0;
  const at = await now();
  await run(FORGET_BODIES, at - rawRetentionMs, rows);
  return retentionMs === null ? 0 : run(FORGET, at - Math.max(retentionMs, rawRetentionMs), rows);
}
