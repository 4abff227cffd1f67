/** What is asked for page by page: a page begins behind the last id of the one before. */

export interface PageOptions {
  /** At least 1. */
  readonly limit: number;
  /** The last id of the page before; the first page without it. */
  readonly after?: string;
}

export interface PageFound<T> {
  readonly entries: readonly T[];
  /** Where the next page goes on: the last id of this one; null when nothing is left. */
  readonly next: string | null;
}

type Read<T> = (page: PageOptions) => Promise<readonly T[]>;

/** One page, and whether there is another. */
export async function pageOf<T extends { readonly id: string }>(
  { limit, ...after }: PageOptions,
  read: Read<T>,
): Promise<PageFound<T>> {
  // one more than is wanted tells whether there is another page
  const found = await read({ limit: limit + 1, ...after });
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
}

/**
 * Every page until nothing is left. The last entry of a page must still be there when the next one is asked for.
 * @param limit entries in one page
 */
export async function* everyPage<T extends { readonly id: string }>(
  limit: number,
  read: Read<T>,
): AsyncGenerator<readonly T[]> {
  for (let after: string | undefined; ; ) {
    const page = await read(after === undefined ? { limit } : { limit, after });
    after = page.at(-1)?.id;
    if (after === undefined) return;
    yield page;
  }
}
