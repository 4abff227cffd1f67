/** Who may end the process: the command line, and nobody else. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keepExit, WouldEnd } from "../../src/cli/own-exit.ts";

/** A runtime that notes what it is ended with, and does not end. */
function fakeRuntime() {
  const ended: unknown[] = [];
  const end = (code?: unknown) => ended.push(code) as never;
  const deno = { exit: end };
  const process = {
    reallyExit: (code?: number): never => deno.exit(code),
    exit: (code?: number | string | null): never => process.reallyExit(Number(code ?? 0)),
  };
  return { ended, process, deno };
}

describe("the end of the process", () => {
  it("is refused to everybody else, in each form, with the place of the call", () => {
    const { ended, process, deno } = fakeRuntime();
    keepExit({ node: process, deno });
    for (const [end, said] of [
      [() => void process.exit(0), "this would end the whole process: process.exit(0)"],
      [() => void process.exit(), "this would end the whole process: process.exit()"],
      [() => void process.reallyExit(3), "this would end the whole process: process.exit(3)"],
      [() => void deno.exit(1), "this would end the whole process: Deno.exit(1)"],
    ] as const) {
      assert.throws(end, (error: unknown) => {
        assert.ok(error instanceof WouldEnd);
        assert.equal(error.message, said);
        const [, place] = String(error.stack).split("\n");
        assert.match(String(place), /own-exit\.test\.ts/);
        return true;
      });
    }
    assert.deepEqual(ended, []);
  });

  it("is ours, with the exit code, through whatever stands behind it", () => {
    const { ended, process, deno } = fakeRuntime();
    keepExit({ node: process, deno })(3);
    assert.deepEqual(ended, [3]);
  });
});
