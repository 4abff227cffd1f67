/** What a file of the spool holds that somebody has removed or moved: as long as it is open it can be read, and saved. */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { ifThere, makeFolder, PRIVATE, syncFolder } from "../basics/durable.ts";
import { savedName, segmentsOf } from "./names.ts";

/** A file that has lost its name, or a part of it that was cut off, with callbacks in it that were answered OK. */
export interface LostName {
  readonly bytes: number;
  /** Where they are saved, to be taken over from there; absent: they could not be, for this reason. */
  readonly file?: string;
  readonly reason?: string;
}

const PIECE = 1024 * 1024;

/**
 * Saves the first `bytes` of a file among those that were set aside. Undefined where it is still at its name, or set aside already;
 * never rejects.
 */
export async function rescue(file: FileHandle, path: string, bytes: number): Promise<LostName | undefined> {
  try {
    if (await hasAnyName(file, path)) return undefined;
  } catch {
    // nobody can tell: it is looked for again at the next start
    return undefined;
  }
  try {
    return { bytes, file: await copy(file, path, bytes) };
  } catch (error) {
    return { bytes, reason: String(error) };
  }
}

/** Whether a file is still found under this name, and its size in bytes. */
export async function lookAt(
  file: FileHandle,
  path: string,
): Promise<{ readonly isThere: boolean; readonly size: number }> {
  const [own, found] = await Promise.all([file.stat(), ifThere(stat(path))]);
  return { isThere: found !== undefined && found.ino === own.ino && found.dev === own.dev, size: own.size };
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
async function copy(from: FileHandle, path: string, bytes: number): Promise<string> {
  await makeFolder(dirname(path));
  const unfinished = `${path}.rescuing-${randomUUID()}`;
  const to = await open(unfinished, "wx", PRIVATE);
  try {
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
