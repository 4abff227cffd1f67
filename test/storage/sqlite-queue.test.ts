/** Where a look for what is due begins: no database, but rows in their order as one would give them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ConnectorClaims, openAllClaims } from "../../src/storage/sqlite/claims.ts";
import type { Row } from "../../src/storage/sqlite/context.ts";
import { dueSources, nextDue } from "../../src/storage/sqlite/queue.ts";

/** Who waits in the first lane, each due at its number; and from where, and how many, were read of it. */
function queueOf(length: number) {
  const looks: { readonly from: number; readonly rows: number }[] = [];
  const all = (
    _sql: string,
    _connector: unknown,
    limit: unknown,
    lane: unknown,
    at: unknown,
    dueAt: unknown,
  ): Row[] => {
    if (lane !== 0) return [];
    looks.push({ from: Number(dueAt), rows: Number(limit) });
    const waiting = Array.from({ length }, (_, index) => index + 1);
    return waiting
      .filter((number) => number > Number(dueAt) && number <= Number(at))
      .slice(0, Number(limit))
      .map((number) => ({ event: number, due_at: number }));
  };
  const own = openAllClaims().of(1);
  const take = (wanted: number, at: number): number[] => {
    const [first = assert.fail()] = dueSources({ all }, own, 1, at);
    const events = first(wanted).map(({ event }) => Number(event));
    hold(own, events);
    return events;
  };
  return { own, looks, take, next: () => nextDue({ all }, own, 1) };
}

function hold(own: ConnectorClaims, events: readonly number[]): void {
  for (const event of events) own.claim(event, { token: "t", person: `${event}`, turn: 0 });
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("a look for what is due", () => {
  it("goes on where the last one ended, and reads nothing that is held", () => {
    const { looks, take } = queueOf(100);
    assert.deepEqual([take(10, 1_000), take(10, 1_001)], [range(1, 10), range(11, 20)]);
    assert.deepEqual(looks, [
      { from: 0, rows: 10 },
      { from: 10, rows: 10 },
    ]);
  });

  it("reads a short queue once, from its start", () => {
    const { looks, take } = queueOf(3);
    assert.deepEqual([take(10, 1_000), take(10, 1_001)], [range(1, 3), []]);
    assert.deepEqual(looks, [
      { from: 0, rows: 10 },
      { from: 0, rows: 13 },
    ]);
  });

  it("begins at the start again after a second, where something may be free again", () => {
    const { own, take } = queueOf(100);
    take(10, 1_000);
    own.end(3, "t");
    assert.deepEqual(take(10, 1_999), range(11, 20));
    assert.deepEqual(take(10, 2_000), [3, ...range(21, 29)]);
  });

  it("counts this second from the last look at the start, not from the last look", () => {
    const { own, take } = queueOf(100);
    for (const at of [1_000, 1_600, 1_999]) take(1, at);
    own.end(1, "t");
    assert.deepEqual(take(1, 2_000), [1]);
  });

  it("begins at the start again when less than wanted lies behind", () => {
    const { own, take } = queueOf(15);
    take(10, 1_000);
    own.end(2, "t");
    assert.deepEqual(take(10, 1_001), [2, ...range(11, 15)]);
  });

  it("finds as many as are wanted behind all that is held", () => {
    const { own, looks, take } = queueOf(100);
    hold(own, range(1, 40));
    assert.deepEqual(take(5, 1_000), range(41, 45));
    assert.deepEqual(looks, [{ from: 0, rows: 45 }]);
  });

  it("finds nothing that is not due yet, and says when the first is that nobody holds", () => {
    const { take, next } = queueOf(20);
    assert.deepEqual(take(10, 4), range(1, 4));
    assert.equal(next(), 5);
  });

  it("says of nothing when it is due where all is held", () => {
    const { take, next } = queueOf(4);
    take(10, 1_000);
    assert.equal(next(), null);
  });
});
