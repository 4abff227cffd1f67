/** Where a store's lock says who serves it, signs of life only tell more. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pid } from "node:process";
import { after, before, describe, it } from "node:test";
import type { KnownBridge } from "../../src/storage/contract/presence.ts";
import { judgeByLock } from "../../src/storage/rules/presence.ts";
import { lockStore } from "../../src/storage/sqlite/lock.ts";
import { lockOf } from "../../src/storage/sqlite/serving.ts";

function bridge(id: string, change: Partial<KnownBridge> = {}): KnownBridge {
  const configuration = { file: "/etc/bridge.yaml", hash: id };
  const known = { id, host: "here", process: 1, version: "0.1.0", configuration };
  return { ...known, since: 5, seenAt: 10, endedAt: null, serves: true, ...change };
}
const holder = { host: "here", process: 1, since: 7 };

describe("a store that one bridge serves", () => {
  it("is served by nobody once its lock is free, however fresh the last sign of life is", () => {
    assert.deepEqual(judgeByLock([bridge("a")], { tag: "free" }), [bridge("a", { serves: false })]);
  });

  it("is served by whoever holds its lock, however long it has been silent; those before it have ended", () => {
    const [silent, before] = [bridge("a", { serves: false }), bridge("b", { process: 2, seenAt: 4 })];
    assert.deepEqual(judgeByLock([silent, before], { tag: "held", holder }), [
      bridge("a"),
      bridge("b", { process: 2, seenAt: 4, serves: false, endedAt: 4 }),
    ]);
    assert.equal(judgeByLock([silent], { tag: "held" })[0]?.id, "a");
  });

  it("is served by a bridge of an older release, which gives no sign of life, all the same", () => {
    const [older, ...others] = judgeByLock([bridge("a", { endedAt: 9 })], { tag: "held", holder });
    assert.deepEqual([older?.process, older?.host, older?.version, older?.serves], [1, "here", null, true]);
    assert.deepEqual(others, [bridge("a", { endedAt: 9, serves: false })]);
    assert.deepEqual(judgeByLock([], { tag: "held" })[0]?.serves, true);
  });

  it("is judged by signs of life alone where somebody has removed its lock", () => {
    assert.deepEqual(judgeByLock([bridge("a")], { tag: "unknown" }), [bridge("a")]);
  });
});

describe("the lock of a store", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "unsub-bridge-lock-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("tells who holds it, and is in nobody's way", async () => {
    const path = join(folder, "bridge.db");
    assert.deepEqual(lockOf(path), { tag: "unknown" });
    const lock = await lockStore(path);
    const found = lockOf(path);
    assert.deepEqual(found.tag === "held" && [found.holder?.host, found.holder?.process], [hostname(), pid]);
    lock.release();
    assert.deepEqual(lockOf(path), { tag: "free" });
    (await lockStore(path, { waitMs: 0 })).release();
  });
});
