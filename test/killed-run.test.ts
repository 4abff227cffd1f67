/** Tests that are killed leave no servers behind. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { eventually } from "./support/eventually.ts";

const IS_DENO = "Deno" in globalThis;

describe("a run of tests", () => {
  it("takes the bridges, databases and runners that it has started along, also when it is killed", async () => {
    const script = join(import.meta.dirname, "support/leaving.ts");
    const runtime = IS_DENO ? ["run", "--no-check", "--allow-all"] : ["run"];
    const run = spawn(process.execPath, [...runtime, script], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(run, "exit");
    const [line] = (await once(createInterface({ input: run.stdout }), "line")) as [string];
    const pids = JSON.parse(line) as number[];
    assert.equal(pids.filter(isAlive).length, 3, line);
    process.kill(run.pid ?? 0, "SIGKILL");
    await ended;
    await eventually(() => pids.every((pid) => !isAlive(pid)));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
