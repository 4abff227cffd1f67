/** The demo's sum must not add up when something is missing: else its "Yes" would be worth nothing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { audit, type Evidence } from "../../src/demo/audit.ts";
import type { DeliveryState } from "../../src/storage/contract/deliveries.ts";
import type { LedgerEntry } from "../../src/storage/contract/ledger.ts";

function entry(user: string, state: DeliveryState = "delivered", connector = "crm"): LedgerEntry {
  const event = {
    id: `event of ${user}`,
    seq: 1,
    kind: "unsubscribed" as const,
    app: "1400000000",
    officialAccount: "@TOA#_news",
    user,
    operator: user,
    byAdmin: false,
    platform: "iOS",
    clientIp: "",
    eventTime: 1_670_574_414_123,
    receivedAt: 1_670_574_414_456,
  };
  return {
    id: `${event.id}:${connector}`,
    connector,
    event,
    state,
    class: state === "dead" ? "rejected" : null,
    proof: null,
    reason: null,
    note: null,
    generation: 1,
    attempts: 1,
    history: [],
    routedAt: event.receivedAt,
    firstAttemptAt: event.receivedAt,
    lastAttemptAt: event.receivedAt,
    settledAt: event.receivedAt,
    dueAt: null,
  };
}

function evidence(change: Partial<Evidence>): Evidence {
  return {
    acknowledged: new Set(["event of ann", "event of ben"]),
    connectors: ["crm"],
    ledger: [entry("ann"), entry("ben", "dead")],
    has: () => true,
    kept: new Map([["crm", 1]]),
    journaled: new Set(["event of ben:crm"]),
    ...change,
  };
}

describe("the demo's sum", () => {
  it("adds up when everything is where the ledger says", () => {
    const { sums, faults } = audit(evidence({}));
    assert.deepEqual(faults, []);
    assert.deepEqual(sums[0]?.states, { waiting: 0, delivered: 1, dead: 1, superseded: 0, skipped: 0, discarded: 0 });
  });

  const wrong: readonly (readonly [what: string, change: Partial<Evidence>, fault: string])[] = [
    [
      "an acknowledged event is not in the ledger",
      { ledger: [entry("ann")] },
      "crm: 1 event acknowledged, but not in the ledger",
    ],
    [
      "a whole connector has nothing",
      { connectors: ["crm", "partner"] },
      "partner: 2 events acknowledged, but not in the ledger",
    ],
    [
      "an event is in the ledger twice",
      { ledger: [entry("ann"), entry("ann", "skipped"), entry("ben", "dead")] },
      "crm: 1 event twice in the ledger",
    ],
    [
      "an event was never acknowledged",
      { acknowledged: new Set(["event of ann"]) },
      "crm: 1 event in the ledger, but never acknowledged",
    ],
    [
      "what counts as delivered did not arrive",
      { has: () => false },
      "crm: 1 event delivered by the ledger, but not found at the destination",
    ],
    [
      "more arrived than the ledger knows of",
      { kept: new Map([["crm", 3]]) },
      "crm: 2 events found at the destination, but not delivered by the ledger",
    ],
    [
      "a dead letter has no line in the file",
      { journaled: new Set() },
      "crm: 1 event dead, but not in the dead-letter file",
    ],
  ];
  for (const [what, change, fault] of wrong) {
    it(`does not add up when ${what}`, () => {
      assert.deepEqual(audit(evidence(change)).faults, [fault]);
    });
  }
});
