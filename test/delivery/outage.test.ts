/** Coming back: how soon a destination that was out is asked again, and how soon everybody who waited has been told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { delivered, outcomes, retry } from "../../src/connector.ts";
import type { Answer } from "../../src/delivery/answer.ts";
import { openJudgement } from "../../src/delivery/settlement/judgement.ts";
import { judge } from "../../src/delivery/verdict/judge.ts";
import { outageOf } from "../../src/delivery/verdict/outage.ts";
import { openConnectorFacts } from "../../src/facts/connector-facts.ts";
import type { ConnectorState } from "../../src/storage/contract/connectors.ts";
import type { Claim, TakenDelivery } from "../../src/storage/contract/deliveries.ts";
import { queueUsers, register, users } from "../storage/suite-support.ts";
import { chance } from "../support/chance.ts";
import { FINGERPRINT, row, taken } from "../support/deliveries.ts";
import { quiet } from "../support/engine.ts";
import { clockedPostgres, type OpenTurned, type TurnedStore, turnedSqlite } from "../support/turned-store.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const policy = { giveUpAfterMs: 72 * HOUR, firstDelayMs: SECOND, maxDelayMs: 10 * MINUTE };
const reason = { words: "HTTP 503" };
const down: Answer = { tag: "unavailable", reason };

/** What follows when a probe after so long an outage finds this. */
function probed(state: Partial<ConnectorState>, outageMs: number, random = 1, answer: Answer = down) {
  const deliveries = [taken(1, { attempts: 20, firstAttemptClock: 0 })];
  const batch = { connector: row(state), deliveries, probe: true, fingerprint: FINGERPRINT };
  const verdict = judge(batch, answer, policy, { clock: 0, outageMs, random: () => random });
  const [settlement] = verdict.settlements;
  return {
    probeInMs: verdict.change?.probeInMs,
    delayMs: settlement?.to === "waiting" ? settlement.delayMs : undefined,
  };
}

const backingOff = (failures: number) => ({ status: "backing_off", reason, failures }) as const;
const paused = (cause: "credentials" | "refusing", failures = 1) =>
  ({ status: "paused", cause, reason, failures }) as const;

describe("the wait for the next probe", () => {
  it("is a fifth of the outage so far at most, never bounded under a second, and never over what it was", () => {
    const outages = [0, SECOND, 5 * SECOND, MINUTE, 10 * MINUTE, HOUR, 24 * HOUR];
    const longest = outages.map((outageMs) => probed(backingOff(50), outageMs).probeInMs);
    assert.deepEqual(longest, [1_000, 1_000, 1_000, 12_000, 120_000, 600_000, 600_000]);
    // a fifth of it is no whole millisecond
    assert.equal(probed(backingOff(50), 886_738, 0.999_999_9).probeInMs, 177_347);
    fc.assert(
      fc.property(
        fc.nat({ max: 40 }),
        fc.nat({ max: 7 * 24 * HOUR }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, outageMs, random) => {
          const { probeInMs } = probed(backingOff(failures), outageMs, random);
          const asBefore = Math.max(100, random * Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** failures));
          assert.ok(typeof probeInMs === "number" && probeInMs >= 100);
          assert.ok(probeInMs <= Math.max(SECOND, outageMs / 5) && probeInMs <= Math.round(asBefore));
        },
      ),
    );
  });

  it("is as short where twenty put-offs or refusals have paused the connector: a proxy alone answers so", () => {
    const putOff = Array.from({ length: 20 }, (_, event) => ({ event: event + 2, reason }));
    const again = outcomes([[taken(1).id, retry("HTTP 404")]]);
    const wait = (failures: number, outageMs: number) =>
      probed({ ...paused("refusing", failures), putOff }, outageMs, 0.999_999, again).probeInMs;
    assert.deepEqual([wait(9, 0), wait(9, MINUTE), wait(9, 24 * HOUR)], [SECOND, 12 * SECOND, 10 * MINUTE]);
  });

  it("is untouched where the destination names a time, refuses the credentials or is gone", () => {
    const told: Answer = { ...down, retryAfterMs: HOUR };
    assert.equal(probed(backingOff(3), MINUTE, 1, told).probeInMs, HOUR);
    const refused: Answer = { tag: "credentialsRefused", reason };
    assert.equal(probed(paused("credentials"), MINUTE, 1, refused).probeInMs, 2 * MINUTE);
    // also where it cannot be reached meanwhile
    assert.equal(probed(paused("credentials", 10), MINUTE).probeInMs, 10 * MINUTE);
    assert.equal(probed(backingOff(3), MINUTE, 1, { tag: "gone", reason }).probeInMs, null);
  });

  it("holds for who was in the probe as well: not the last to go when it is over, for what was not their fault", () => {
    assert.equal(probed(backingOff(3), MINUTE).delayMs, 12_000);
    // of whom something is said, that counts
    const said = { ...down, outcomes: new Map([[taken(1).id, retry("HTTP 409")]]) };
    assert.equal(probed(backingOff(3), MINUTE, 1, said).delayMs, 10 * MINUTE);
    // one that was no probe may itself be what the destination cannot bear
    const batch = {
      connector: row(),
      deliveries: [taken(1, { attempts: 20 })],
      probe: false,
      fingerprint: FINGERPRINT,
    };
    const [settlement] = judge(batch, down, policy, { clock: 0, outageMs: 0, random: () => 1 }).settlements;
    assert.equal(settlement?.to === "waiting" && settlement.delayMs, 10 * MINUTE);
  });

  it("spreads a thousand connectors of one host, that failed at one moment, over the whole of it", () => {
    const { next } = chance(7);
    const waits = Array.from({ length: 1_000 }, () => probed(backingOff(10), MINUTE, next()).probeInMs ?? 0);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => waits.filter((ms) => Math.floor(ms / 1_200) === tenth).length,
    );
    assert.ok(
      tenths.every((count) => count < 150),
      `${tenths}`,
    );
  });
});

