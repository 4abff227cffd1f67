/**
 * What a file of the spool held that somebody has removed, moved, cut or overwritten: as long as it is open it can be read, and what was
 * written last is remembered. Both is saved among the files that were set aside.
 */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { ifThere, makeFolder, PRIVATE, syncFolder, writeDurably } from "../basics/durable.ts";
import { savedName, segmentsOf } from "./names.ts";
import { fileId, missingIn, type Piece, type Remembered, sizeOf } from "./remembered.ts";

/** Callbacks that were answered OK, and are not in the file any more in which they were, or that has lost its name. */
export interface LostName {
  readonly bytes: number;
  /** Where they are saved, to be taken over from there; absent: they could not be, for this reason. */
  readonly file?: string;
  readonly reason?: string;
}

const PIECE = 1024 * 1024;
const OVERWRITTEN = "somebody has cut it, or written over it in its place";

/** A file of the spool that is open. */
export interface OpenFile {
  readonly file: FileHandle;
  /** As `remembered` knows it. */
  readonly id: string;
}

/**
 * Saves the first `bytes` of a file among those that were set aside. Undefined where it is still at its name, or set aside already;
 * never rejects. What could not be saved stays remembered: `rescueRemembered` tries again.
 */
export async function rescue(
  { file, id }: OpenFile,
  path: string,
  bytes: number,
  remembered: Remembered,
): Promise<LostName | undefined> {
  const lost = await rescueNameless(file, path, bytes);
  if (lost?.file !== undefined) remembered.forget(id);
  else if (lost !== undefined) remembered.noteFailure(id);
  return lost;
}

async function rescueNameless(file: FileHandle, path: string, bytes: number): Promise<LostName | undefined> {
  try {
    if (await hasAnyName(file, path)) return undefined;
  } catch {
    // nobody can tell: it is looked for again at the next start
    return undefined;
  }
  try {
    return { bytes, file: await save(path, (to) => copy(file, to, bytes)) };
  } catch (error) {
    return { bytes, reason: String(error) };
  }
}

/**
 * Saves what is remembered of a file and not in it any more. Undefined where all of it is there. What cannot be saved is told once, and
 * stays remembered: the next call tries again. Never rejects.
 * @param file where it is not even open, nothing of it is left
 */
export async function rescueRemembered(
  { id, file }: Pick<OpenFile, "id"> & Partial<OpenFile>,
  path: string,
  remembered: Remembered,
): Promise<LostName | undefined> {
  const pieces = remembered.of(id);
  const missing = file === undefined ? pieces : await missingIn(file, pieces).catch(() => []);
  if (missing.length === 0) return undefined;
  const bytes = sizeOf(missing);
  try {
    const saved = await save(path, (to) => writeDurably(to, joined(missing)));
    remembered.forget(id);
    return { bytes, file: saved, reason: OVERWRITTEN };
  } catch (error) {
    return remembered.noteFailure(id) ? { bytes, reason: `${OVERWRITTEN}; ${error}` } : undefined;
  }
}

/** Whether a file is still found under this name, its size in bytes, and when it was last written to. */
export async function lookAt(
  file: FileHandle,
  path: string,
): Promise<{ readonly isThere: boolean; readonly size: number; readonly writtenAt: number }> {
  const [own, found] = await Promise.all([file.stat(), ifThere(stat(path))]);
  const isThere = found !== undefined && fileId(found) === fileId(own);
  return { isThere, size: own.size, writtenAt: own.mtimeMs };
}

export const isAt = async (file: FileHandle, path: string): Promise<boolean> => (await lookAt(file, path)).isThere;

/** The same; where nobody can tell, it is. */
export const isStillAt = (file: FileHandle, path: string): Promise<boolean> => isAt(file, path).catch(() => true);

/** Another bridge with the same spool sets a file aside as well, and takes it over. */
async function hasAnyName(file: FileHandle, path: string): Promise<boolean> {
  for (const name of [path, ...(await segmentsOf(path))]) if (await isAt(file, name)) return true;
  return false;
}

/** Under another name until it is whole: whoever takes over reads a file to its end and removes it. */
async function save(path: string, write: (to: FileHandle) => Promise<void>): Promise<string> {
  await makeFolder(dirname(path));
  const unfinished = `${path}.rescuing-${randomUUID()}`;
  const to = await open(unfinished, "wx", PRIVATE);
  try {
    await write(to);
    const file = savedName(path);
    await rename(unfinished, file);
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await to.close();
  }
}

async function copy(from: FileHandle, to: FileHandle, bytes: number): Promise<void> {
  const piece = Buffer.alloc(Math.min(PIECE, bytes));
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await from.read(piece, 0, Math.min(piece.length, bytes - at), at);
    if (bytesRead === 0) throw new Error(`it ends after ${at} bytes of ${bytes}`);
    for (let written = 0; written < bytesRead; ) {
      written += (await to.write(piece, written, bytesRead - written)).bytesWritten;
    }
    at += bytesRead;
  }
  await to.sync();
}

const joined = (pieces: readonly Piece[]): Buffer => Buffer.concat(pieces.map(({ bytes }) => bytes));
