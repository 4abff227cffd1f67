/**
 * The spool's files. Callbacks are appended to the file that the YAML names, always to one that this process began itself.
 * Whatever is found under its name is moved aside first, to `<path>.taking-<unique>`: a leftover of an earlier run, what
 * is now being taken over, or a file whose disk failed.
 *
 * Should another bridge use the same path, it moves our file aside, too: so each append looks afterwards whether its file
 * still has its name. It is moved before it is read and removed, hence what kept its name until it was synced is not lost.
 * It looks for its size as well: behind foreign bytes a line would not be found, and where somebody has cut the file, what was promised is gone.
 * Should somebody remove or move it, what was promised is read through the descriptor and saved (`rescue.ts`); should somebody cut it or write
 * over it, by what is remembered of it (`remembered.ts`). What was set aside is held open for that as well (`held-segments.ts`).
 */
import { Buffer } from "node:buffer";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { endsWithinLine, ifThere, makeFolder, PRIVATE, syncFolder, writeDurably } from "../basics/durable.ts";
import { segmentsOf, setAsideName } from "./names.ts";
import { fileId, missingIn, type Remembered, remember } from "./remembered.ts";
import { isAt, type LostName, lookAt, rescue, rescueRemembered } from "./rescue.ts";

export interface Segment {
  /**
   * Resolves with true when the bytes are on disk under the spool's name, with false when the file was moved, removed or written to by
   * somebody else meanwhile: they may or may not be taken over. Rejects when writing fails. Only after true it may be used again.
   */
  append(bytes: Uint8Array): Promise<boolean>;
  /** Whether it is at its name with what was appended, and nothing else, as far as anybody can tell. */
  isThere(): Promise<boolean>;
  /**
   * Closes the file; removes it when nobody was promised anything that is in it. Where somebody has removed or moved it, or what is
   * remembered is not in it any more, that is saved first, and told; as is what somebody has cut off.
   */
  close(): Promise<readonly LostName[]>;
}

const LINE_BREAK = Buffer.from("\n");

/** Begins a new file under the spool's name. Makes the folder when it is missing. */
export async function beginSegment(path: string, remembered: Remembered = remember()): Promise<Segment> {
  await makeFolder(dirname(path));
  await setAside(path);
  const file = await open(path, "ax+", PRIVATE);
  let id = "";
  /** Bytes. */
  let promised = 0;
  /** When it was last written to, as far as what is in it was looked at. Milliseconds since 1970. */
  let seenAt = 0;
  try {
    id = fileId(await file.stat());
    await syncFolder(dirname(path));
  } catch (error) {
    await close();
    throw error;
  }

  async function close(): Promise<readonly LostName[]> {
    const lost = promised === 0 ? [] : await lostOf({ file, path, id, promised }, remembered);
    // what fails here can lose nothing: the file is found again
    const remove = promised === 0 && (await isAt(file, path).catch(() => false));
    await file.close().catch(() => undefined);
    if (remove) await rm(path).catch(() => undefined);
    return lost;
  }

  /** Whether what is remembered is in it; looked for only where it was written to since. */
  async function isWhole(writtenAt: number): Promise<boolean> {
    if (writtenAt === seenAt) return true;
    seenAt = writtenAt;
    return (await missingIn(file, remembered.of(id))).length === 0;
  }

  return {
    async append(bytes) {
      await writeDurably(file, bytes);
      const { isThere, size } = await lookAt(file, path);
      const isOurs = isThere && size === promised + bytes.length;
      if (isOurs) {
        remembered.add(id, { at: promised, bytes });
        promised += bytes.length;
      }
      return isOurs;
    },
    isThere: () =>
      lookAt(file, path)
        .then(({ isThere, size, writtenAt }) => isThere && size === promised && isWhole(writtenAt))
        .catch(() => true),
    close,
  };
}

interface Promised {
  readonly file: FileHandle;
  readonly path: string;
  readonly id: string;
  /** Bytes, from its beginning on. */
  readonly promised: number;
}

async function lostOf({ file, path, id, promised }: Promised, remembered: Remembered): Promise<readonly LostName[]> {
  const size = Math.min(promised, (await file.stat().catch(() => undefined))?.size ?? promised);
  const forgotten = remembered.of(id)[0]?.at ?? promised;
  const again = await rescueRemembered({ id, file }, path, remembered);
  const nameless = size > 0 ? await rescue({ file, id }, path, size, remembered) : undefined;
  return [again, nameless, cutOff(forgotten - size)].filter((lost) => lost !== undefined);
}

const cutOff = (bytes: number): LostName | undefined =>
  bytes > 0 ? { bytes, reason: "somebody has cut the file" } : undefined;

/** Moves what has the spool's name out of the way, durably, before anything else can get that name. */
export async function setAside(path: string): Promise<void> {
  const found = await ifThere(stat(path));
  if (found === undefined) return;
  if (!found.isFile()) throw new Error("it is not a plain file");
  const moved = await ifThere(rename(path, setAsideName(path)).then(() => true));
  if (moved) await syncFolder(dirname(path));
}

/** Bytes of all that waits to be taken over, in so far as it can be told. */
export async function spooledBytes(path: string): Promise<number> {
  const files = [path, ...(await segmentsOf(path).catch(() => []))];
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Whether an earlier run has left something. When nobody can tell, taking over will, and say why. */
export async function hasLeftovers(path: string): Promise<boolean> {
  try {
    return (await ifThere(stat(path))) !== undefined || (await segmentsOf(path)).length > 0;
  } catch {
    return true;
  }
}

/** Whether callbacks can be kept there. */
export async function canSpool(path: string): Promise<boolean> {
  return beginSegment(path).then(
    (segment) => segment.close().then(() => true),
    () => false,
  );
}

/** Removes a file that was taken over, durably. */
export async function removeSegment(segment: string): Promise<void> {
  await ifThere(rm(segment));
  await syncFolder(dirname(segment));
}

/** Adds lines to a file beside the spool, durably. */
export async function keepAside(path: string, lines: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, "a+", PRIVATE);
  try {
    const before = (await endsWithinLine(file)) ? [LINE_BREAK] : [];
    await writeDurably(file, Buffer.concat([...before, ...lines.flatMap((line) => [line, LINE_BREAK])]));
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}
