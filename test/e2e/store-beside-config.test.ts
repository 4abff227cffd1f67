/** A store in the folder of its configuration, which is watched for changes: whoever watches must not touch it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import process from "node:process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { openWorld } from "../support/world.ts";

const BESIDE = `storage: { url: "sqlite:./bridge.db", spool: ./spool.jsonl }
dead_letters: { file: ./dead-letters.jsonl }`;
const LOCKS = "/proc/locks";
const noLocks = process.platform === "linux" ? false : `left out: there is no ${LOCKS}`;
if (noLocks) console.log(noLocks);

/** By which processes locks on this file are held. A command that opens the store while there are none makes its index anew under everybody else. */
async function holdersOf(file: string): Promise<readonly number[]> {
  const { ino } = await stat(file);
  // https://man7.org/linux/man-pages/man5/proc_locks.5.html
  // by `cat`: Deno reads nothing there without all rights
  const { stdout } = await promisify(execFile)("cat", [LOCKS]);
  const locks = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  return locks.filter(([, , , , , place]) => place?.endsWith(`:${ino}`)).map(([, , , , pid]) => Number(pid));
}

describe("a store in the folder of its configuration", { skip: noLocks }, () => {
  it("keeps its locks while files of that folder change", async () => {
    const world = await openWorld({ more: BESIDE, contacts: ["a", "b"] });
    try {
      const bridge = await world.start();
      const told = async (user: string) => {
        assert.equal(await postCallback(bridge.url, { users: [user] }), true);
        await eventually(() =>
          [...world.webhook.received.payloads.values()].some((payload) => JSON.stringify(payload).includes(user)),
        );
      };
      await told("anna-before");
      // it opens the store's files, and closes them: that is told to whoever watches the folder
      assert.equal((await world.process("status")).code, 0);
      // and this is told after it
      await world.edit((yaml) => yaml.replace("partner:", "friend:\n    was: partner"));
      await bridge.logged("config.reloaded");
      await told("anna-after");
      assert.ok((await holdersOf(world.path("bridge.db-shm"))).includes(bridge.child.pid ?? 0));
      // what a command would have broken
      assert.equal((await world.process("status")).code, 0);
      await told("anna-later");
      assert.equal(await bridge.stop(), 0);
    } finally {
      await world.close();
    }
  });
});
