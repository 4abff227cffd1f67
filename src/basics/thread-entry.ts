/** What threads begin with: each a file of its own, or, in an executable of one file, that file, which is told which of them. */

let within: URL | undefined;

/** From now on every thread begins with this. @param url of the executable's own entry */
export function threadsBeginWith(url: string): void {
  within = new URL(url);
}

export interface ThreadEntry {
  readonly url: URL;
  /** For the thread's data: which file is meant. */
  readonly entry?: string;
}

/**
 * @param name from the checkout's folder: `src/storage/sqlite/reader-entry.ts`
 */
export function threadEntry(name: string): ThreadEntry {
  return within === undefined ? { url: new URL(`../../${name}`, import.meta.url) } : { url: within, entry: name };
}
