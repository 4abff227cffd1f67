/** Whether a file is as it was when it was read. */
import { createHash } from "node:crypto";
import { type Stats, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { devNull } from "node:os";

/** Digests of files by their absolute path. */
export type Digests = ReadonlyMap<string, string>;

/** Stands for a file that is not there, or cannot be read. */
export const ABSENT = "absent";

/** Bytes. Nothing that a configuration is read from is larger: of what is, the size has to do. */
export const LARGEST_DIGESTED = 1_000_000;

export function digestOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export function digestOfSize(bytes: number): string {
  return `${bytes} bytes`;
}

/**
 * True for a pipe, a socket, or a device but `/dev/null`. Whoever reads one may wait for ever, or read without an end; and what was read once is gone,
 * so that nobody can look whether it has changed.
 */
export function isNoFile(found: Pick<Stats, "isFile" | "isDirectory" | "rdev">): boolean {
  return !found.isFile() && !found.isDirectory() && found.rdev !== emptyDevice();
}

/** `/dev/null`, which is taken for an empty file everywhere; `undefined` where there is no such device. */
function emptyDevice(): number | undefined {
  return statSync(devNull, { throwIfNoEntry: false })?.rdev;
}

export async function digestOfFile(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (isNoFile(found)) return ABSENT;
    return found.size > LARGEST_DIGESTED ? digestOfSize(found.size) : digestOf(await readFile(file));
  } catch {
    return ABSENT;
  }
}
