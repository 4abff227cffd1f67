/** What holds a delivery, and how that reads: every condition of its connector, with times that differ. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ConnectorConfig } from "../../src/config/checked-config.ts";
import { refusalMeaning } from "../../src/connector-tools.ts";
import { wholeHolds } from "../../src/operations/deliveries/held.ts";
import { type Circumstances, holdAsJson, holdOf, holdText } from "../../src/operations/deliveries/hold.ts";
import type { Known } from "../../src/operations/known.ts";
import type { ConnectorState } from "../../src/storage/contract/connectors.ts";
import type { LedgerEntry } from "../../src/storage/contract/ledger.ts";
import type { KnownBridge } from "../../src/storage/contract/presence.ts";
import { row } from "../support/deliveries.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const MINUTE = 60_000;

const ON = { common: { enabled: true } } as ConnectorConfig;
const OFF = { common: { enabled: false } } as ConnectorConfig;

type Given = { readonly probeIn?: number; readonly dueIn?: number } & Partial<Omit<Circumstances, "config">> & {
    readonly config?: Circumstances["config"] | null;
  } & Partial<Pick<LedgerEntry, "reason" | "isBehind" | "claimedUntil">>;

function held(
  state: Partial<ConnectorState>,
  { probeIn, dueIn = 0, row: known, config = ON, isServed = true, ...entry }: Given = {},
): string {
  const probeAt = probeIn === undefined ? null : NOW + probeIn;
  const circumstances = {
    row: known === undefined ? row(state, { probeAt }) : known,
    config: config ?? undefined,
    isServed,
  };
  const hold = holdOf({ state: "waiting", dueAt: NOW + dueIn, ...entry }, circumstances, NOW);
  return hold === null ? "nothing" : `${hold.by}: ${holdText(hold, NOW)}`;
}

const CREDENTIALS = { status: "paused", cause: "credentials" } as const;
const UNSERVED = { isServed: false } as const;

const TABLE: readonly (readonly [name: string, held: string, words: string])[] = [
  ["is well and due", held({}), "turn: next attempt now"],
  [
    "is well, and has its turn to wait for",
    held({}, { dueIn: -3 * MINUTE }),
    "turn: due for 3 min: it goes in its turn, as fast as its connector's rate allows",
  ],
  ["is well, and it was tried before", held({}, { dueIn: 5 * MINUTE }), "retry: next attempt in 5 min"],
  [
    "backs off",
    held({ status: "backing_off" }, { probeIn: MINUTE }),
    "backing_off: held: the destination is in trouble, its connector asks again in 1 min",
  ],
  [
    "backs off for less than the delivery waits",
    held({ status: "backing_off" }, { probeIn: MINUTE, dueIn: 9 * MINUTE }),
    "backing_off: held: the destination is in trouble, next attempt at the earliest in 9 min",
  ],
  [
    "was told to wait",
    held({ status: "backing_off", told: true }, { probeIn: 61 * MINUTE }),
    "told_to_wait: held: the destination told us to wait, its connector asks again in 1 h 1 min",
  ],
  [
    "is paused for credentials",
    held(CREDENTIALS, { probeIn: 2 * MINUTE }),
    "paused: held: its connector is paused, the destination refuses the credentials: somebody must mend that, its connector asks again in 2 min",
  ],
  [
    "is paused, for it takes nothing",
    held({ status: "paused", cause: "refusing" }, { probeIn: 2 * MINUTE }),
    "paused: held: its connector is paused, the destination takes nothing: somebody must mend that, its connector asks again in 2 min",
  ],
  [
    "is paused for good",
    held({ status: "paused", cause: "gone" }),
    "paused: held: its connector is paused, the destination says that it is gone for good, until somebody resumes it",
  ],
  [
    "is paused by a person",
    held({ status: "paused", cause: "person" }),
    "paused: held: its connector is paused, somebody paused it, until somebody resumes it",
  ],
  [
    "is paused, and no bridge runs",
    held(CREDENTIALS, { probeIn: MINUTE, ...UNSERVED }),
    "paused: held: its connector is paused, the destination refuses the credentials: somebody must mend that, asked again when a bridge runs",
  ],
  [
    "is paused by a person, and no bridge runs",
    held({ status: "paused", cause: "person" }, UNSERVED),
    "paused: held: its connector is paused, somebody paused it, until somebody resumes it",
  ],
  ["has no bridge", held({}, UNSERVED), "no_bridge: held: no bridge runs"],
  [
    "was in trouble when the last bridge ended",
    held({ status: "backing_off" }, { probeIn: MINUTE, ...UNSERVED }),
    "no_bridge: held: no bridge runs",
  ],
  ["is switched off", held({}, { config: OFF }), "switched_off: held: its connector is switched off (enabled: false)"],
  [
    "is switched off and paused",
    held(CREDENTIALS, { config: OFF }),
    "switched_off: held: its connector is switched off (enabled: false)",
  ],
  [
    "is not configured any more",
    held({}, { config: null }),
    "not_configured: held: its connector is not in the configuration any more",
  ],
  ["is configured in a way that nobody can read", held({}, { config: "unclear" }), "turn: next attempt now"],
  [
    "is well, and an earlier event of the person waits",
    held({}, { isBehind: true, dueIn: -3 * MINUTE }),
    "earlier_event: held: an earlier event of this person goes first",
  ],
  [
    "is well, and a machine is at it",
    held({}, { claimedUntil: NOW + 3 * MINUTE }),
    "under_way: held: a machine is at it; should that one be gone, another is in 3 min",
  ],
  ["is well, and the machine that was at it is gone", held({}, { claimedUntil: NOW - 1 }), "turn: next attempt now"],
  [
    "backs off, before its own first attempt",
    held({ status: "backing_off", reason: { words: "HTTP 503", status: 503 } }, { probeIn: MINUTE, reason: null }),
    "backing_off: held: the destination is in trouble (HTTP 503), its connector asks again in 1 min",
  ],
  [
    "was told to wait, before its own first attempt, and an earlier event of the person waits as well",
    held(
      { status: "backing_off", told: true, reason: { words: "the day's share is used" } },
      { probeIn: MINUTE, reason: null, isBehind: true },
    ),
    "told_to_wait: held: the destination told us to wait (the day's share is used), its connector asks again in 1 min",
  ],
  ["has never run", held({}, { row: null }), "no_bridge: held: no bridge runs"],
];

describe("what holds a delivery whose connector", () => {
  for (const [name, is, words] of TABLE) it(name, () => assert.equal(is, words));
});

describe("what holds a delivery", () => {
  it("is somebody in between where no destination has refused it", () => {
    const reason = refusalMeaning({ own: { words: "the token is refused" }, setting: "base_url", isForeign: true });
    const hold = held({ ...CREDENTIALS, reason }, { probeIn: MINUTE });
    assert.equal(
      hold,
      "paused: held: its connector is paused, somebody in between refuses us: somebody must mend that, its connector asks again in 1 min",
    );
  });

  it("is nothing once it has ended", () => {
    const paused = { row: row(CREDENTIALS), config: ON, isServed: true };
    for (const state of ["delivered", "dead", "superseded", "skipped", "discarded"] as const) {
      assert.equal(holdOf({ state, dueAt: null }, paused, NOW), null);
    }
  });

  it("has its kind, cause and time for scripts", () => {
    const hold = {
      by: "paused",
      cause: "credentials",
      why: "the destination refuses the credentials",
      until: NOW + MINUTE,
    } as const;
    assert.deepEqual(holdAsJson(hold, NOW), {
      ...{ by: "paused", cause: "credentials", until: "2026-11-26T12:01:00.000Z" },
      words:
        "held: its connector is paused, the destination refuses the credentials: somebody must mend that, its connector asks again in 1 min",
    });
  });
});

describe("what holds all that waits for connectors", () => {
  const rows = [
    row(CREDENTIALS, { name: "crm", probeAt: Date.now() + 5 * MINUTE }),
    row({}, { name: "well" }),
    row({}, { name: "gone" }),
    row({}, { name: "off" }),
  ];
  const known = {
    connectors: ["crm", "well", "new", "off"].map((name) => ({ ...(name === "off" ? OFF : ON), name })),
    unclear: [],
  } as unknown as Known;
  const questions = (isServed: boolean) => ({
    connectors: async () => rows,
    bridges: async () => [{ serves: isServed }] as unknown as readonly KnownBridge[],
  });
  const holders = async (isServed: boolean, names: readonly string[]) =>
    [...(await wholeHolds(questions(isServed), known, names))].map(([name, { by }]) => [name, by]);

  it("is named once for each, and nothing of those that send", async () => {
    assert.deepEqual(await holders(true, ["crm", "well", "crm", "gone", "off", "nobody", "new"]), [
      ["crm", "paused"],
      ["gone", "not_configured"],
      ["off", "switched_off"],
      ["nobody", "not_configured"],
      ["new", "no_bridge"],
    ]);
    assert.deepEqual(await holders(false, ["well", "crm"]), [
      ["well", "no_bridge"],
      ["crm", "paused"],
    ]);
    assert.deepEqual(await holders(true, []), []);
  });
});
