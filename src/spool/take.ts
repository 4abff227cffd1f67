/** Hands one file of the spool to the store, in portions. */
import type { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { linesOf } from "../basics/lines.ts";
import type { AcceptResult, Intake } from "../storage/contract/callbacks.ts";
import { readSpoolLine, type SpoolEntry } from "./line.ts";
import { keepAside } from "./segment.ts";

/** Who gets what was spooled, and is told of what cannot be handed over. */
export interface Taker {
  accept(intake: Intake): Promise<AcceptResult>;
  /** An entry that the store refuses for itself; it is kept in `file`. */
  refused(why: string, file: string): void;
  /** A line that is not whole: a crash in the middle of an append that nobody was promised. It is kept in `file`. */
  unreadable(bytes: number, file: string): void;
  /** Whole lines that this release does not know; they are kept in `file`. */
  foreign(lines: number, file: string): void;
  /** What was handed over, in callbacks and quarantine entries. */
  taken(entries: number): void;
  /** Stale entries that the quarantine's bounds leave out: these are kept nowhere any more. */
  outside(entries: number): void;
  /** True when it should come to an end between two portions. */
  readonly stopping: boolean;
}

/**
 * How far a file is taken over, as long as this process lives: after a crash all of it is handed over again, and the store
 * recognises what it has.
 */
export interface Progress {
  /** Lines up to this number are done, apart from those in `left`. */
  upTo: number;
  left: Set<number>;
  /** The store refused a portion: now one by one, so that one entry that it cannot take keeps no others. */
  oneByOne: boolean;
}

export const startOfFile = (): Progress => ({ upTo: 0, left: new Set(), oneByOne: false });

/** One transaction of the store. */
const PORTION_LINES = 500;
const PORTION_BYTES = 4 * 1024 * 1024;
/** When so many in a row fail, alone, it is the store that is in trouble and not an entry. */
const FAILURES_IN_A_ROW = 3;

interface SpooledLine {
  readonly number: number;
  readonly bytes: Buffer;
  readonly entry: SpoolEntry | undefined;
}

/**
 * Resolves when all of the file is taken over, or with false when `stopping` came first. Rejects when the store does
 * not take it; `progress` then knows what is still to do.
 * @param path the spool's path: what cannot be handed over is kept beside it
 */
export async function takeSegment(path: string, segment: string, progress: Progress, taker: Taker): Promise<boolean> {
  let failures: unknown[] = [];
  let inARow = 0;
  const before = { ...progress, left: new Set(progress.left) };
  for await (const portion of portionsOf(segment, before)) {
    if (taker.stopping) return false;
    try {
      await handOver(path, portion, taker);
      inARow = 0;
      for (const { number } of portion) progress.left.delete(number);
    } catch (error) {
      if (!before.oneByOne) {
        progress.oneByOne = true;
        throw error;
      }
      failures = [...failures, error];
      inARow += 1;
      if (inARow >= FAILURES_IN_A_ROW) throw error;
      for (const { number } of portion) progress.left.add(number);
    }
    progress.upTo = Math.max(progress.upTo, portion.at(-1)?.number ?? 0);
  }
  if (failures.length > 0) throw failures[0];
  return true;
}

/** The store first: a portion that it does not take comes again, and would be put aside twice. */
async function handOver(path: string, portion: readonly SpooledLine[], taker: Taker): Promise<void> {
  await handEntries(path, portion, taker);
  await putAside(path, portion, taker);
}

async function putAside(path: string, portion: readonly SpooledLine[], taker: Taker): Promise<void> {
  const foreign = portion.filter(({ entry }) => entry?.kind === "foreign");
  if (foreign.length > 0) {
    const file = `${path}.foreign`;
    await keepAside(
      file,
      foreign.map(({ bytes }) => bytes),
    );
    taker.foreign(foreign.length, file);
  }
  const torn = portion.filter(({ entry }) => entry === undefined);
  if (torn.length > 0) {
    const file = `${path}.unreadable`;
    await keepAside(
      file,
      torn.map(({ bytes }) => bytes),
    );
    for (const { bytes } of torn) taker.unreadable(bytes.length, file);
  }
}

async function handEntries(path: string, portion: readonly SpooledLine[], taker: Taker): Promise<void> {
  const callbacks = portion.flatMap(({ bytes, entry }) =>
    entry?.kind === "callback" ? [{ bytes, callback: entry.callback }] : [],
  );
  const quarantine = portion.flatMap(({ entry }) => (entry?.kind === "quarantine" ? [entry.entry] : []));
  if (callbacks.length + quarantine.length === 0) return;
  const intake = { callbacks: callbacks.map(({ callback }) => callback), quarantine };
  const { refused, unkept = [] } = await taker.accept(intake);
  const whys = new Map(refused.map(({ index, why }) => [index, why]));
  if (whys.size > 0) {
    const file = `${path}.refused`;
    await keepAside(
      file,
      callbacks.filter((_, index) => whys.has(index)).map(({ bytes }) => bytes),
    );
    for (const why of whys.values()) taker.refused(why, file);
  }
  if (unkept.length > 0) taker.outside(unkept.length);
  taker.taken(callbacks.length + quarantine.length - whys.size - unkept.length);
}

/** The lines that are still to do, as many at once as one transaction takes. */
async function* portionsOf(segment: string, progress: Progress): AsyncGenerator<readonly SpooledLine[]> {
  let portion: SpooledLine[] = [];
  let size = 0;
  for await (const { number, bytes } of linesOf(createReadStream(segment))) {
    if ((number <= progress.upTo && !progress.left.has(number)) || bytes.length === 0) continue;
    if (portion.length > 0 && size + bytes.length > PORTION_BYTES) {
      yield portion;
      portion = [];
      size = 0;
    }
    portion.push({ number, bytes, entry: readSpoolLine(bytes) });
    size += bytes.length;
    if (portion.length < (progress.oneByOne ? 1 : PORTION_LINES)) continue;
    yield portion;
    portion = [];
    size = 0;
  }
  if (portion.length > 0) yield portion;
}
