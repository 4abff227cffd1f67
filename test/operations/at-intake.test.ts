/** What `status` says of refusals, of what is not understood, and of what was counted: sentences, not names. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { INTAKE_COUNTS } from "../../src/facts/intake-facts.ts";
import { atIntake, atIntakeAsJson, atIntakeLines } from "../../src/operations/status/at-intake.ts";
import { countedLines } from "../../src/operations/status/counted.ts";
import { differingAmong, differingLines } from "../../src/operations/status/differing.ts";
import type { KnownBridge, RefusedRun, ServedConfiguration } from "../../src/storage/contract/presence.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const RUN: RefusedRun = {
  cause: "sign",
  app: "1400000000",
  isSigned: true,
  count: 5,
  since: NOW - 60_000,
  at: NOW - 5_000,
};

function bridge(told: Partial<ServedConfiguration>, serves = true): KnownBridge {
  const configuration = { file: "bridge.yaml", hash: "", ...told };
  return {
    ...{ id: "", host: "a", process: 1, version: "1", since: 0, seenAt: NOW, endedAt: null },
    serves,
    configuration,
  };
}

describe("what goes on at intake", () => {
  it("is told with its number, its times, that it is lost, and the way out", () => {
    assert.deepEqual(atIntakeLines(atIntake([bridge({ refused: [RUN] })]), NOW), [
      [
        "every callback of app 1400000000 is refused: its sign does not fit the token (5 times since 2026-11-26T11:59:00.000Z, last 5 s ago). Chat does not send them again: they are lost",
        "to do: write the token of the Chat console into chat.apps[].token, beside the old one while it is changed (a list takes both)",
      ],
    ]);
  });

  it("is told once for all machines, and of none that runs no more", () => {
    const later = { ...RUN, count: 2, since: NOW - 1_000, at: NOW - 500 };
    const { refused } = atIntake([
      bridge({ refused: [RUN] }),
      bridge({ refused: [later] }),
      bridge({ refused: [RUN] }, false),
    ]);
    assert.deepEqual(refused, [{ ...RUN, count: 7, at: NOW - 500 }]);
    assert.deepEqual(atIntakeLines(atIntake([bridge({})]), NOW), []);
  });

  it("says what was not understood, and where it is", () => {
    const misunderstood = { count: 1, since: NOW - 1_000, at: NOW - 1_000, fault: "EventTime: missing" };
    assert.deepEqual(atIntakeLines(atIntake([bridge({ misunderstood })]), NOW), [
      [
        "callbacks of ours are not understood; they are kept in the quarantine, and unsubscribe nobody (1 time since 2026-11-26T11:59:59.000Z, last 1 s ago)",
        "the latest: EventTime: missing",
        "to do: `quarantine list` shows them; a newer release may understand them: `callbacks reread`, or `quarantine replay`",
      ],
    ]);
    assert.deepEqual(atIntakeAsJson(atIntake([bridge({ misunderstood, refused: [RUN] })])), {
      refused: [
        {
          ...{ cause: "sign", app: "1400000000", count: 5 },
          ...{ since: "2026-11-26T11:59:00.000Z", at: "2026-11-26T11:59:55.000Z" },
          words: "every callback of app 1400000000 is refused: its sign does not fit the token",
        },
      ],
      misunderstood: {
        ...{ count: 1, fault: "EventTime: missing" },
        ...{ since: "2026-11-26T11:59:59.000Z", at: "2026-11-26T11:59:59.000Z" },
      },
    });
  });
});

describe("what destinations took and hold otherwise", () => {
  it("is told of each connector, with the latest note and where to look, for a week", () => {
    const note = "contact 8; HubSpot has kept other values";
    const differing = { count: 3, since: NOW - 60_000, at: NOW - 1_000, note };
    const old = { ...differing, at: NOW - 7 * 86_400_000 - 1 };
    const rows = [{ name: "crm", differing }, { name: "old", differing: old }, { name: "well" }];
    assert.deepEqual(differingLines(differingAmong(rows, NOW), NOW), [
      [
        "crm took deliveries and holds something else (3 times since 2026-11-26T11:59:00.000Z, last 1 s ago)",
        "the latest: contact 8; HubSpot has kept other values",
        "to do: look over there for what sets these properties back (a workflow, a stage that only goes forward), or write another property",
      ],
    ]);
  });
});

describe("what was counted", () => {
  it("is a sentence for every name, with the numbers below each other", () => {
    const lines = countedLines(Object.fromEntries(INTAKE_COUNTS.map((name) => [name, 1_141])));
    assert.equal(lines.length, INTAKE_COUNTS.length);
    for (const line of lines) assert.match(line, /^1,141 {2}[a-z].{20,}$/);
    assert.deepEqual(countedLines({ callbacks_stored: 20_000, refused_sign: 141 }), [
      "20,000  callbacks were kept and answered OK",
      "   141  requests were refused: their sign was missing, or did not fit the app's token",
    ]);
  });

  it("knows one from many", () => {
    for (const line of countedLines(Object.fromEntries(INTAKE_COUNTS.map((name) => [name, 1])))) {
      assert.doesNotMatch(line, /^1 {2}(?:genuine |other )?(?:callbacks|requests|users)\b/);
    }
    assert.deepEqual(countedLines({ callbacks_stored: 1 }), ["1  callback was kept and answered OK"]);
  });

  it("is shown as it is when another release has named it", () => {
    assert.deepEqual(countedLines({ refused_moon: 2 }), ["2  refused moon"]);
  });
});
