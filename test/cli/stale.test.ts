/** `quarantine` and `status` about what came stale: how far off it was, what `--all` takes of it, and our own clock. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { STALE_FAULT, staleEntry } from "../../src/callback.ts";
import type { QuarantineEntry } from "../../src/storage/contract/callbacks.ts";
import { callbackBody } from "../support/callbacks.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { faultyCallback, openSeeded } from "./seed.ts";

const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / 1000) * 1000;

/** What came at `receivedAt`, so far off (negative: its time lay behind our clock), and so far behind its app's newest. */
function staleOf(user: string, aheadMs: number, behindMs = 0, receivedAt = NOW): QuarantineEntry {
  const plain = faultyCallback(callbackBody({ users: [user], eventTime: NOW - 5 * MINUTE }), STALE_FAULT, receivedAt);
  return staleEntry(plain, STALE_FAULT, { requestTime: receivedAt + aheadMs, behindMs }, plain.size);
}

const honest = staleOf("honest", -90_000);
const old = staleOf("old", -20 * MINUTE, 19 * MINUTE);
// the first that came: nobody knew a newer time then
const first = staleOf("first", -30 * MINUTE, 0, NOW - 1_000);
const distant = staleOf("distant", -61 * MINUTE, 0, NOW - 5 * 60 * MINUTE);
const of010 = faultyCallback(callbackBody({ users: ["of-0.1.0"] }), STALE_FAULT);

let seeded: Awaited<ReturnType<typeof openSeeded>>;
afterEach(() => seeded.close());

async function withQuarantine(...quarantine: readonly QuarantineEntry[]): Promise<void> {
  seeded = await openSeeded(async (storage) => {
    await storage.accept({ callbacks: [], quarantine });
  });
}

const leftIn = async () => (await seeded.json("quarantine", "list")).entries.map(({ id }: { id: string }) => id).sort();

describe("quarantine replay --all", { skip: ON_BUN_ALONE }, () => {
  it("takes nothing that came stale unless it is told how far off it may have been, and says how far it was", async () => {
    await withQuarantine(honest, of010);
    const { code, out } = await seeded.command("quarantine", "replay", "--all", "--yes");
    assert.equal(code, 1);
    assert.match(out, /1 entry stays, .*--stale-within/);
    assert.match(out, /at most 1 min 30 s off/);
    assert.equal((await leftIn()).length, 2);
  });

  it("takes what was within the stated distance, and never what lay far behind the newest of its app", async () => {
    await withQuarantine(first, honest, old, distant, of010);
    const { code, out } = await seeded.command("quarantine", "replay", "--all", "--stale-within", "1h", "--yes");
    assert.equal(code, 0);
    assert.match(out, /2 entries stay, .* behind the newest of its app/);
    assert.match(out, /1 entry stays, .* further off than --stale-within/);
    assert.match(out, /Taken in: 1 callback\b/);
    assert.deepEqual(await leftIn(), [first.id, old.id, distant.id, of010.id].sort());
  });

  it("leaves those to be taken by their ids", async () => {
    await withQuarantine(honest, old, of010);
    const ids = [old.id, of010.id].flatMap((id) => ["--id", id]);
    assert.match((await seeded.command("quarantine", "replay", ...ids, "--yes")).out, /Taken in: 2 callbacks/);
    assert.deepEqual(await leftIn(), [honest.id]);
  });

  it("says in JSON of each why it is left", async () => {
    await withQuarantine(honest, old);
    const { entries } = await seeded.json("quarantine", "replay", "--all", "--stale-within", "2m");
    const why = entries.map(({ id, fault = "" }: { id: string; fault?: string }) => [id, fault.includes("--id alone")]);
    assert.deepEqual(why, [
      [honest.id, false],
      [old.id, true],
    ]);
  });

  for (const args of [
    ["--all", "--stale-within", "soon"],
    ["--id", "x", "--stale-within", "1h"],
  ]) {
    it(`refuses ${args.join(" ")}`, async () => {
      await withQuarantine();
      assert.equal((await seeded.command("quarantine", "replay", ...args)).code, 2);
    });
  }
});

describe("quarantine list and show", { skip: ON_BUN_ALONE }, () => {
  it("tell how far off each was, and which may be an old URL in wrong hands", async () => {
    await withQuarantine(honest, old, of010);
    const { out } = await seeded.command("quarantine", "list");
    assert.match(out, /-1 min 30 s {2,}[0-9a-f]{64} {2}RequestTime/);
    assert.match(out, /-20 min ! {2,}[0-9a-f]{64} {2}RequestTime/);
    const { entries } = await seeded.json("quarantine", "list");
    assert.deepEqual(entries[1].stale, {
      request_time: new Date(NOW - 20 * MINUTE).toISOString(),
      ahead_seconds: -1_200,
      behind_newest_seconds: 19 * 60,
      by_id_only: true,
    });
    const shown = await seeded.command("quarantine", "show", old.id);
    assert.match(shown.out, /sent .*20 min behind our clock/);
    assert.match(shown.out, /lay .*19 min behind the newest of its app when it came; .*--id alone/);
  });
});

describe("status", { skip: ON_BUN_ALONE }, () => {
  it("says that our clock is off, by how much and since when", async () => {
    seeded = await openSeeded(async (storage) => {
      await storage.noteClocks({ newest: {}, clock: { host: "gateway", offMs: 90_400 } });
    });
    const { code, out } = await seeded.command("status");
    assert.equal(code, 1);
    assert.match(out, /our clock is 90 s off \(ahead\), on gateway, since 20/);
    const [clock] = (await seeded.json("status")).clocks_off;
    assert.deepEqual([clock.host, clock.off_seconds], ["gateway", 90]);
  });
});
