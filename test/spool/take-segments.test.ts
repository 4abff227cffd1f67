/** The files that were set aside, taken over one by one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { currentSegment } from "../../src/spool/current-segment.ts";
import { spoolLines } from "../../src/spool/line.ts";
import { segmentsOf } from "../../src/spool/names.ts";
import { remember } from "../../src/spool/remembered.ts";
import { segmentTaker } from "../../src/spool/take-segments.ts";
import { filesOf, inFolder, intake, taker, UNTOLD } from "./spool-support.ts";

/** A spool of which each of these texts has a file of its own that was set aside. */
async function setAside(path: string, ...texts: readonly string[]): Promise<readonly string[]> {
  const current = currentSegment(path, { ...UNTOLD, remembered: remember() });
  for (const text of texts) {
    await current.write(new TextEncoder().encode(spoolLines(intake(text))));
    await current.setAside();
  }
  return segmentsOf(path);
}

describe("the files that were set aside", () => {
  it("are all taken over and removed, and each is told of", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      await setAside(path, "one", "two");
      let taken = 0;
      const take = segmentTaker(path, {
        onTaken: async () => {
          taken += 1;
        },
      });
      const store = taker();
      assert.deepEqual(await take(store), []);
      assert.deepEqual([store.got.toSorted(), taken, await filesOf(path)], [["one", "two"], 2, []]);
    }));

  it("do not wait for one that cannot be taken, which is named with its trouble, and taken later", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      await setAside(path, "bad", "good");
      const take = segmentTaker(path);
      const store = taker();
      store.behave = ({ callbacks }) => {
        if (callbacks.some(({ body }) => Buffer.from(body).toString() === "bad")) throw new Error("not this one");
        return { refused: [] };
      };
      const troubles = await take(store);
      assert.deepEqual([store.got, troubles.map(({ error }) => String(error))], [["good"], ["Error: not this one"]]);
      store.behave = () => ({ refused: [] });
      assert.deepEqual(await take(store), []);
      assert.deepEqual([store.got, await filesOf(path)], [["good", "bad"], []]);
    }));

  it("stay where they are when they are excepted", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const [first = "", ...others] = await setAside(path, "one", "two");
      const store = taker();
      await segmentTaker(path)(store, [first]);
      assert.deepEqual([store.got.length, await segmentsOf(path)], [others.length, [first]]);
    }));
});
