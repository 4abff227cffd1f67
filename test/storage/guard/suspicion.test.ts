import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Contents } from "../../../src/storage/sqlite/guard/contents.ts";
import { openIdentity } from "../../../src/storage/sqlite/guard/identity.ts";
import { type Doubt, openLoss } from "../../../src/storage/sqlite/guard/loss.ts";
import { openSuspicion } from "../../../src/storage/sqlite/guard/suspicion.ts";
import type { Note } from "../../../src/storage/sqlite/note.ts";
import { filesOf, withDatabase } from "./guard-support.ts";

const PATH = "/nowhere/bridge.db";

/** A store under suspicion, of which the test says what lies at its path. */
function suspected(doubt: Doubt | undefined) {
  const notes: Note[] = [];
  const copies: string[] = [];
  const found: { inode: bigint; at: number; isThere: boolean; isAtPath: ReturnType<Contents["isAtPath"]> } = {
    ...{ inode: 2n, at: 0, isThere: false, isAtPath: "no" },
  };
  const identity = openIdentity();
  identity.record(filesOf(1n));
  const never = () => assert.fail("nobody asks that of a suspicion");
  const note = (one: Note) => void notes.push(one);
  const rescue = async (): Promise<string> => {
    copies.push("copy");
    return `${PATH}.copy`;
  };
  const suspicion = openSuspicion({
    ...{ path: PATH, note, identity },
    look: () => filesOf(found.inode),
    elapsed: () => found.at,
    contents: {
      ...{ mark: never, forget: never, isKept: never, isReadBack: never },
      isThere: () => found.isThere,
      isAtPath: () => found.isAtPath,
    },
    loss: openLoss(PATH, note, { rescue }),
  });
  if (doubt !== undefined) assert.throws(() => suspicion.raise(doubt));
  const facts = () => notes.map(({ fact }) => fact);
  const resolve = () => withDatabase((db) => suspicion.resolve(db));
  /** The end of the store. */
  const settle = () => withDatabase((db) => suspicion.settle(db));
  return { suspicion, found, facts, copies, resolve, settle };
}

describe("a store under suspicion", () => {
  it("is refused from then on, with the reason", () => {
    const { suspicion, facts } = suspected("moved");
    assert.equal(suspicion.doubts, true);
    assert.throws(() => suspicion.refuse(), /removed, replaced or renamed/);
    assert.deepEqual(facts(), ["store.suspicious"]);
  });

  it("is there again when its own files are back", () => {
    const { suspicion, found, facts, resolve } = suspected("moved");
    found.inode = 1n;
    resolve();
    assert.equal(suspicion.doubts, false);
    suspicion.refuse();
    assert.deepEqual(facts(), ["store.suspicious", "store.there"]);
  });

  it("is there in other files that hold all that it took", () => {
    const { found, facts, resolve } = suspected("moved");
    found.isAtPath = "yes";
    resolve();
    assert.equal(facts().at(-1), "store.there");
  });

  it("is not there only because its own file is: that one was overwritten", () => {
    const { found, resolve } = suspected("overwritten");
    [found.inode, found.isAtPath] = [1n, "yes"];
    assert.throws(resolve, /overwritten.*nothing is stored there until it is back/);
  });

  it("is gone when what lies there is another, said once and saved once, until it is back", async () => {
    const { found, facts, copies, resolve, settle } = suspected("moved");
    for (found.at = 0; found.at < 5_000; found.at += 1_000) assert.throws(resolve, /until it is back/);
    assert.deepEqual([facts().filter((fact) => fact === "store.gone").length, copies.length], [1, 1]);
    found.inode = 1n;
    resolve();
    assert.equal(await settle(), true);
  });

  it("is not saved when it was overwritten: there is nothing whole", () => {
    const { facts, copies, resolve } = suspected("overwritten");
    assert.throws(resolve);
    assert.deepEqual([facts(), copies], [["store.suspicious", "store.gone"], []]);
  });

  it("is not called gone while somebody reads its log, since nobody can tell", () => {
    const { found, facts, resolve } = suspected("moved");
    found.isAtPath = "not to be told yet";
    assert.throws(resolve, /cannot be told yet/);
    assert.deepEqual(facts(), ["store.suspicious"]);
  });

  it("is looked into once a second", () => {
    const { found, resolve } = suspected("moved");
    assert.throws(resolve, /until it is back/);
    found.inode = 1n;
    found.at = 999;
    assert.throws(resolve, /removed, replaced or renamed/);
    found.at = 1_000;
    resolve();
  });

  it("is a false alarm when it was never gone: the third in an hour is the last", () => {
    const { suspicion, found, facts, resolve } = suspected(undefined);
    for (found.at = 0; found.at < 30_000; found.at += 10_000) {
      found.inode = 2n;
      assert.throws(() => suspicion.raise("moved"));
      found.inode = 1n;
      resolve();
    }
    assert.deepEqual(facts().slice(-3), ["store.suspicious", "store.watch_off", "store.there"]);
    assert.equal(facts().filter((fact) => fact === "store.watch_off").length, 1);
  });

  it("is no false alarm when it was gone in truth, however often", () => {
    const { suspicion, found, facts, resolve } = suspected(undefined);
    for (found.at = 0; found.at < 50_000; found.at += 10_000) {
      found.inode = 2n;
      assert.throws(() => suspicion.raise("moved"));
      assert.throws(resolve, /until it is back/);
      found.inode = 1n;
      found.at += 1_000;
      resolve();
    }
    assert.ok(!facts().includes("store.watch_off"));
  });
});

describe("the end of a store", () => {
  it("is quiet when nothing is wrong", async () => {
    const { found, facts, settle } = suspected(undefined);
    found.inode = 1n;
    assert.deepEqual([await settle(), facts()], [true, []]);
  });

  it("saves one whose files went unseen", async () => {
    const { facts, settle } = suspected(undefined);
    assert.equal(await settle(), true);
    assert.deepEqual(facts(), ["store.gone", "store.saved"]);
  });

  it("leaves one open that was overwritten: closing it would write over the new file", async () => {
    const { copies, settle } = suspected("overwritten");
    assert.deepEqual([await settle(), copies], [false, []]);
  });
});
