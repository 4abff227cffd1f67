/** What people have made of entries of the quarantine, as it is read. */
import { EDITED_HEAD } from "../rules/rows.ts";
import type { Transaction } from "./context.ts";
import { isThere } from "./is-there.ts";
import type { Row } from "./values.ts";

/** What was made of these entries of the quarantine, by their numbers. @param isWhole with how each body came */
export async function editsOf(
  transaction: Transaction,
  entries: readonly Row[],
  isWhole = false,
): Promise<readonly Row[]> {
  if (entries.length === 0 || !(await isThere(transaction, "edited"))) return [];
  return transaction.rows(
    `SELECT ${isWhole ? "*" : EDITED_HEAD} FROM edited WHERE seq = ANY($1::bigint[])`,
    entries.map(({ seq }) => Number(seq)),
  );
}

/** The same of what was read from them. @param events with `e_callback` */
export async function editsBehind(transaction: Transaction, events: readonly Row[]): Promise<readonly Row[]> {
  if (events.length === 0 || !(await isThere(transaction, "edited"))) return [];
  return transaction.rows(
    `SELECT ${EDITED_HEAD} FROM edited WHERE callback = ANY($1::bigint[])`,
    events.map(({ e_callback: callback }) => Number(callback)),
  );
}
