/** Whether a file is as it was when it was read. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";

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

export async function digestOfFile(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    return size > LARGEST_DIGESTED ? digestOfSize(size) : digestOf(await readFile(file));
  } catch {
    return ABSENT;
  }
}
