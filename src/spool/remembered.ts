/**
 * What was written to the spool's files last, in memory until the store has it: whoever cuts one of them, or writes over it in its place,
 * takes nothing of that with it. A file is known by device and inode, since its name changes.
 */
import { Buffer } from "node:buffer";
import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** Whole lines, at their place in a file. */
export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface Remembered {
  /** They are behind what was added for this file before. */
  add(file: string, piece: Piece): void;
  of(file: string): readonly Piece[];
  /** Of a file that was taken over, or of which everything was saved. */
  forget(file: string): void;
  /** Notes that what is remembered of a file could not be saved; false where that was noted before. */
  noteFailure(file: string): boolean;
  /** All files of which something is remembered. */
  files(): readonly string[];
}

/** Some 4,000 callbacks; beyond that the earliest are forgotten. Bytes. */
const MOST_BYTES = 4 * 1024 * 1024;

export function remember(mostBytes = MOST_BYTES): Remembered {
  let pieces: { readonly file: string; readonly piece: Piece }[] = [];
  let bytes = 0;
  const failed = new Set<string>();
  return {
    add(file, piece) {
      pieces.push({ file, piece });
      bytes += piece.bytes.length;
      while (bytes > mostBytes) bytes -= pieces.shift()?.piece.bytes.length ?? bytes;
    },
    of: (file) => pieces.filter((one) => one.file === file).map(({ piece }) => piece),
    forget(file) {
      failed.delete(file);
      pieces = pieces.filter((one) => one.file !== file);
      bytes = sizeOf(pieces.map(({ piece }) => piece));
    },
    noteFailure(file) {
      const isFirst = !failed.has(file);
      failed.add(file);
      return isFirst;
    },
    files: () => [...new Set(pieces.map(({ file }) => file))],
  };
}

export const fileId = ({ dev, ino }: Pick<Stats, "dev" | "ino">): string => `${dev}:${ino}`;

export const sizeOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);

const LINE_BREAK = 0x0a;
const READ_BYTES = 256 * 1024;

/** Those that are not at their place in the file, or not at the beginning of a line. Rejects where it cannot be read. */
export async function missingIn(file: FileHandle, pieces: readonly Piece[]): Promise<readonly Piece[]> {
  const missing: Piece[] = [];
  for (const neighbours of together(pieces)) {
    // with the byte before them
    const from = Math.max(0, (neighbours[0]?.at ?? 0) - 1);
    const found = await readAt(file, from, 1 + sizeOf(neighbours));
    missing.push(...neighbours.filter((piece) => !isAtPlace(piece, found, from)));
  }
  return missing;
}

/** As many as one reading takes. */
function together(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const groups: Piece[][] = [];
  let size = Infinity;
  for (const piece of pieces) {
    if (size + piece.bytes.length > READ_BYTES) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(piece);
    size += piece.bytes.length;
  }
  return groups;
}

/** Less than `length` where the file ends before. */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const found = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(found, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return found.subarray(0, read);
}

function isAtPlace({ at, bytes }: Piece, found: Buffer, from: number): boolean {
  const beginsLine = at === 0 || found[at - from - 1] === LINE_BREAK;
  return beginsLine && Buffer.compare(found.subarray(at - from, at - from + bytes.length), bytes) === 0;
}
