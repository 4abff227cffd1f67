/** A SQLite store by its address, and the files that it is made of. */

/** The path in `sqlite:PATH`; undefined of an address of any other kind. */
export function sqlitePath(url: string): string | undefined {
  return /^sqlite:(.+)$/s.exec(url)?.[1];
}

/** What SQLite puts behind a database's name for the files beside it: they are the store as well. */
export const SQLITE_ENDINGS: readonly string[] = ["-wal", "-shm", "-journal"];
