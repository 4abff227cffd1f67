/** What holds people's ids is nobody's but its owner's to read, however it came to lie there. */
import assert from "node:assert/strict";
import { chmod, mkdir, rename, stat, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { LogLine } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

const modeOf = async (world: World, name: string): Promise<string> =>
  ((await stat(world.path(`data/${name}`))).mode & 0o777).toString(8);

/** Facts about files in the log, by file. */
function told(world: World, lines: readonly string[]): Record<string, string[]> {
  const facts: Record<string, string[]> = {};
  for (const { fact, path } of lines.map((line) => JSON.parse(line) as LogLine)) {
    if (!fact.startsWith("file.")) continue;
    const name = String(path).replace(world.path("data/"), "");
    facts[name] = [...(facts[name] ?? []), fact];
  }
  return facts;
}

describe("files that hold people's ids", () => {
  it("are closed to others at start, whatever made them; a group's right to read stays, with a warning", async () => {
    const world = await openWorld();
    try {
      await mkdir(world.path("data"));
      openSqlite({ path: world.path("data/bridge.db") }).close();
      const open = {
        "bridge.db": 0o644,
        "bridge.db.lock": 0o666,
        "bridge.db.lock.txt": 0o604,
        "bridge.db.replaced-20260101T000000Z": 0o604,
        "spool.jsonl.unreadable": 0o644,
        "spool.jsonl.refused": 0o604,
        "dead-letters.jsonl": 0o664,
        "dead-letters.jsonl.1": 0o602,
      };
      const others = { "own-notes.txt": 0o644, "dead-letters.md": 0o644 };
      for (const [name, mode] of Object.entries({ ...open, ...others })) {
        await writeFile(world.path(`data/${name}`), "", { flag: "a" });
        await chmod(world.path(`data/${name}`), mode);
      }
      const bridge = await world.start();
      for (const [name, mode] of Object.entries(open)) {
        assert.equal(await modeOf(world, name), (mode & 0o640).toString(8), name);
      }
      for (const name of ["bridge.db-wal", "bridge.db-shm"]) assert.equal(await modeOf(world, name), "640", name);
      for (const name of Object.keys(others)) assert.equal(await modeOf(world, name), "644", name);
      const facts = told(world, bridge.lines);
      assert.deepEqual(facts["bridge.db"], ["file.closed_to_others", "file.readable_by_group"]);
      assert.deepEqual(facts["spool.jsonl.refused"], ["file.closed_to_others"]);
      assert.deepEqual(Object.keys(facts).sort(), Object.keys(open).sort());
      assert.equal(await bridge.stop(), 0);
      const again = await world.start();
      assert.deepEqual(told(world, again.lines)["dead-letters.jsonl"], ["file.readable_by_group"]);
      assert.equal(await again.stop(), 0);
    } finally {
      await world.close();
    }
  });

  it("are closed when a rotation has made the dead-letter file anew for everybody", async () => {
    const world = await openWorld();
    try {
      const bridge = await world.start();
      world.webhook.fail({ status: 422, body: {} }, { when: ({ body }) => body.includes("refused"), times: 1_000 });
      let n = 0;
      const letterOf = (user: string) =>
        eventually(async () => {
          // one that is taken shows that the destination does not refuse everything
          n += 1;
          await postCallback(bridge.url, { users: [user] });
          await postCallback(bridge.url, { users: [`marker-${n}`] });
          return stat(world.path("data/dead-letters.jsonl")).then(
            ({ size }) => size > 0,
            () => false,
          );
        });
      await letterOf("refused-1");
      await rename(world.path("data/dead-letters.jsonl"), world.path("data/dead-letters.jsonl.1"));
      await writeFile(world.path("data/dead-letters.jsonl"), "");
      await chmod(world.path("data/dead-letters.jsonl"), 0o644);
      await letterOf("refused-2");
      assert.equal(await modeOf(world, "dead-letters.jsonl"), "640");
      assert.equal(await bridge.stop(), 0);
    } finally {
      await world.close();
    }
  });
});
