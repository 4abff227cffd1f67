/** A store that is gone from its path, and that could not be saved at once. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { openLoss } from "../../../src/storage/sqlite/guard/loss.ts";
import type { Note } from "../../../src/storage/sqlite/note.ts";
import { withDatabase } from "./guard-support.ts";

/** @param fails why it cannot be saved, for as long as that says something */
function lost(path: string, fails: () => string | undefined) {
  const notes: Note[] = [];
  const clock = { at: 0 };
  let tries = 0;
  const rescue = async () => {
    tries += 1;
    const why = fails();
    if (why !== undefined) throw new Error(why);
    return `${path}.copy`;
  };
  const loss = openLoss(path, (note) => void notes.push(note), { rescue, elapsed: () => clock.at });
  const say = async (db: DatabaseSync) => {
    assert.throws(() => loss.say(db, "moved"), /nothing is stored there/);
    for (let turns = 0; turns < 5; turns += 1) await turn();
  };
  return { loss, say, clock, tries: () => tries, facts: () => notes.map(({ fact }) => fact) };
}

describe("a store that could not be saved when it was gone", () => {
  it("is saved as soon as that can be done, which is tried now and then and told once", () =>
    withDatabase(async (db) => {
      let why: string | undefined = "no folder";
      const { say, clock, tries, facts } = lost("/nowhere/bridge.db", () => why);
      await say(db);
      await say(db);
      assert.equal(tries(), 1, "not at every look");
      clock.at += 5_000;
      await say(db);
      why = "no room";
      clock.at += 5_000;
      await say(db);
      why = undefined;
      clock.at += 5_000;
      await say(db);
      clock.at += 5_000;
      await say(db);
      assert.equal(tries(), 4);
      assert.deepEqual(facts(), ["store.gone", "store.not_saved", "store.not_saved", "store.saved"]);
    }));

  it("is saved at the latest at the end, and its folder made for that", () =>
    withDatabase(async (db) => {
      const folder = await mkdtemp(join(tmpdir(), "loss-"));
      const path = join(folder, "data", "bridge.db");
      const { loss, say, tries, facts } = lost(path, () => (existsSync(dirname(path)) ? undefined : "no folder"));
      await say(db);
      await loss.saved(db);
      await loss.saved(db);
      assert.deepEqual([tries(), facts()], [2, ["store.gone", "store.not_saved", "store.saved"]]);
      await rm(folder, { recursive: true });
    }));

  it("is not saved any more once it is back", () =>
    withDatabase(async (db) => {
      const { loss, say, tries } = lost("/nowhere/bridge.db", () => "no folder");
      await say(db);
      loss.over();
      await loss.saved(db);
      assert.equal(tries(), 1);
    }));
});
