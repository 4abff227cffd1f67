/** What SIGKILL cannot show: that an acknowledged callback is on the disk, not only in the system's page cache. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { openWorld, type World } from "../support/world.ts";

const STRACE = "strace -D -f -y -s 64 -e trace=%network,read,readv,write,writev,fsync,fdatasync".split(" ");
const traces = spawnSync("strace", ["-D", "true"]).status === 0;
if (!traces) console.error("NOT TESTED: that a sync lies between request and answer. Install strace to see it.");

describe("on disk before it is acknowledged", () => {
  let world: World;
  before(async () => {
    world = await openWorld({ more: "log: { level: debug }" });
  });
  after(() => world.close());

  it("the live writer's own connection says that its log is synced before anything else relies on it", async () => {
    const bridge = await world.start();
    const { journal_mode: journalMode, synchronous } = await bridge.logged("store.opened");
    assert.equal(journalMode, "wal");
    assert.equal(synchronous, "full");
    assert.equal(await bridge.stop(), 0);
  });

  it("the log is synced between the reading of the request and the writing of the answer", {
    skip: !traces,
  }, async () => {
    // not beside the YAML: the bridge watches that folder, and would be woken by its own trace
    const file = join(await mkdtemp(join(tmpdir(), "unsub-bridge-trace-")), "calls.txt");
    const bridge = await world.start({ through: [...STRACE, "-o", file] });
    assert.equal(await postCallback(bridge.url, { users: ["on disk"] }), true);
    assert.equal(await bridge.stop(), 0);
    const calls = (await readFile(file, "utf8")).split("\n");
    await rm(dirname(file), { recursive: true });
    const request = calls.findIndex((call) => /(recv|read).*"POST \/callback\?/.test(call));
    const answer = calls.findIndex((call, at) => at > request && /(send|write).*"HTTP\/1\.1 200/.test(call));
    assert.ok(request !== -1 && answer !== -1, "the request and its answer are in the trace");
    const between = calls.slice(request, answer);
    const begun = between.findIndex((call) => /f(data)?sync\(\d+<[^>]*bridge\.db-wal>/.test(call));
    const synced = between.findIndex((call, at) => at >= begun && /f(data)?sync.*\)\s*= 0$/.test(call));
    assert.ok(begun !== -1 && synced !== -1, between.join("\n"));
  });
});
