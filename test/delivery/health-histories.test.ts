/** Random histories of one connector's condition: whoever is buried had a reason, and twenty that were put off pause it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { delivered, type Outcome, outcomes, rejected, retry } from "../../src/connector.ts";
import { judge } from "../../src/delivery/verdict/judge.ts";
import { type ConnectorRow, type ConnectorState, READY } from "../../src/storage/contract/connectors.ts";
import type { Settlement } from "../../src/storage/contract/deliveries.ts";
import { row, taken } from "../support/deliveries.ts";

const HOUR = 3_600_000;
const policy = { giveUpAfterMs: 72 * HOUR, firstDelayMs: 1_000, maxDelayMs: 600_000 };
const EVENTS = 40;
const ENOUGH = 20;

const OUTCOMES = {
  delivered: delivered(),
  unmatched: { tag: "unmatched", reason: { words: "nobody" } },
  rejected: rejected("bad"),
  skipped: { tag: "skipped", reason: { words: "not wanted" } },
  putOff: retry("HTTP 404"),
} as const satisfies Record<string, Outcome>;
type Kind = keyof typeof OUTCOMES;

const answer = fc.record({
  do: fc.constant("answer" as const),
  kinds: fc.dictionary(
    fc.nat({ max: EVENTS }).map(String),
    // mostly what keeps a destination under suspicion
    fc.constantFrom<Kind>("putOff", "putOff", "putOff", "putOff", "rejected", "unmatched", "skipped", "delivered"),
    { minKeys: 1, maxKeys: 8 },
  ),
});
const putOffs = fc.record({ do: fc.constant("putOffs" as const), from: fc.nat({ max: EVENTS - 8 }) });
const rejections = fc.record({ do: fc.constant("rejections" as const), seq: fc.integer({ min: 1, max: 3 }) });
const command = fc.oneof(
  { weight: 4, arbitrary: answer },
  { weight: 6, arbitrary: putOffs },
  { weight: 4, arbitrary: rejections },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hours" as const), hours: fc.integer({ min: 1, max: 80 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("settings", "resume", "older", "replay", "network") }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  connector: ConnectorRow;
  fingerprint: string;
  clock: number;
  /** As the store counts: by event. */
  readonly attempts: Map<number, { count: number; first: number }>;
  /** The model: different ones in a row, since the last sign of life. */
  readonly putOff: Set<number>;
  /** The settings that something was taken with last. */
  takenWith: string | null;
}

test("whatever a destination answers, who is buried had a reason, and twenty that were put off pause it", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const played: Played = {
        connector: row({}, { fingerprint: "0", takenWith: null }),
        fingerprint: "0",
        clock: 0,
        attempts: new Map(),
        putOff: new Set(),
        takenWith: null,
      };
      for (const one of commands) play(played, one);
    }),
    { numRuns: 300 },
  );
});

function play(played: Played, one: Command): void {
  const { connector } = played;
  switch (one.do) {
    case "answer":
      batch(played, new Map(Object.entries(one.kinds).map(([seq, kind]) => [Number(seq) + 1, kind])));
      return;
    case "putOffs":
      batch(played, new Map(Array.from({ length: 8 }, (_, n) => [one.from + n + 1, "putOff"])));
      return;
    case "rejections":
      batch(played, new Map([[one.seq, "rejected"]]));
      return;
    case "hours":
      // the clock of a paused connector stands
      if (connector.state.status !== "paused") played.clock += one.hours * HOUR;
      return;
    case "settings":
      played.fingerprint = String(Number(played.fingerprint) + 1);
      played.connector = {
        ...connector,
        fingerprint: played.fingerprint,
        ...(isPaused(connector) && { state: READY }),
      };
      if (isPaused(connector)) played.putOff.clear();
      return;
    case "resume":
      played.connector = { ...connector, state: READY };
      played.putOff.clear();
      return;
    case "older":
      // a machine of an older release writes the document, and lets a paused connector go on
      played.connector = { ...connector, state: { ...READY, ...putOffOf(connector.state) } };
      if (played.putOff.size >= ENOUGH) played.putOff.clear();
      return;
    case "replay":
      played.attempts.clear();
      return;
    case "network":
      judged(played, [1], { tag: "unavailable", reason: { words: "cut" } });
  }
}

const isPaused = ({ state }: ConnectorRow): boolean => state.status === "paused";
const putOffOf = ({ putOff }: ConnectorState) => (putOff === undefined ? {} : { putOff });

function batch(played: Played, kinds: ReadonlyMap<number, Kind>): void {
  const before = played.connector.state;
  const given = outcomes([...kinds].map(([seq, kind]) => [`event-${seq}:crm`, OUTCOMES[kind]] as const));
  const { settlements, decided } = judged(played, [...kinds.keys()], given);
  const all = [...kinds.values()];
  const succeeded = all.includes("delivered");
  for (const settlement of settlements) {
    if (settlement.to === "dead") assertReason(played, settlement, succeeded);
  }
  for (const { to } of decided) assert.ok(to === "waiting" || succeeded, "a held one died without a success");
  if (succeeded) played.takenWith = played.fingerprint;
  model(played, before, kinds);
  const { state } = played.connector;
  assert.equal(isPaused(played.connector) && played.putOff.size >= ENOUGH, played.putOff.size >= ENOUGH);
  if (state.cause === "refusing") assert.equal(settlements.filter(isExpired).length, 0, "one expired while all waited");
}

function isExpired(settlement: Settlement): boolean {
  return settlement.to === "dead" && settlement.class === "expired";
}

function assertReason(played: Played, settlement: Extract<Settlement, { to: "dead" }>, succeeded: boolean): void {
  const { count = 0, first = played.clock } = played.attempts.get(settlement.event) ?? {};
  const isOld = count >= 5 && played.clock - first >= policy.giveUpAfterMs;
  const isProven = settlement.class === "rejected" && (succeeded || played.takenWith === played.fingerprint);
  assert.ok(isOld || isProven, `${settlement.event} died of ${settlement.class} after ${count} attempts`);
}

function model({ putOff }: Played, before: ConnectorState, kinds: ReadonlyMap<number, Kind>): void {
  const isAnswered = [...kinds.values()].some((kind) => kind !== "putOff");
  if (isAnswered) putOff.clear();
  // everything is refused: that is the reason then
  if (isAnswered || (before.cause === "refusing" && putOff.size < ENOUGH)) return;
  for (const seq of kinds.keys()) putOff.add(seq);
}

function judged(played: Played, seqs: readonly number[], result: Parameters<typeof judge>[1]) {
  const { fingerprint, clock, attempts } = played;
  const deliveries = seqs.map((seq) => {
    const { count, first } = attempts.get(seq) ?? { count: 0, first: null };
    return taken(seq, { attempts: count, firstAttemptClock: first });
  });
  const connector = { ...played.connector, clock };
  const probe = connector.state.status !== "ready";
  const verdict = judge({ connector, deliveries, probe, fingerprint }, result, policy, {
    clock,
    outageMs: 0,
    random: () => 0.5,
  });
  for (const seq of seqs) {
    const { count, first } = attempts.get(seq) ?? { count: 0, first: clock };
    attempts.set(seq, { count: count + 1, first });
  }
  const { change, takenWith = connector.takenWith } = verdict;
  played.connector = { ...connector, takenWith, ...(change && { state: change.state }) };
  return verdict;
}
