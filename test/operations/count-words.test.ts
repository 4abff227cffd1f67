import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countWords } from "../../src/operations/status/count-words.ts";
import type { ConnectorStatus } from "../../src/storage/contract/ledger.ts";

const row = { waiting: 10_000_000, dead: 100_000, deliveredLastDay: 7, about: ["waiting"], atLeast: ["dead"] };

describe("a number of a large store", () => {
  it("is told as what it is: an estimate, a part, or all", () => {
    const words = (["waiting", "dead", "deliveredLastDay"] as const).map((of) =>
      countWords(row as unknown as ConnectorStatus, of),
    );
    assert.deepEqual(words, ["about 10,000,000", "at least 100,000", "7"]);
  });
});
