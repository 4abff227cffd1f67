/**
 * Why callbacks go to the spool instead of the store, and since when: written beside the spool, since the store is what
 * cannot be asked then. Commands read it.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ifThere, makeFolder, PRIVATE } from "../basics/durable.ts";

export interface StoreTrouble {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** With the place and the way out. */
  readonly why: string;
}

export interface TroubleNote {
  /** Keeps the time of a trouble that was noted before. Never rejects. */
  write(why: string): Promise<void>;
  /** The store is back. Never rejects. */
  remove(): Promise<void>;
}

const fileOf = (spool: string): string => `${spool}.trouble.json`;

export function openTroubleNote(spool: string, now: () => number): TroubleNote {
  const file = fileOf(spool);
  let last: Promise<void> = Promise.resolve();
  // one after the other, and a side room at that: a note that cannot be written holds up nothing
  const next = (work: () => Promise<unknown>): Promise<void> => {
    last = last.then(work).then(
      () => undefined,
      () => undefined,
    );
    return last;
  };
  return {
    write: (why) =>
      next(async () => {
        const since = (await readTrouble(spool))?.since ?? now();
        await makeFolder(dirname(file));
        await writeFile(`${file}.new`, `${JSON.stringify({ since, why } satisfies StoreTrouble)}\n`, { mode: PRIVATE });
        await rename(`${file}.new`, file);
      }),
    remove: () => next(() => rm(file, { force: true })),
  };
}

/** Undefined when there is no trouble, or none that can be read. */
export async function readTrouble(spool: string): Promise<StoreTrouble | undefined> {
  try {
    const text = await ifThere(readFile(fileOf(spool), "utf8"));
    if (text === undefined) return undefined;
    const { since, why } = JSON.parse(text) as Partial<StoreTrouble>;
    return typeof since === "number" && typeof why === "string" ? { since, why } : undefined;
  } catch {
    return undefined;
  }
}
