import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Spool } from "../../src/spool/spool.ts";
import { startTakeOver } from "../../src/spool/take-over.ts";
import { memoryLog } from "../intake/harness.ts";
import { eventually } from "../support/eventually.ts";
import { DOWN, filesOf, inFolder, intake, taker } from "./spool-support.ts";

/** A spool's take-over with a store that may be down. */
function setUp(spool: Spool, up = true) {
  const store = taker();
  const log = memoryLog();
  const control = { up, pings: 0, noticed: 0 };
  const storage = {
    accept: store.accept,
    ping: async () => {
      control.pings += 1;
      if (!control.up) await DOWN();
    },
  };
  const loop = startTakeOver(spool, storage, log, () => {
    control.noticed += 1;
  });
  const facts = (fact: string) => log.lines.filter((line) => line.fact === fact);
  return { store, log, control, loop, facts };
}

describe("taking over the spool", () => {
  it("brings leftovers of an earlier run to the store at the start, and tells the router", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      await (await open(path)).append(intake("a", "b"));
      const { store, loop, control, log } = setUp(await open(path));
      await eventually(() => log.lines.length > 0);
      await loop.stop();
      assert.deepEqual(store.got, ["a", "b"]);
      assert.equal(control.noticed, 1);
      assert.deepEqual(log.lines, [{ fact: "spool.taken", path, entries: 2, level: "info" }]);
      assert.deepEqual(await filesOf(path), []);
    }));

  it("asks and says nothing when there is nothing to take over", () =>
    inFolder(async (folder, open) => {
      const { loop, control, log } = setUp(await open(join(folder, "spool.jsonl")));
      loop.wake();
      await loop.stop();
      assert.equal(control.pings, 0);
      assert.deepEqual(log.lines, []);
    }));

  it("waits for a store that is down, says so once, and goes on by itself", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("a"));
      const { store, loop, control, facts } = setUp(spool, false);
      await eventually(() => control.pings > 0);
      const asked = control.pings;
      loop.wake();
      await eventually(() => control.pings > asked);
      assert.deepEqual(store.got, []);
      assert.deepEqual(await filesOf(path), ["spool"], "a store that does not answer is offered nothing");
      control.up = true;
      loop.wake();
      await eventually(() => facts("spool.taken").length > 0);
      await loop.stop();
      assert.deepEqual(store.got, ["a"]);
      assert.ok(facts("spool.kept").length <= 1);
    }));

  it("takes over what was spooled later, without being told", () =>
    inFolder(async (folder, open) => {
      const spool = await open(join(folder, "spool.jsonl"));
      const { store, loop } = setUp(spool);
      await spool.append(intake("a"));
      await eventually(() => store.got.length > 0);
      await loop.stop();
      assert.deepEqual(store.got, ["a"]);
    }));

  it("names loudly what the store refuses and what is not whole, and where it is kept", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      await (await open(path)).append(intake("a", "b"));
      await appendFile(path, '{"v":1,"su');
      const spool = await open(path);
      const { store, loop, facts } = setUp(spool);
      store.behave = () => ({ refused: [{ index: 0, why: "no room for it" }] });
      await eventually(() => facts("spool.taken").length > 0);
      await loop.stop();
      assert.deepEqual(facts("spool.refused"), [
        { fact: "spool.refused", reason: "no room for it", file: `${path}.refused`, level: "error" },
      ]);
      assert.deepEqual(facts("spool.unreadable"), [
        { fact: "spool.unreadable", bytes: 10, file: `${path}.unreadable`, level: "error" },
      ]);
      assert.deepEqual(await filesOf(path), ["spool.refused", "spool.unreadable"]);
    }));
});
