/**
 * The files that were set aside, held open until the store has them: whoever removes or moves one under the running bridge takes nothing
 * with it. Nor does who cuts it or writes over it, as far as it is remembered what was in it.
 */
import { open, stat } from "node:fs/promises";
import { ifThere } from "../basics/durable.ts";
import { isSaved, segmentsOf } from "./names.ts";
import { fileId, type Remembered } from "./remembered.ts";
import { isStillAt, type LostName, type OpenFile, rescue, rescueRemembered } from "./rescue.ts";

export interface HeldSegments {
  /** Holds what is new, saves what is gone, and tells of it. Never rejects. One call at a time. */
  look(): Promise<void>;
  /** Before a file that was read to its end is removed: the same for it alone. Never rejects. */
  lookAt(segment: string): Promise<void>;
  /** It was taken over, and is gone. */
  letGo(segment: string): Promise<void>;
  close(): Promise<void>;
}

interface Held {
  /** Undefined where there is no room, or it cannot be opened. */
  readonly open: OpenFile | undefined;
  /** When it was last written to, as far as what is in it was looked at. Milliseconds since 1970. */
  seenAt: number;
}

/** So many at once; beyond that a file that is lost is told of, and cannot be saved. */
const MOST_HELD = 200;
const NOT_HELD: Held = { open: undefined, seenAt: 0 };

export interface HeldSegmentsOptions {
  /** Called with the name that is gone, and what became of the callbacks in it. */
  readonly onLost: (segment: string, lost: LostName) => void;
  /** The same as of the file that is being written: what is set aside was written there. */
  readonly remembered: Remembered;
}

export function holdSegments(path: string, { onLost, remembered }: HeldSegmentsOptions): HeldSegments {
  const held = new Map<string, Held>();
  const saving = openSaving(path, { onLost, remembered });

  async function giveUp(segment: string, { open }: Held): Promise<void> {
    held.delete(segment);
    await saving.saveAll(segment, open);
    await close(open);
  }

  async function hold(segment: string, isRoom: boolean): Promise<Held> {
    const known = held.get(segment) ?? NOT_HELD;
    const one = known.open === undefined && isRoom ? { open: await openAt(segment), seenAt: 0 } : known;
    held.set(segment, one);
    return one;
  }

  return {
    async look() {
      // before the others are listed: it becomes one of them, and never the other way round
      const current = await ifThere(stat(path)).catch(() => undefined);
      const found = await segmentsOf(path).catch(() => undefined);
      // a folder that cannot be read says nothing of what is in it
      if (found === undefined) return;
      for (const [segment, one] of [...held]) {
        await saving.saveMissing(segment, one, false);
        const isThere = found.includes(segment) && (await isHeldAt(segment, one));
        if (!isThere) await giveUp(segment, one);
      }
      for (const segment of found) if (!held.has(segment)) await hold(segment, held.size < MOST_HELD);
      await saving.saveOrphans([...held.values()], current && fileId(current));
    },
    async lookAt(segment) {
      const one = await hold(segment, true);
      await saving.saveMissing(segment, one, true);
      if (!(await isHeldAt(segment, one))) await giveUp(segment, one);
    },
    async letGo(segment) {
      const { open } = held.get(segment) ?? NOT_HELD;
      held.delete(segment);
      if (open !== undefined) remembered.forget(open.id);
      await close(open);
    },
    async close() {
      for (const [segment, { open }] of [...held]) {
        await close(open);
        held.delete(segment);
      }
    },
  };
}

interface Saving {
  /** What is remembered of it and not in it any more; without a look where nobody has written to it since, unless it must be sure. */
  saveMissing(segment: string, held: Held, isSure: boolean): Promise<void>;
  /** All that is in a file which has lost its name. */
  saveAll(segment: string, open: OpenFile | undefined): Promise<void>;
  /** Of files that were closed, and that somebody has removed before they were held: only what is remembered is left of them. */
  saveOrphans(held: readonly Held[], current: string | undefined): Promise<void>;
}

function openSaving(path: string, { onLost, remembered }: HeldSegmentsOptions): Saving {
  function tell(segment: string, lost: LostName | undefined): void {
    if (lost !== undefined) onLost(segment, lost);
  }

  /** Undefined where nothing is lost: it is empty, or has another of the spool's names. */
  async function lostOf(open: OpenFile | undefined, segment: string): Promise<LostName | undefined> {
    const bytes = (await open?.file.stat().catch(() => undefined))?.size;
    if (open === undefined || bytes === undefined) return { bytes: 0, reason: "it could not be held open" };
    if (bytes === 0) return undefined;
    // two bridges with one spool, of which each takes what the other has saved, would go on for ever
    if (isSaved(segment)) return { bytes, reason: "it was saved once already" };
    return rescue(open, path, bytes, remembered);
  }

  return {
    async saveMissing(segment, held, isSure) {
      if (held.open === undefined) return;
      const writtenAt = (await held.open.file.stat().catch(() => undefined))?.mtimeMs ?? held.seenAt;
      if (!isSure && writtenAt === held.seenAt) return;
      held.seenAt = writtenAt;
      tell(segment, await rescueRemembered(held.open, path, remembered));
    },
    async saveAll(segment, open) {
      tell(segment, await lostOf(open, segment));
    },
    async saveOrphans(held, current) {
      const ids = held.map(({ open }) => open?.id);
      if (ids.includes(undefined)) return;
      for (const id of remembered.files()) {
        if (id !== current && !ids.includes(id)) tell(path, await rescueRemembered({ id }, path, remembered));
      }
    },
  };
}

const close = async (open: OpenFile | undefined): Promise<void> => open?.file.close().catch(() => undefined);

/** Where it is not held, nobody can tell. */
const isHeldAt = async (segment: string, { open }: Held): Promise<boolean> =>
  open === undefined || isStillAt(open.file, segment);

async function openAt(segment: string): Promise<OpenFile | undefined> {
  const file = await open(segment, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  const found = await file.stat().catch(() => undefined);
  if (found !== undefined) return { file, id: fileId(found) };
  await file.close().catch(() => undefined);
  return undefined;
}
