import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ConnectorState, READY } from "../../../src/storage/contract/connectors.ts";
import { tick } from "../../../src/storage/rules/connector-clock.ts";
import { placeInOrder } from "../../../src/storage/rules/persons.ts";
import { gateOf, turnOf, waitAfter } from "../../../src/storage/rules/taking.ts";

const PAUSED: ConnectorState = { ...READY, status: "paused", cause: "credentials" };
const BACKING_OFF: ConnectorState = { ...READY, status: "backing_off" };

describe("the gate of a connector", () => {
  const asked = { at: 1_000, limit: 50, probeLimit: 5, probing: false };

  it("is open to all that is asked for when the connector is ready", () => {
    assert.deepEqual(gateOf({ state: READY, probeAt: null }, asked), { tag: "open", probe: false, limit: 50 });
  });

  it("is closed until the probe is due", () => {
    assert.deepEqual(gateOf({ state: PAUSED, probeAt: 1_700 }, asked), { tag: "closed", waitMs: 700 });
  });

  it("is closed for good when nothing will probe by itself", () => {
    assert.deepEqual(gateOf({ state: PAUSED, probeAt: null }, asked), { tag: "closed", waitMs: null });
  });

  it("lets one probe through when it is due, no larger than asked for", () => {
    const connector = { state: BACKING_OFF, probeAt: 1_000 };
    assert.deepEqual(gateOf(connector, asked), { tag: "open", probe: true, limit: 5 });
    assert.deepEqual(gateOf(connector, { ...asked, limit: 3 }), { tag: "open", probe: true, limit: 3 });
    assert.deepEqual(gateOf(connector, { ...asked, probing: true }), { tag: "closed", waitMs: null });
  });
});

describe("the turn of a candidate", () => {
  const never = () => assert.fail("nobody need know");

  it("is over when a newer event has overtaken it, whoever stands before it", () => {
    assert.equal(turnOf(true, never), "supersede");
  });

  it("is not yet when another of its person stands before it", () => {
    assert.equal(
      turnOf(false, () => true),
      "park",
    );
    assert.equal(
      turnOf(false, () => false),
      "claim",
    );
  });

  it("goes by event time, and an unsubscription comes after a subscription of the same time", () => {
    const places = [
      placeInOrder({ eventTime: 1_000, kind: "subscribed" }),
      placeInOrder({ eventTime: 1_000, kind: "unsubscribed" }),
      placeInOrder({ eventTime: 1_001, kind: "subscribed" }),
    ];
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      places,
    );
    assert.equal(new Set(places).size, 3);
  });
});

describe("a connector's own clock", () => {
  const look = { at: 100_000, lastAt: 90_000, waits: true, tickMs: 10_000 };

  it("runs while the connector is served or finds out what is wrong", () => {
    assert.equal(tick({ state: READY }, look), 10_000);
    assert.equal(tick({ state: BACKING_OFF }, look), 10_000);
  });

  it("stands still while the connector is paused, or the destination told it to wait", () => {
    assert.equal(tick({ state: PAUSED }, look), 0);
    assert.equal(tick({ state: { ...BACKING_OFF, told: true } }, look), 0);
  });

  it("is not written more often than it ticks, nor while nothing waits", () => {
    assert.equal(tick({ state: READY }, { ...look, lastAt: 90_001 }), undefined);
    assert.equal(tick({ state: READY }, { ...look, waits: false }), undefined);
  });

  it("takes no outage and no jump for time that the connector was served", () => {
    assert.equal(tick({ state: READY }, { ...look, lastAt: 0 }), 20_000);
    assert.equal(tick({ state: READY }, { ...look, lastAt: 100_001 }), 0);
  });
});

describe("a take that found nothing", () => {
  const take = { at: 1_000, probe: false, isCutShort: false };
  const never = () => assert.fail("nobody need know");

  for (const [what, next, waitMs] of [
    ["is repeated when the next is due", 1_700, 700],
    ["is repeated at once when one has become due meanwhile", 900, 0],
    ["is not repeated when there is none", null, null],
  ] as const) {
    it(what, () =>
      assert.equal(
        waitAfter(take, () => next),
        waitMs,
      ),
    );
  }

  it("is repeated at once when it did not look at all, probe or not", () => {
    for (const probe of [true, false]) assert.equal(waitAfter({ ...take, probe, isCutShort: true }, never), 0);
  });

  it("is not repeated when it was a probe, which takes what is not due as well", () => {
    assert.equal(waitAfter({ ...take, probe: true }, never), null);
  });
});
