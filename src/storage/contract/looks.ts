/** A look: a part of a question that a store answers at once. */

/** What one look has found. */
export interface Look<T> {
  readonly found: readonly T[];
  /** Rows that were read for it. */
  readonly looked: number;
  /** Where the next look goes on; null when there is nothing more to be looked at. */
  readonly next: string | null;
  /** Everything received since then (milliseconds since 1970) has been looked at; absent where nobody can tell. */
  readonly backTo?: number;
}

/** How much a look may do. */
export interface LookOptions {
  /** `next` of the look before; null: from the beginning. */
  readonly from: string | null;
  /** Read at most so many rows. */
  readonly rows: number;
  /** Find at most so many. */
  readonly limit: number;
}