it("an outage is as long as the connector was not ready, by the clock of the store", () => {
  assert.equal(outageOf(row({}, { since: 5 }), 1_000), 0);
  assert.equal(outageOf(row({ status: "backing_off" }, { since: 5 }), 1_000), 995);
  // by another machine it has become another one since
  assert.equal(outageOf(row({ status: "backing_off" }, { since: 1_005 }), 1_000), 0);
});

/** What a destination answers while it is out. */
type Out = (deliveries: readonly TakenDelivery[]) => Answer;
const UNREACHABLE: Out = () => down;
const NOT_FOUND: Out = (deliveries) => outcomes(deliveries.map(({ id }) => [id, retry("HTTP 404")]));

interface Scene {
  readonly people: number;
  readonly largestBatch: number;
  readonly out: Out;
  readonly seed: number;
  readonly outageMs: number;
}

/** @returns milliseconds from the end of the outage to the last delivery, by the clock of the store */
async function untilAllTold({ storage, now, advance }: TurnedStore, scene: Scene): Promise<number> {
  const { people, largestBatch, out, seed, outageMs } = scene;
  await register(storage);
  await queueUsers(storage, ...users("u", people));
  const judgement = openJudgement({
    ...{ name: "crm", storage, log: quiet, policy, facts: openConnectorFacts(), fingerprint: "as it was" },
    ...{ random: chance(seed).next, onStoreTrouble: () => undefined, signal: new AbortController().signal },
  });
  const wellAt = now() + outageMs;
  const answerTo = (batch: readonly TakenDelivery[]): Answer =>
    now() < wellAt ? out(batch) : outcomes(batch.map(({ id }) => [id, delivered()]));
  /** As a courier does: from the first sign of trouble on nothing more is sent. */
  async function send(claim: Claim): Promise<number> {
    const left = [...claim.deliveries];
    let sent = 0;
    while (left.length > 0) {
      const batch = left.splice(0, largestBatch);
      const result = answerTo(batch);
      const { connector } = await judgement.once({ claim, batch, result });
      if (result.tag === "outcomes" && now() >= wellAt) sent += batch.length;
      if (connector.state.status !== "ready") break;
    }
    await storage.release("crm", claim.token);
    return sent;
  }
  for (let told = 0; told < people; ) {
    const claim = await storage.take("crm", 200, Math.min(5, largestBatch), MINUTE);
    told += await send(claim);
    if (told < people) await advance(Math.max(1, Math.min(claim.waitMs ?? SECOND, SECOND)));
  }
  judgement.end();
  return now() - wellAt;
}

const STORES: readonly { name: string; open: () => OpenTurned; seeds: readonly number[] }[] = [
  { name: "SQLite", open: () => turnedSqlite, seeds: [1, 2, 3, 4, 5, 6] },
  { name: "PostgreSQL", open: onPostgres(), seeds: [1] },
];

function onPostgres(): () => OpenTurned {
  const server = clockedPostgres();
  return () => server.open;
}

for (const { name, open, seeds } of STORES) {
  describe(`after a minute's outage, on ${name}`, () => {
    for (const [what, out, people, largestBatch] of [
      ["few people, one by one", UNREACHABLE, 7, 1],
      ["few people, together", UNREACHABLE, 12, 100],
      ["many people", UNREACHABLE, 150, 1],
      ["many people, of whom a proxy knew nothing", NOT_FOUND, 150, 1],
    ] as const) {
      it(`everybody is told within fifteen seconds: ${what}`, async () => {
        for (const seed of seeds) {
          const store = await open()(1_700_000_000_000);
          try {
            const ms = await untilAllTold(store, { people, largestBatch, out, seed, outageMs: MINUTE });
            assert.ok(ms <= 15 * SECOND, `the last one was told after ${ms} ms, seed ${seed}`);
          } finally {
            await store.close();
          }
        }
      });
    }
  });
}
