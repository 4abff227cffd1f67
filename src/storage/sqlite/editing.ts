/** Entries of the quarantine with another body than the one that came, in a SQLite store. */
import { editedAlready } from "../rules/editing.ts";
import { EDITED_HEAD } from "../rules/rows.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations, Row } from "./context.ts";

const REMEMBER = `INSERT INTO edited (seq, entry, actor, front, proven, at, original, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (seq) DO UPDATE SET actor = excluded.actor, front = excluded.front, proven = excluded.proven, at = excluded.at`;

export function editingOperations(context: Context): Pick<Operations, "editQuarantined"> {
  const { one, run, now } = context;
  return {
    editQuarantined({ id, before, body }, act) {
      const row = one("SELECT * FROM quarantine WHERE id = ?", id);
      if (row === undefined) return "gone";
      const already = editedAlready(row.body as Uint8Array, { before, body });
      if (already !== undefined) return already;
      const { name, front, proven } = act.actor;
      run(REMEMBER, row.seq ?? 0, id, name, front, proven ? 1 : 0, now(), row.body ?? "", row.size ?? 0);
      putInPlace(context, row, body);
      noteAct(context, act, 1);
      return "edited";
    },
  };
}

/** Removed and put back, so that the triggers count it anew. */
function putInPlace({ run }: Context, row: Row, body: Uint8Array): void {
  run("DELETE FROM quarantine WHERE seq = ?", row.seq ?? 0);
  const columns = Object.entries({ ...row, body, size: body.length });
  run(
    `INSERT INTO quarantine (${columns.map(([name]) => name).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    ...columns.map(([, value]) => value ?? null),
  );
}

/** What was made of these entries of the quarantine, by their numbers. @param isWhole with how each body came */
export function editsOf({ all }: Pick<Context, "all">, entries: readonly Row[], isWhole = false): Row[] {
  if (entries.length === 0) return [];
  return all(
    `SELECT ${isWhole ? "*" : EDITED_HEAD} FROM edited WHERE seq IN (SELECT value FROM json_each(?))`,
    JSON.stringify(entries.map(({ seq }) => Number(seq))),
  );
}

/** The same of what was read from them, by their callbacks. */
export function editsBehind({ all }: Pick<Context, "all">, callbacks: readonly number[]): Row[] {
  if (callbacks.length === 0) return [];
  return all(
    `SELECT ${EDITED_HEAD} FROM edited WHERE callback IN (SELECT value FROM json_each(?))`,
    JSON.stringify(callbacks),
  );
}

/**
 * Forgets how old bodies came once no raw callback of their time is kept, and who edited them once no event is. What is still in the
 * quarantine stays. Returns how many were forgotten.
 */
export function pruneEdited(
  { run, now }: Context,
  { retentionMs, rawRetentionMs }: { readonly retentionMs: number | null; readonly rawRetentionMs: number | null },
  rows: number,
): number {
  if (rawRetentionMs === null) return 0;
  const old = `SELECT d.seq FROM edited d WHERE d.at < ? AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.seq = d.seq)`;
  run(
    `UPDATE edited SET original = x'' WHERE seq IN (${old} AND length(d.original) > 0 ORDER BY d.at LIMIT ?)`,
    ...[now() - rawRetentionMs, rows],
  );
  if (retentionMs === null) return 0;
  return run(
    `DELETE FROM edited WHERE seq IN (${old} ORDER BY d.at LIMIT ?)`,
    ...[now() - Math.max(retentionMs, rawRetentionMs), rows],
  );
}
