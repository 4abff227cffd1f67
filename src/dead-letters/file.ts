/**
 * The dead-letter file: JSON Lines, appended and synced. It may be rotated or removed under the running bridge: each append
 * looks whether the file that it has open still has its name.
 */
import { Buffer } from "node:buffer";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import {
  endsWithinLine,
  fileTrouble,
  ifThere,
  makeFolder,
  PRIVATE,
  syncFolder,
  writeDurably,
} from "../basics/durable.ts";

export interface DeadLetterFile {
  readonly path: string;
  /**
   * Resolves when these lines (given without line breaks) are on disk: one write and one sync for all. Rejects with words
   * for people; some of the lines may be in the file then. One call at a time.
   */
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens nothing yet: file and folder are made when there is something to write. */
export function openDeadLetterFile(path: string): DeadLetterFile {
  let file: FileHandle | undefined;

  async function close(): Promise<void> {
    const last = file;
    file = undefined;
    await last?.close().catch(() => undefined);
  }

  async function write(lines: readonly string[]): Promise<void> {
    if (file !== undefined && !(await hasName(file, path))) await close();
    let before = "";
    if (file === undefined) {
      file = await openForAppend(path);
      // a crash, or a full disk, left half a line: it stays as it is, ours begins on its own
      if (await endsWithinLine(file)) before = "\n";
    }
    await writeDurably(file, Buffer.from(`${before}${lines.join("\n")}\n`));
  }

  return {
    path,
    async append(lines) {
      if (lines.length === 0) return;
      try {
        await write(lines);
      } catch (error) {
        // opened anew, the file is looked at for what the failed write has left
        await close();
        throw fileTrouble("the dead-letter file", path, "dead_letters.file", error);
      }
    },
    close,
  };
}

async function openForAppend(path: string): Promise<FileHandle> {
  await makeFolder(dirname(path));
  const file = await open(path, "a+", PRIVATE);
  try {
    await syncFolder(dirname(path));
    await closeToOthers(file);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A rotation may have made it for everybody. */
async function closeToOthers(file: FileHandle): Promise<void> {
  const { mode } = await file.stat();
  // somebody else's file stays as it is
  if ((mode & ~GROUP_READS & 0o077) !== 0) await file.chmod(mode & GROUP_READS_TOO).catch(() => undefined);
}

/** Somebody may have given it on purpose. */
const GROUP_READS = 0o040;
const GROUP_READS_TOO = 0o740;

async function hasName(file: FileHandle, path: string): Promise<boolean> {
  const [own, found] = await Promise.all([file.stat(), ifThere(stat(path))]);
  return found !== undefined && found.ino === own.ino && found.dev === own.dev;
}
