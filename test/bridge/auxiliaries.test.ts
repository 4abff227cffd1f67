/** What stands beside intake and delivery: nothing waits for it, nothing fails with it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type StartAuxiliary, startAuxiliaries } from "../../src/bridge/auxiliaries.ts";

const NEVER = new Promise<never>(() => undefined);

function openBeside(starts: Record<string, StartAuxiliary<undefined>>, longestStopMs = 60_000) {
  const said: object[] = [];
  const error = (line: object) => void said.push(line);
  const log = { debug: error, info: error, warn: error, error };
  return { said, ...startAuxiliaries(undefined, starts, { log, longestStopMs }) };
}

describe("what stands beside a bridge", () => {
  it("is gone on without when it cannot start, and named", async () => {
    const stopped: string[] = [];
    const well: StartAuxiliary<undefined> = () => ({ stop: async () => stopped.push("well") });
    const beside = openBeside({
      throwing: () => {
        throw new Error("the port is taken");
      },
      rejecting: async () => {
        throw new Error("no such file");
      },
      well,
    });
    beside.reloaded();
    await beside.stop();
    assert.deepEqual(stopped, ["well"]);
    assert.deepEqual(beside.said, [
      { fact: "auxiliary.failed", name: "throwing", during: "start", reason: "the port is taken" },
      { fact: "auxiliary.failed", name: "rejecting", during: "start", reason: "no such file" },
    ]);
  });

  it("starts after its starter has gone on", async () => {
    let started = false;
    const beside = openBeside({
      eager: () => {
        started = true;
        return { stop: async () => undefined };
      },
    });
    assert.equal(started, false);
    await beside.stop();
    assert.equal(started, true);
  });

  it("is stopped all the same when it is still starting", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopped: string[] = [];
    const beside = openBeside({
      slow: async () => {
        await promise;
        return { stop: async () => stopped.push("slow") };
      },
    });
    const end = beside.stop();
    resolve();
    await end;
    assert.deepEqual(stopped, ["slow"]);
  });

  it("is left behind when it does not end, or not well", async () => {
    const beside = openBeside({ hanging: () => ({ stop: () => NEVER }), starting: () => NEVER }, 1);
    await beside.stop();
    assert.deepEqual(beside.said, [
      { fact: "auxiliary.failed", name: "hanging", during: "stop", reason: "its end: no answer within 1 ms" },
      { fact: "auxiliary.failed", name: "starting", during: "stop", reason: "its end: no answer within 1 ms" },
    ]);
  });

  it("hears of other settings, whatever another does with them", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const beside = openBeside({
      faulty: () => ({
        onReload() {
          throw new Error("it does not like them");
        },
        stop: async () => undefined,
      }),
      well: () => ({ onReload: resolve, stop: async () => undefined }),
    });
    beside.reloaded();
    await promise;
    await beside.stop();
    assert.deepEqual(beside.said, [
      { fact: "auxiliary.failed", name: "faulty", during: "reload", reason: "it does not like them" },
    ]);
  });
});
