/** A folder for a spool, intakes to put into it, and a store that takes from it and can be told to fail. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { openSpool, type Spool } from "../../src/spool/spool.ts";
import type { Taker } from "../../src/spool/take.ts";
import type { AcceptResult, Callback, Intake, QuarantineEntry } from "../../src/storage/contract/callbacks.ts";

type Open = (path: string) => Promise<Spool>;

/** Runs a test in a folder of its own; spools that it opened are closed at the end only, as those of a crash are. */
export async function inFolder(test: (folder: string, open: Open) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "spool-"));
  const spools: Spool[] = [];
  const open = async (path: string) => {
    const spool = await openSpool(path);
    spools.push(spool);
    return spool;
  };
  try {
    await test(folder, open);
  } finally {
    for (const spool of spools) await spool.close();
    await rm(folder, { recursive: true });
  }
}

/** A callback whose body is this text. */
export function callback(text: string, change: Partial<Callback> = {}): Callback {
  return {
    app: "1400000000",
    command: "OfficialAccount.CallbackAfterDeleteSubscriber",
    platform: "iOS",
    clientIp: "127.0.0.1",
    receivedAt: 1_670_574_414_500,
    body: Buffer.from(text),
    ...change,
  };
}

export const intake = (...texts: string[]): Intake => ({
  callbacks: texts.map((text) => callback(text)),
  quarantine: [],
});

export function quarantined(id: string): QuarantineEntry {
  return { ...callback(`raw ${id}`), id, fault: "EventTime: expected milliseconds", size: 20 };
}

export const textOf = ({ body }: Pick<Callback, "body">): string => Buffer.from(body).toString("utf8");

export interface TestTaker extends Taker {
  /** What it took: bodies of callbacks, ids of quarantine entries. */
  readonly got: string[];
  /** How many of them came at once. */
  readonly sizes: number[];
  /** What it was told. */
  readonly refusals: string[];
  readonly torn: number[];
  foreignLines: number;
  outsideEntries: number;
  counted: number;
  stopping: boolean;
  /** What comes first: it may throw or refuse. */
  behave(intake: Intake): AcceptResult | Promise<AcceptResult>;
}

/** Takes everything, until told otherwise. */
export function taker(): TestTaker {
  const self: TestTaker = {
    got: [],
    sizes: [],
    refusals: [],
    torn: [],
    foreignLines: 0,
    outsideEntries: 0,
    counted: 0,
    stopping: false,
    behave: () => ({ refused: [] }),
    async accept(given) {
      const result = await self.behave(given);
      const refused = new Set(result.refused.map(({ index }) => index));
      self.got.push(...given.callbacks.filter((_, index) => !refused.has(index)).map(textOf));
      self.got.push(...given.quarantine.map(({ id }) => id));
      self.sizes.push(given.callbacks.length + given.quarantine.length);
      return result;
    },
    refused: (why) => void self.refusals.push(why),
    unreadable: (bytes) => void self.torn.push(bytes),
    outside: (entries) => {
      self.outsideEntries += entries;
    },
    foreign: (lines) => {
      self.foreignLines += lines;
    },
    taken(entries) {
      self.counted += entries;
    },
  };
  return self;
}

/** For a file whose fate is of no interest. */
export const UNTOLD = { onBegun: () => undefined, onLost: () => undefined };

export const DOWN = () => Promise.reject(new Error("the store is down"));

/** The names of the spool's files, those set aside under one name. */
export async function filesOf(path: string): Promise<string[]> {
  const names = await readdir(dirname(path));
  return names.map((name) => name.replace(/\.taking-.*$/, ".taking").replace(basename(path), "spool")).sort();
}
