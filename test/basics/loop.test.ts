/** The loops that router, couriers, journal and housekeeping live in: nothing ends them but `stop`. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startLoop } from "../../src/basics/loop.ts";
import type { Logger } from "../../src/connector.ts";
import { quiet } from "../support/engine.ts";

const FOR_EVER_MS = 2 ** 31 - 1;

/** A log that is kept, by fact. */
function keptLog(): { readonly log: Logger; readonly facts: string[] } {
  const facts: string[] = [];
  const note = ({ fact }: { readonly fact: string }) => void facts.push(fact);
  return { log: { debug: note, info: note, warn: note, error: note }, facts };
}

describe("a loop", () => {
  it("goes on after a round that failed, however it failed, and says so once", async () => {
    const { log, facts } = keptLog();
    const done = Promise.withResolvers<void>();
    let rounds = 0;
    const round = (): Promise<number> => {
      rounds += 1;
      if (rounds === 1) return Promise.reject(new Error("a bug"));
      // not even a promise
      if (rounds === 2) throw new Error("a bug");
      if (rounds === 4) done.resolve();
      return Promise.resolve(rounds === 3 ? 0 : FOR_EVER_MS);
    };
    const loop = startLoop({ round, log, what: "courier", name: "crm" });
    await done.promise;
    await loop.stop();
    assert.deepEqual(facts, ["courier.restarted", "courier.recovered"]);
  });

  it("rests as long as a round says, unless it is woken", async () => {
    let rounded = Promise.withResolvers<void>();
    const round = async () => {
      rounded.resolve();
      return FOR_EVER_MS;
    };
    const loop = startLoop({ round, log: quiet, what: "router" });
    for (let n = 0; n < 3; n += 1) {
      await rounded.promise;
      rounded = Promise.withResolvers();
      loop.wake();
    }
    await rounded.promise;
    await loop.stop();
  });

  it("hears a call that comes while a round is under way", async () => {
    const [begun, go, again] = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ];
    let rounds = 0;
    const round = async () => {
      rounds += 1;
      begun.resolve();
      if (rounds === 1) await go.promise;
      else again.resolve();
      return FOR_EVER_MS;
    };
    const loop = startLoop({ round, log: quiet, what: "router" });
    await begun.promise;
    loop.wake();
    go.resolve();
    await again.promise;
    await loop.stop();
  });

  it("ends with the round that is under way, and begins no other", async () => {
    const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let rounds = 0;
    const round = async () => {
      rounds += 1;
      begun.resolve();
      await go.promise;
      return 0;
    };
    const loop = startLoop({ round, log: quiet, what: "router" });
    await begun.promise;
    let isOver = false;
    const stopped = loop.stop().then(() => {
      isOver = true;
    });
    assert.deepEqual([loop.stopping, isOver], [true, false]);
    go.resolve();
    await stopped;
    assert.equal(rounds, 1);
  });

  it("ends in the midst of its rest, and in the midst of its pause after a failure", async () => {
    for (const round of [async () => FOR_EVER_MS, async () => Promise.reject(new Error("a bug"))]) {
      const begun = Promise.withResolvers<void>();
      const loop = startLoop({
        round: () => {
          begun.resolve();
          return round();
        },
        log: quiet,
        what: "router",
      });
      await begun.promise;
      await loop.stop();
    }
  });
});
