/**
 * The spool: where callbacks go, fsynced, while the store cannot take them, and where the store gets them from when it is
 * back. What an `append` has promised is never lost; a crash at any point makes the store get it once more, and it
 * recognises events and quarantine entries by their ids.
 */
import { Buffer } from "node:buffer";
import { fileTrouble } from "../basics/durable.ts";
import { letGo } from "../basics/garbage.ts";
import type { Logger } from "../connector.ts";
import type { Intake } from "../storage/contract/callbacks.ts";
import { appending } from "./appending.ts";
import { type SpoolBound, SpoolFull, spoolBound } from "./bound.ts";
import { type CurrentSegment, currentSegment } from "./current-segment.ts";
import { holdSegments } from "./held-segments.ts";
import { spoolLines } from "./line.ts";
import { remember } from "./remembered.ts";
import type { LostName } from "./rescue.ts";
import { hasLeftovers, spooledBytes } from "./segment.ts";
import type { Taker } from "./take.ts";
import { segmentTaker } from "./take-segments.ts";
import { type TakingOverOptions, takeOver } from "./taking-over.ts";

export interface Spool {
  readonly path: string;
  /** Resolves when the intake is on disk. Appends that overlap share one write. Rejects with words for people. */
  append(intake: Intake): Promise<void>;
  /** Whether there is something to take over, as far as this process knows. */
  pending(): boolean;
  /** The same, or it is being taken over at this moment. */
  holds(): boolean;
  /** Whether it holds all that it may: then it takes nothing until the store has taken some of it. */
  isFull(): boolean;
  /**
   * Hands over what is spooled, and goes on taking appends meanwhile. Rejects when the store does not take it or a file
   * cannot be read; nothing is lost then, and the next call goes on. One call at a time.
   */
  take(taker: Taker): Promise<void>;
  /** Looks whether its files are still there and whole; what was in one that somebody has removed, cut or overwritten is saved. Never rejects. Not beside `take`. */
  look(): Promise<void>;
  /** Resolves when the appends under way are settled; closes the file. */
  close(): Promise<void>;
}

const SAVED_TODO =
  "what was in it is taken over from `file`; find out who removes or moves the spool, cuts it or writes over it, under the running bridge: a person, a rotation of logs, or another bridge with the same storage.spool";
const GONE_TODO =
  "put the spool's file back under its name, if it was moved; what was in it is kept nowhere else; find out who moves it, cuts it or writes over it under the running bridge";
/** What is written was a text as often before. */
const TEXTS = 4;

export interface SpoolOptions {
  /** Most bytes that it may hold; asked anew each time. No bound unless given. */
  readonly maxBytes?: () => number;
  readonly log?: Logger;
}

/** Looks for leftovers of an earlier run. Never rejects: a spool that cannot be used must not keep the bridge from its store. */
export async function openSpool(path: string, { maxBytes = () => Infinity, log }: SpoolOptions = {}): Promise<Spool> {
  const state: State = { pending: await hasLeftovers(path), taking: false };
  const alone = oneByOne();
  const bound = spoolBound(maxBytes, await spooledBytes(path), (bytes, max) =>
    log?.warn({ fact: "spool.half_full", path, bytes, max, todo: "mend the store; or raise storage.spool_max" }),
  );
  const onLost = (name: string, lost: LostName) => {
    state.pending = true;
    log?.error(goneNote(name, lost));
  };
  const remembered = remember();
  const held = holdSegments(path, { onLost, remembered });
  const current = currentSegment(path, {
    remembered,
    onBegun() {
      state.pending = true;
    },
    onLost: (lost) => onLost(path, lost),
  });
  const takeSegments = segmentTaker(path, {
    onRead: held.lookAt,
    async onTaken(segment) {
      await held.letGo(segment);
      bound.measured(await spooledBytes(path));
    },
  });
  const setAside = () => alone(current.setAside).then(held.look);
  const look = () => alone(current.look).then(held.look);
  return {
    path,
    append: appending({ alone, write: (group) => write(group, path, { bound, current }) }),
    take: (taker) => takeAll(taker, state, { takeSegments, setAside }),
    look,
    pending: () => state.pending,
    holds: () => state.pending || state.taking,
    isFull: bound.isFull,
    async close() {
      await look();
      await alone(current.close);
      await held.close();
    },
  };
}

interface State {
  /** There is something to take over. */
  pending: boolean;
  taking: boolean;
}

async function write(
  group: readonly Intake[],
  path: string,
  { bound, current }: { readonly bound: SpoolBound; readonly current: CurrentSegment },
): Promise<void> {
  try {
    const bytes = Buffer.from(group.map(spoolLines).join(""));
    bound.claim(bytes.length);
    await current.write(bytes);
    bound.added(bytes.length);
    letGo(bytes.length * TEXTS);
  } catch (error) {
    throw error instanceof SpoolFull ? error : fileTrouble("the spool", path, "storage.spool", error);
  }
}

async function takeAll(taker: Taker, state: State, options: TakingOverOptions): Promise<void> {
  state.pending = false;
  state.taking = true;
  try {
    const trouble = await takeOver(taker, options);
    state.pending ||= taker.stopping;
    if (trouble !== undefined) throw trouble.error;
  } catch (error) {
    state.pending = true;
    throw error;
  } finally {
    state.taking = false;
  }
}

/** Runs what changes the file under the spool's name, one after the other. */
function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

function goneNote(path: string, lost: LostName) {
  return { fact: "spool.gone", path, ...lost, todo: lost.file === undefined ? GONE_TODO : SAVED_TODO };
}
