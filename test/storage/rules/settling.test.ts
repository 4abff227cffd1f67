import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ConnectorState, READY } from "../../../src/storage/contract/connectors.ts";
import type { Settlement } from "../../../src/storage/contract/deliveries.ts";
import { changedState, isLate, isStale, settledColumns } from "../../../src/storage/rules/settling.ts";

const AT = 1_000_000;
const REASON = { words: "no", status: 500 };
const NOTHING = {
  ...{ triedAt: null, failure: null, note: null, class: null, reason: null, lane: 0, dueAt: 0, settledAt: AT },
} as const;
const FAILURE = '{"at":1000000,"reason":{"words":"no","status":500}}';

describe("the columns of a settled delivery", () => {
  const settlements: readonly (readonly [string, Settlement, Partial<ReturnType<typeof settledColumns>>])[] = [
    ["delivered, at the time that it was settled", { event: 1, to: "delivered" }, { state: "delivered", tried: true }],
    [
      "delivered, with what the ledger shall say of it",
      { event: 1, to: "delivered", note: "as an alias" },
      { state: "delivered", tried: true, note: "as an alias" },
    ],
    [
      "a death",
      { event: 1, to: "dead", class: "rejected", reason: REASON },
      { state: "dead", class: "rejected", tried: true, triedAt: AT, reason: JSON.stringify(REASON), failure: FAILURE },
    ],
    [
      "skipped",
      { event: 1, to: "skipped", reason: REASON },
      { state: "skipped", tried: true, triedAt: AT, reason: JSON.stringify(REASON), failure: FAILURE },
    ],
    [
      "an attempt that is made again later, behind the others",
      { event: 1, to: "waiting", reason: REASON, delayMs: 1.2, lane: "slow", attempted: true },
      {
        ...{ state: "waiting", tried: true, triedAt: AT, lane: 1, dueAt: AT + 2, settledAt: null },
        ...{ reason: JSON.stringify(REASON), failure: FAILURE },
      },
    ],
    [
      "not really sent",
      { event: 1, to: "waiting", reason: REASON, delayMs: Number.NaN, lane: "normal", attempted: false },
      { state: "waiting", tried: false, dueAt: AT + 86_400_000, settledAt: null, reason: JSON.stringify(REASON) },
    ],
  ];
  for (const [what, settlement, columns] of settlements) {
    it(`say: ${what}`, () => {
      assert.deepEqual(settledColumns(settlement, AT, true), { event: 1, ...NOTHING, ...columns });
    });
  }

  it("count no attempt of what is decided later, without a claim", () => {
    const { tried, failure, reason } = settledColumns(
      { event: 1, to: "dead", class: "rejected", reason: REASON },
      ...([AT, false] as const),
    );
    assert.deepEqual({ tried, failure, reason }, { tried: false, failure: null, reason: JSON.stringify(REASON) });
  });
});

describe("whoever settles", () => {
  it("is told when the state has another version by now", () => {
    const change = { from: 3, state: READY, probeInMs: null };
    assert.equal(isStale({ change }, { version: 3 }), false);
    assert.equal(isStale({ change }, { version: 4 }), true);
    assert.equal(isStale({}, { version: 4 }), false);
  });

  it("has nothing to say when it holds none of what it settles", () => {
    const settlements = [{ event: 1, to: "delivered" } as const, { event: 2, to: "delivered" } as const];
    assert.equal(isLate({ settlements }, 0), true);
    assert.equal(isLate({ settlements }, 1), false);
    assert.equal(isLate({ settlements: [] }, 0), false);
  });
});

describe("a connector's changed state", () => {
  const troubled: ConnectorState = { ...READY, status: "backing_off", failures: 1 };
  const before = { state: troubled, since: 5 };

  it("began when its status did, not with each trouble more", () => {
    assert.equal(changedState(before, { state: { ...troubled, failures: 2 }, probeInMs: 100 }, AT).since, 5);
    assert.equal(changedState(before, { state: READY, probeInMs: null }, AT).since, AT);
    const paused = { ...troubled, status: "paused", cause: "gone" } as const;
    assert.equal(
      changedState({ state: paused, since: 5 }, { state: { ...paused, cause: "refusing" }, probeInMs: 1 }, AT).since,
      AT,
    );
  });

  it("is probed when it asks for it, never when it is ready", () => {
    assert.equal(changedState(before, { state: troubled, probeInMs: 99.5 }, AT).probeAt, AT + 100);
    assert.equal(changedState(before, { state: troubled, probeInMs: null }, AT).probeAt, null);
    assert.equal(changedState(before, { state: READY, probeInMs: 100 }, AT).probeAt, null);
  });

  it("keeps what was put off beside its document, where older releases leave it alone", () => {
    const putOff = [{ event: 1, reason: REASON }];
    const { state, putOff: column } = changedState(before, { state: { ...troubled, putOff }, probeInMs: 1 }, AT);
    assert.deepEqual([JSON.parse(state), column], [troubled, JSON.stringify(putOff)]);
  });
});
