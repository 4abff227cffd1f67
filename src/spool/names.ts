/** How the spool's files are called: the one that is written, and beside it those that were set aside, to be taken over. */
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ifThere } from "../basics/durable.ts";

/** A name that no file has, for one that is set aside. */
export function setAsideName(path: string): string {
  return `${path}.taking-${randomUUID()}`;
}

const SAVED = ".saved";

/** The same for what was saved from a file that had lost its name. */
export const savedName = (path: string): string => `${setAsideName(path)}${SAVED}`;

export const isSaved = (segment: string): boolean => segment.endsWith(SAVED);

/** The files that were set aside. */
export async function segmentsOf(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = (await ifThere(readdir(folder))) ?? [];
  const prefix = `${basename(path)}.taking-`;
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(folder, name));
}
