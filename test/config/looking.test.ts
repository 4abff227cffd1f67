/** When it is looked again. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startLooking } from "../../src/config/files/looking.ts";

const HOUR_MS = 3_600_000;

/** @param looks what each look does, and resolves with; those after them see nothing */
function looking(looks: readonly (() => boolean | Promise<boolean>)[], laterMs = HOUR_MS, soonMs = 1) {
  const left = [...looks];
  let begun = 0;
  let seen = 0;
  const reached = new Map<number, () => void>();
  const running = startLooking({
    look: async () => {
      begun += 1;
      const more = await (left.shift() ?? (() => false))();
      seen += 1;
      reached.get(seen)?.();
      return more;
    },
    soonMs,
    laterMs,
  });
  // what looks keeps no process alive, and the test must
  const alive = setInterval(() => undefined, HOUR_MS);
  return {
    ...running,
    begun: () => begun,
    looked: (count: number) =>
      seen >= count ? Promise.resolve() : new Promise<void>((resolve) => reached.set(count, resolve)),
    stop() {
      clearInterval(alive);
      running.stop();
    },
  };
}

describe("looking", () => {
  it("begins by itself, and goes on now and then without a notice", async () => {
    const { looked, stop } = looking([], 1);
    await looked(3);
    stop();
  });

  it("is soon after a notice, and after a look that has reason for another", async () => {
    const { looked, notice, stop } = looking([() => true]);
    await looked(2);
    notice();
    await looked(3);
    stop();
  });

  it("is not put off by notices that do not end: a store beside the configuration once kept a change from being seen", async () => {
    const { looked, notice, stop } = looking([], 1, HOUR_MS);
    for (const count of [1, 2, 3]) {
      notice();
      await looked(count);
    }
    stop();
  });

  it("follows a look during which a notice came, never beside it", async () => {
    const go = Promise.withResolvers<boolean>();
    const started = Promise.withResolvers<void>();
    const { looked, notice, begun, stop } = looking([
      () => {
        started.resolve();
        return go.promise;
      },
    ]);
    await started.promise;
    notice();
    notice();
    await othersHaveLooked();
    assert.equal(begun(), 1);
    go.resolve(false);
    await looked(2);
    stop();
  });

  it("is over once it is stopped, notice or not", async () => {
    const never = looking([]);
    never.stop();
    const { looked, notice, begun, stop } = looking([], 1);
    await looked(1);
    stop();
    const before = begun();
    await othersHaveLooked();
    assert.equal(begun(), before);
    notice();
    await othersHaveLooked();
    assert.deepEqual([begun(), never.begun()], [before, 0]);
  });
});

/** So much time has passed that whoever is to look soon would have. */
async function othersHaveLooked(): Promise<void> {
  const other = looking([], 1);
  await other.looked(5);
  other.stop();
}
