import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { type Contents, openContents } from "../../../src/storage/sqlite/guard/contents.ts";
import { NO_DATABASE, type StoreWitness } from "../../../src/storage/sqlite/guard/witness.ts";
import { withDatabase } from "./guard-support.ts";

/** A store that took so many callbacks. */
const took = (taken: number, store = "ours"): StoreWitness => ({ store, taken, latest: `${taken} …` });

/** Somebody reads from its log. */
const BUSY = { prepare: () => ({ get: () => ({ busy: 1 }) }), exec: () => undefined } as unknown as DatabaseSync;

/** And so not all of it is in the file. */
const HALF_WRITTEN = {
  prepare: () => ({ get: () => ({ busy: 0, log: 5, checkpointed: 3 }) }),
} as unknown as DatabaseSync;

interface Scene {
  readonly db: DatabaseSync;
  readonly contents: Contents;
  /** What each way to read the store finds; undefined where it finds none. */
  readonly finds: {
    of: StoreWitness;
    at: StoreWitness | undefined;
    inFile: StoreWitness | typeof NO_DATABASE | undefined;
    apart: StoreWitness | undefined;
  };
}

/** A store that took five, which all ways find. */
function inScene(act: (scene: Scene) => void): void {
  const five = took(5);
  const finds: Scene["finds"] = { of: five, at: five, inFile: five, apart: five };
  const contents = openContents("/nowhere/bridge.db", {
    of: () => finds.of,
    at: () => finds.at,
    inFile: () => finds.inFile,
    apart: () => finds.apart,
  });
  withDatabase((db) => act({ db, contents, finds }));
}

describe("what a file holds without its log", () => {
  for (const [what, inFile, isKept] of [
    ["is kept when it is as it was marked", took(5), true],
    ["is kept when a checkpoint has added to it", took(6), true],
    ["is kept when a checkpoint beside a reader has added a part", { ...took(5), latest: "7 …" }, true],
    ["is kept when a checkpoint beside a reader has left its rows unreadable", { ...took(5), latest: undefined }, true],
    ["is not kept when it is less", took(4), false],
    ["is not kept when it is another store, however much that took", took(9, "theirs"), false],
    ["is not kept when it cannot be read", undefined, false],
  ] as const) {
    it(what, () =>
      inScene(({ db, contents, finds }) => {
        contents.mark(db);
        finds.inFile = inFile;
        assert.equal(contents.isKept(db), isKept ? "yes" : "no");
        assert.equal(contents.isThere(), isKept);
      }),
    );
  }

  it("cannot be told where it cannot be read while a reader keeps the log from being written into it", () =>
    inScene(({ db, contents, finds }) => {
      contents.mark(db);
      finds.inFile = undefined;
      assert.equal(contents.isKept(HALF_WRITTEN), "not to be told yet");
      assert.equal(contents.isKept(db), "no");
    }));

  it("is gone where that is no database at all, whoever reads from the log", () =>
    inScene(({ contents, db, finds }) => {
      contents.mark(db);
      finds.inFile = NO_DATABASE;
      assert.equal(contents.isKept(HALF_WRITTEN), "no");
    }));

  it("is another store where that can be read, whoever reads from the log", () =>
    inScene(({ db, contents, finds }) => {
      contents.mark(db);
      finds.inFile = took(4);
      assert.equal(contents.isKept(HALF_WRITTEN), "no");
    }));

  it("moves on with what checkpoints add: less than that is not kept afterwards", () =>
    inScene(({ db, contents, finds }) => {
      contents.mark(db);
      finds.inFile = took(8);
      assert.equal(contents.isKept(db), "yes");
      finds.inFile = took(7);
      assert.equal(contents.isKept(db), "no");
    }));

  it("is not kept when it was overwritten in the moment in which the log had been emptied into it", () =>
    inScene(({ db, contents, finds }) => {
      contents.mark(db);
      finds.of = took(6);
      finds.inFile = took(5);
      contents.mark(db);
      assert.deepEqual([contents.isKept(db), contents.isThere()], ["no", false]);
    }));

  it("is not kept when it was being overwritten in that moment, and could not be read", () =>
    inScene(({ db, contents, finds }) => {
      contents.mark(db);
      finds.of = took(6);
      finds.inFile = undefined;
      contents.mark(db);
      finds.inFile = took(5);
      assert.deepEqual([contents.isKept(db), contents.isThere()], ["no", false]);
    }));

  it("is not kept when the open store has less all at once: it was overwritten under it", () =>
    inScene(({ db, contents, finds }) => {
      contents.mark(db);
      [finds.of, finds.inFile, finds.at] = [took(4), took(4), took(4)];
      contents.mark(db);
      assert.deepEqual([contents.isKept(db), contents.isThere()], ["no", false]);
    }));

  it("says nothing where a reader kept the log from being emptied into it", () =>
    inScene(({ db, contents, finds }) => {
      finds.inFile = took(3);
      contents.mark(BUSY);
      finds.inFile = undefined;
      assert.equal(contents.isKept(db), "yes");
    }));

  it("says nothing once the store is opened anew", () =>
    inScene(({ db, contents, finds }) => {
      contents.mark(db);
      contents.forget();
      finds.inFile = took(1);
      assert.equal(contents.isKept(db), "yes");
    }));
});

describe("a file that cannot be read by itself", () => {
  for (const [what, at, isThere] of [
    ["is there when its path leads to all that was last seen", took(5), true],
    ["is not there when its path leads to less", took(4), false],
    ["is not there when its path leads to nothing", undefined, false],
  ] as const) {
    it(what, () =>
      inScene(({ db, contents, finds }) => {
        finds.inFile = undefined;
        contents.mark(db);
        finds.at = at;
        assert.equal(contents.isThere(), isThere);
      }),
    );
  }
});

describe("what lies at the path of a store", () => {
  for (const [what, apart, answer] of [
    ["is the store when it holds all that was taken", took(5), "yes"],
    ["is another when it holds less", took(4), "no"],
    ["is another when it has another id", took(5, "theirs"), "no"],
    ["is another when there is nothing", undefined, "no"],
  ] as const) {
    it(what, () =>
      inScene(({ db, contents, finds }) => {
        finds.apart = apart;
        assert.equal(contents.isAtPath(db), answer);
      }),
    );
  }

  it("cannot be told while somebody reads from the log of the open one", () =>
    inScene(({ contents, finds }) => {
      assert.equal(contents.isAtPath(BUSY), "yes");
      finds.apart = took(4);
      assert.equal(contents.isAtPath(BUSY), "not to be told yet");
    }));

  it("reads back what the open one holds, or more", () =>
    inScene(({ db, contents, finds }) => {
      for (const [at, isReadBack] of [
        [took(5), true],
        [took(6), true],
        [took(4), false],
        [undefined, false],
      ] as const) {
        finds.at = at;
        assert.equal(contents.isReadBack(db), isReadBack);
      }
    }));
});
