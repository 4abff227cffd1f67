/** Which bridges serve a store. */
import assert from "node:assert/strict";
import type { BridgeSign } from "../../src/storage/contract/presence.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { SILENT_MS } from "../../src/storage/rules/presence.ts";
import { type Case, DAY, MINUTE } from "./suite-support.ts";

function bridge(id: string, change: Partial<BridgeSign> = {}): BridgeSign {
  const configuration = { file: "/etc/bridge.yaml", hash: `hash of ${id}` };
  return { id, host: `host-${id}`, process: 4_242, version: "0.1.0", configuration, ...change };
}

const served = async (storage: Storage): Promise<readonly (readonly [string, boolean])[]> =>
  (await storage.bridges()).map(({ id, serves }) => [id, serves] as const).toSorted();

export const presenceCases: readonly Case[] = [
  {
    what: "a store that no bridge has served knows of none",
    async prove({ storage }) {
      assert.deepEqual(await storage.bridges(), []);
    },
  },
  {
    what: "a bridge is known by its first sign of life, with all that it says, and each one says it anew",
    async prove({ storage, moment }) {
      await storage.serving(bridge("a"));
      const [first] = await storage.bridges();
      assert.ok(first?.seenAt);
      const { since, seenAt } = first;
      assert.deepEqual(first, { ...bridge("a"), since, seenAt, endedAt: null, serves: true });
      assert.ok(Math.abs(since - Date.now()) < DAY && since === seenAt);
      await moment();
      const configuration = { file: "/etc/bridge.yaml", hash: "another" };
      await storage.serving(bridge("a", { configuration }));
      const [again] = await storage.bridges();
      assert.deepEqual([again?.configuration, again?.since], [configuration, since]);
      assert.ok((again?.seenAt ?? 0) > seenAt);
    },
  },
  {
    what: "all bridges that serve it are known, the latest sign of life first; one that has ended says so",
    async prove({ storage, moment }) {
      await storage.serving(bridge("a"));
      await moment();
      await storage.serving(bridge("b"));
      assert.deepEqual(
        (await storage.bridges()).map(({ id }) => id),
        ["b", "a"],
      );
      await storage.ended("a");
      assert.deepEqual(await served(storage), [
        ["a", false],
        ["b", true],
      ]);
      const ended = (await storage.bridges()).find(({ id }) => id === "a");
      assert.ok(ended?.endedAt);
      await storage.ended("nobody");
    },
  },
  {
    what: "a bridge that falls silent serves no more, until it gives a sign again",
    needs: "advance",
    async prove({ storage, advance }) {
      await storage.serving(bridge("a"));
      await advance(SILENT_MS - 1);
      assert.deepEqual(await served(storage), [["a", true]]);
      await advance(1);
      assert.deepEqual(await served(storage), [["a", false]]);
      await storage.serving(bridge("a"));
      assert.deepEqual(await served(storage), [["a", true]]);
    },
  },
  {
    what: "the last one is remembered however long ago it ended; a day later, the next one's first sign forgets it",
    needs: "advance",
    async prove({ storage, advance }) {
      await storage.serving(bridge("a"));
      await storage.ended("a");
      await advance(9 * DAY);
      assert.deepEqual(await served(storage), [["a", false]]);
      await storage.serving(bridge("b"));
      await advance(MINUTE);
      await storage.serving(bridge("c"));
      assert.deepEqual(await served(storage), [
        ["b", false],
        ["c", true],
      ]);
    },
  },
];
