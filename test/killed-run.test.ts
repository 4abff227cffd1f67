/** Tests that are killed, or run out of time, leave no servers behind. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { eventually } from "./support/eventually.ts";
import { guarded } from "./support/guard.ts";
import { signalChild } from "./support/signal.ts";

const IS_DENO = "Deno" in globalThis;
const SUPPORT = join(import.meta.dirname, "support");

describe("a run of tests", () => {
  it("takes the bridges, databases and runners that it has started along, also when it is killed", async () => {
    const runtime = IS_DENO ? ["run", "--no-check", "--allow-all"] : ["run"];
    const run = await begin([...runtime, join(SUPPORT, "leaving.ts")]);
    assert.equal(run.pids.filter(isAlive).length, 3);
    await run.kill();
    await areGone(run.pids);
  });

  // Deno ends no test that takes too long
  it("takes the same along after one of them ran out of time, which takes nothing from the next", {
    skip: IS_DENO,
  }, async () => {
    const run = await begin(["test", join(SUPPORT, "out-of-time.ts")]);
    assert.equal(run.pids.filter(isAlive).length, 2);
    await run.kill();
    await areGone(run.pids);
  });
});

interface Run {
  /** The processes that it says it has begun. */
  readonly pids: readonly number[];
  kill(): Promise<void>;
}

async function begin(args: readonly string[]): Promise<Run> {
  const child = guarded(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] }));
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("[")) continue;
    return {
      pids: JSON.parse(line) as number[],
      async kill() {
        signalChild(child, "SIGKILL");
        await ended;
      },
    };
  }
  throw new Error("it ended without a word");
}

async function areGone(pids: readonly number[]): Promise<void> {
  await eventually(() => !pids.some(isAlive)).catch(() => {
    const { stdout } = spawnSync("ps", ["-o", "pid,ppid,stat,args", "-p", pids.join(",")], { encoding: "utf8" });
    assert.fail(`still there:\n${stdout}`);
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
