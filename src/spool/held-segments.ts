/**
 * The files that were set aside, held open until the store has them: whoever removes or moves one under the running bridge takes nothing
 * with it.
 */
import { type FileHandle, open } from "node:fs/promises";
import { isSaved, segmentsOf } from "./names.ts";
import { isStillAt, type LostName, rescue } from "./rescue.ts";

export interface HeldSegments {
  /** Holds what is new, saves what has lost its name, and tells of it. Never rejects. One call at a time. */
  look(): Promise<void>;
  /** It was taken over, and is gone. */
  letGo(segment: string): Promise<void>;
  close(): Promise<void>;
}

/** So many at once; beyond that a file that is lost is told of, and cannot be saved. */
const MOST_HELD = 200;

/** @param onLost called with the name that is gone, and what became of the callbacks in it */
export function holdSegments(path: string, onLost: (segment: string, lost: LostName) => void): HeldSegments {
  const held = new Map<string, FileHandle | undefined>();

  async function letGo(segment: string): Promise<void> {
    const file = held.get(segment);
    held.delete(segment);
    await file?.close().catch(() => undefined);
  }

  return {
    async look() {
      const found = await segmentsOf(path).catch(() => undefined);
      // a folder that cannot be read says nothing of what is in it
      if (found === undefined) return;
      for (const [segment, file] of [...held]) {
        if (found.includes(segment) && (file === undefined || (await isStillAt(file, segment)))) continue;
        const lost = await lostOf(file, segment, path);
        await letGo(segment);
        if (lost !== undefined) onLost(segment, lost);
      }
      for (const segment of found)
        if (!held.has(segment)) held.set(segment, await hold(segment, held.size < MOST_HELD));
    },
    letGo,
    async close() {
      for (const segment of [...held.keys()]) await letGo(segment);
    },
  };
}

/** Undefined where there is no room, or it cannot be opened. */
async function hold(segment: string, isRoom: boolean): Promise<FileHandle | undefined> {
  return isRoom ? open(segment, "r").catch(() => undefined) : undefined;
}

/** Undefined where nothing is lost: it is empty, or has another of the spool's names. */
async function lostOf(file: FileHandle | undefined, segment: string, path: string): Promise<LostName | undefined> {
  const bytes = (await file?.stat().catch(() => undefined))?.size;
  if (file === undefined || bytes === undefined) return { bytes: 0, reason: "it could not be held open" };
  if (bytes === 0) return undefined;
  // two bridges with one spool, of which each takes what the other has saved, would go on for ever
  if (isSaved(segment)) return { bytes, reason: "it was saved once already" };
  return rescue(file, path, bytes);
}
