/** What comes alone while couriers rest is claimed for them by whoever routes it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startCourier } from "../../src/delivery/courier/courier.ts";
import { openConnectorFacts } from "../../src/facts/connector-facts.ts";
import type { Carried, Claim } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { row, taken } from "../support/deliveries.ts";
import { openEngine, quiet } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { script, scriptedConfig } from "../support/scripted.ts";

const MINUTE = 60_000;

/** A store that notes what it has carried. */
function watched() {
  const carried: Carried[] = [];
  const through = (storage: Storage): Storage => ({
    ...storage,
    async carry(...asked) {
      const result = await storage.carry(...asked);
      carried.push(result);
      return result;
    },
  });
  return { carried, through };
}

const claimedIn = (carried: readonly Carried[]): readonly string[] =>
  carried.flatMap(({ claims }) => claims.flatMap(({ deliveries }) => deliveries.map(({ event }) => event.user)));

describe("an event that comes alone", () => {
  it("is claimed for couriers that rest along with its way to them, and sent once", async () => {
    const { carried, through } = watched();
    const sent = script();
    const engine = await openEngine([scriptedConfig("crm", sent)], { through });
    let count = 0;
    await eventually(async () => {
      count += 1;
      await engine.unsubscribe([`u-${count}`], { eventTime: count });
      await engine.settled();
      return claimedIn(carried).length > 0;
    });
    const states = Object.values(await engine.states("crm"));
    assert.deepEqual(new Set(states), new Set(["delivered"]));
    assert.equal(sent.delivered.length, count);
    await engine.close();
  });
});

/** A courier that finds nothing by itself, and a note of what it gives back. */
function startResting() {
  const given: string[] = [];
  const connector = row();
  const nothing = { token: "", connector, at: 0, deliveries: [], probe: false, waitMs: null, superseded: 0 };
  const storage = {
    shared: false,
    take: async () => nothing,
    release: async (_: string, token: string, events?: readonly number[]) => void given.push(`${token}: ${events}`),
  } as unknown as Storage;
  const courier = startCourier({
    ...{ name: "crm", fingerprint: "as it is", storage, log: quiet, facts: openConnectorFacts() },
    connector: { deliver: () => assert.fail("it is sent nothing"), check: async () => [], preview: async () => [] },
    policy: { giveUpAfterMs: MINUTE, firstDelayMs: MINUTE, maxDelayMs: MINUTE },
    ...{ largestBatch: 1, concurrency: 2, deliverTimeoutMs: MINUTE, lateMs: () => 0 },
    redact: (text) => text,
    rest: async () => false,
    prepare: (deliveries) => ({ ready: deliveries, found: new Map() }),
  });
  const claimOf = (token: string): Claim => ({ ...nothing, token, deliveries: [taken(7)] });
  return { courier, given, claimOf };
}

describe("a courier that rests", () => {
  it("offers to take along, once until it has heard what became of it", async () => {
    const { courier } = startResting();
    const offer = await eventually(async () => courier.offer());
    const answer = Promise.withResolvers<undefined>();
    offer.accept(answer.promise);
    assert.equal(courier.offer(), undefined);
    answer.resolve(undefined);
    await eventually(async () => courier.offer());
    await courier.stop(0);
  });

  it("gives back what is claimed for it while it is being stopped", async () => {
    const { courier, given, claimOf } = startResting();
    const offer = await eventually(async () => courier.offer());
    const answer = Promise.withResolvers<Claim>();
    offer.accept(answer.promise);
    const stopped = courier.stop(0);
    answer.resolve(claimOf(offer.asked.token));
    await stopped;
    assert.deepEqual(given, [`${offer.asked.token}: 7`]);
    assert.equal(courier.offer(), undefined);
  });

  it("gives back by its token what may have been claimed when nobody says whether it was", async () => {
    const { courier, given } = startResting();
    const offer = await eventually(async () => courier.offer());
    const stopped = courier.stop(0);
    offer.accept(Promise.reject(new Error("the store is down")));
    await stopped;
    assert.deepEqual(given, [`${offer.asked.token}: undefined`]);
  });
});
