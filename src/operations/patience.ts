/** Answers of a store that is looked at a little at a time, put together. */
import { type Asked, type Found, NoPlace } from "../storage/contract/questions.ts";

/** Entries of one question where somebody wants all there are. */
const PAGE = 500;

/**
 * Goes on until there are as many as were asked for, or no more, however much of the store must be looked at: for who waits alone,
 * as a command does. What is asked for in between goes first.
 */
export async function patiently<T>(
  { limit, after }: Asked,
  ask: (page: Asked) => Promise<Found<T>>,
): Promise<Found<T>> {
  const entries: T[] = [];
  let looked = 0;
  for (let from = after; ; ) {
    const found = await ask({ limit: limit - entries.length, ...(from !== undefined && { after: from }) });
    entries.push(...found.entries);
    looked += found.looked;
    if (found.next === null || entries.length >= limit) return { ...found, entries, looked };
    from = found.next;
  }
}

/**
 * One page; `null` when it was to begin behind a place that no page has given.
 * @param isPatient looks on until the page is full; else it may end early, and says where to go on
 */
export async function patientPage<T>(
  page: Asked,
  ask: (page: Asked) => Promise<Found<T>>,
  isPatient: boolean,
): Promise<Found<T> | null> {
  try {
    return await (isPatient ? patiently(page, ask) : ask(page));
  } catch (error) {
    if (error instanceof NoPlace) return null;
    throw error;
  }
}

/** All there are, in pages of `limit` at most: none of them is empty. */
export async function* everyFound<T>(
  ask: (page: Asked) => Promise<Found<T>>,
  limit = PAGE,
): AsyncGenerator<readonly T[]> {
  for (let after: string | undefined; ; ) {
    const { entries, next } = await ask({ limit, ...(after !== undefined && { after }) });
    if (entries.length > 0) yield entries;
    if (next === null) return;
    after = next;
  }
}
