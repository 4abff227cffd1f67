/** Pages: none is left out, none comes twice, and the last one says that it is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { everyPage, type PageOptions, pageOf } from "../../src/basics/pages.ts";

const IDS = ["a", "b", "c", "d", "e"];

async function read({ limit, after }: PageOptions): Promise<{ id: string }[]> {
  const from = after === undefined ? 0 : IDS.indexOf(after) + 1;
  return IDS.slice(from, from + limit).map((id) => ({ id }));
}

describe("a page", () => {
  it("names where the next one goes on, and null at the end, even where the end falls on its last entry", async () => {
    const first = await pageOf({ limit: 3 }, read);
    assert.deepEqual([first.entries.map(({ id }) => id), first.next], [["a", "b", "c"], "c"]);
    const last = await pageOf({ limit: 2, after: "c" }, read);
    assert.deepEqual([last.entries.map(({ id }) => id), last.next], [["d", "e"], null]);
    assert.deepEqual(await pageOf({ limit: 2, after: "e" }, read), { entries: [], next: null });
  });

  it("follows another until nothing is left, each entry once", async () => {
    for (const limit of [1, 2, 5, 6]) {
      const seen: string[] = [];
      for await (const page of everyPage(limit, read)) {
        assert.ok(page.length > 0 && page.length <= limit);
        seen.push(...page.map(({ id }) => id));
      }
      assert.deepEqual(seen, IDS);
    }
  });
});
