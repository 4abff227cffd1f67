/** What releases after the first added to the tables of a store, and what of it a store has not yet. Pure. */

/** A table, or a column of one. Released additions are never changed. */
export interface Addition {
  readonly table: string;
  /** Absent: the table itself is what is added. */
  readonly column?: string;
  readonly sql: string;
}

/** A column that a store has. */
export interface FoundColumn {
  readonly table: string;
  readonly column: string;
}

/** Those of the additions that are missing, in their order. A table without columns is one that does not exist. */
export function missingAdditions(additions: readonly Addition[], found: readonly FoundColumn[]): readonly Addition[] {
  return additions.filter(
    ({ table, column }) => !found.some((one) => one.table === table && (column === undefined || one.column === column)),
  );
}

/** The tables that additions are about, each once. */
export function tablesOf(additions: readonly Addition[]): readonly string[] {
  return [...new Set(additions.map(({ table }) => table))];
}
