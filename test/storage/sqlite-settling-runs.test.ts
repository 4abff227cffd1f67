/** Which deliveries one statement may write: it reads all that lies between the first and the last, what was settled long ago as well. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ConnectorClaims } from "../../src/storage/sqlite/claims.ts";
import { rangeOf } from "../../src/storage/sqlite/settling-runs.ts";

const TOKEN = "token";

/** Of deliveries that were delivered in the same words; `waiting` is what waits from the first to the last. */
function rangeFor(events: readonly number[], waiting = events, token = TOKEN) {
  const held = new Map(events.map((event) => [event, { token: TOKEN, person: "somebody", turn: event }]));
  const own: Pick<ConnectorClaims, "held"> = { held };
  const all = () => waiting.toSorted((a, b) => a - b).map((event) => ({ event }));
  const settlements = events.map((event) => ({ event, to: "delivered" }) as const);
  return rangeOf({ context: { all }, own: own as ConnectorClaims, id: 1 }, token, settlements);
}

describe("one statement for deliveries that are settled alike", () => {
  it("writes those that lie close together, whatever their order", () => {
    assert.deepEqual(rangeFor([5, 3, 4, 7]), [3, 7]);
  });
  it("leaves those that lie far apart to a statement each: millions may have been settled between them", () => {
    assert.equal(rangeFor([1, 1_000_000]), undefined);
    assert.equal(rangeFor([...Array.from({ length: 500 }, (_, n) => n), 5_000_000]), undefined);
  });
  it("leaves alone what waits between them, and what another holds", () => {
    assert.equal(rangeFor([3, 4, 6], [3, 4, 5, 6]), undefined);
    assert.equal(rangeFor([3, 4], [3, 4], "another"), undefined);
  });
  it("is none for one alone", () => {
    assert.equal(rangeFor([3]), undefined);
  });
});
