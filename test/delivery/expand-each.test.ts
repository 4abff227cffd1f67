/** A callback that the store cannot take as events keeps no others. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../src/connector.ts";
import { openExpander } from "../../src/delivery/routing/expand-each.ts";
import type { Expansion } from "../../src/storage/contract/callbacks.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { callbackOf, eventOf } from "../storage/suite-support.ts";

const of = (callback: number, part?: "more" | "last"): Expansion => ({
  callback,
  events: [],
  quarantine: [],
  ...(part !== undefined && { part }),
});

/** A store that takes no portion with one of these. */
function storeWithout(...bad: readonly number[]) {
  const asked: number[][] = [];
  const taken: number[] = [];
  return {
    ...{ asked, taken },
    async expand(expansions: readonly Expansion[]) {
      const callbacks = expansions.map(({ callback }) => callback);
      asked.push(callbacks);
      const fault = callbacks.find((callback) => bad.includes(callback));
      if (fault !== undefined) throw new Error(`no place for ${fault}`);
      taken.push(...callbacks);
    },
  };
}

describe("callbacks that become events", () => {
  it("go together, and are asked for once where the store takes them", async () => {
    const store = storeWithout();
    const expander = openExpander(store);
    await expander.expand([of(1), of(2)]);
    await expander.expand([of(3)]);
    expander.end();
    assert.deepEqual(store.asked, [[1, 2], [3]]);
  });

  it("go without the one that cannot be taken, which is named at the end", async () => {
    const store = storeWithout(2);
    const expander = openExpander(store);
    await expander.expand([of(1), of(2), of(3)]);
    await expander.expand([of(4)]);
    assert.deepEqual(store.taken, [1, 3, 4]);
    assert.throws(() => expander.end(), /^Error: callback 2 cannot be made into events, and waits: .*no place for 2/);
  });

  it("are never read to their end without a part that could not be taken", async () => {
    const store = storeWithout(1);
    const expander = openExpander(store);
    await expander.expand([of(1, "more")]);
    const taking = storeWithout();
    store.expand = taking.expand;
    await expander.expand([of(1, "last"), of(2)]);
    assert.deepEqual(taking.taken, [2]);
  });

  it("are left where three in a row fail: then it is the store", async () => {
    const store = storeWithout(1, 2, 3, 4, 5);
    const expander = openExpander(store);
    await assert.rejects(expander.expand([of(1), of(2), of(3), of(4), of(5)]), /no place for 3/);
    assert.deepEqual(store.asked, [[1, 2, 3, 4, 5], [1], [2], [3]]);
  });

  it("that fail here and there are no sign of a store in trouble", async () => {
    const store = storeWithout(1, 2, 4, 5);
    const expander = openExpander(store);
    await expander.expand([of(1), of(2), of(3)]);
    await expander.expand([of(4), of(5), of(6)]);
    assert.deepEqual(store.taken, [3, 6]);
  });

  it("that a store of one machine does not take for a moment, as on a full disk, are read again, with all behind them", async () => {
    const storage = openSqlite({ path: ":memory:" });
    const callbacks = ["one", "two", "three"].map((user) => callbackOf(user));
    await storage.accept({ callbacks, quarantine: [] });
    const unread = await storage.unread(10);
    const expansions = unread.map(({ seq }): Expansion => {
      const events: readonly Event[] = [eventOf({ user: `u${seq}` })];
      return { callback: seq, events, quarantine: [] };
    });
    let refusals = 3;
    const full = {
      async expand(some: readonly Expansion[]) {
        refusals -= 1;
        if (refusals >= 0) throw new Error("database or disk is full");
        await storage.expand(some);
      },
    };
    await openExpander(full)
      .expand(expansions)
      .catch(() => undefined);
    refusals = 0;
    const left = await storage.unread(10);
    await openExpander(full).expand(expansions.filter(({ callback }) => left.some(({ seq }) => seq === callback)));
    const stories = await Promise.all(unread.map(({ seq }) => storage.trace(`u${seq}`)));
    assert.deepEqual(
      stories.map((story) => story.length),
      [1, 1, 1],
    );
    await storage.close();
  });
});
