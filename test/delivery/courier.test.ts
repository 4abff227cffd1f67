/** What a courier holds, and how long. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { sleep } from "../../src/basics/waiting.ts";
import { type Connector, type DeliverResult, type Delivery, delivered, outcomes } from "../../src/connector.ts";
import { type Courier, type CourierOptions, startCourier } from "../../src/delivery/courier/courier.ts";
import { openConnectorFacts } from "../../src/facts/connector-facts.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { type Engine, openEngine, quiet } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { script, scriptedConfig } from "../support/scripted.ts";

const MINUTE = 60_000;

describe("a courier", () => {
  let engine: Engine;
  let courier: Courier | undefined;

  beforeEach(async () => {
    // the engine routes to it, and leaves the sending to the test
    engine = await openEngine([scriptedConfig("crm", script(), { enabled: false })]);
    await engine.unsubscribe(Array.from({ length: 1_000 }, (_, index) => `u-${index}`));
    await engine.routed();
  });
  afterEach(async () => {
    await courier?.stop(0);
    await engine.close();
  });

  function start(
    deliver: Connector["deliver"],
    options: Pick<CourierOptions, "largestBatch"> & Partial<CourierOptions>,
  ): Courier {
    return startCourier({
      name: "crm",
      fingerprint: "as it is",
      facts: openConnectorFacts(),
      connector: { deliver, check: async () => [], preview: async () => [] },
      storage: engine.storage,
      log: quiet,
      policy: { giveUpAfterMs: 60 * MINUTE, firstDelayMs: MINUTE, maxDelayMs: MINUTE },
      concurrency: 2,
      deliverTimeoutMs: MINUTE,
      lateMs: () => 0,
      redact: (text) => text,
      rest: async () => false,
      prepare: (deliveries) => ({ ready: deliveries, found: new Map() }),
      ...options,
    });
  }
  const taken = (deliveries: readonly Delivery[]) => outcomes(deliveries.map(({ id }) => [id, delivered()] as const));

  it("gives back all that it has not sent, also when it can wait no longer for what it has", async () => {
    const full = Promise.withResolvers<void>();
    let lanes = 0;
    const hang: Connector["deliver"] = (deliveries, signal) => {
      lanes += 1;
      if (lanes === 2) setImmediate(full.resolve);
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(taken(deliveries)), { once: true });
      });
    };
    courier = start(hang, { largestBatch: 1 });
    await full.promise;
    await courier.stop(1);
    const free = await engine.storage.take("crm", 1_000, 5, MINUTE);
    assert.equal(free.deliveries.length, 1_000 - lanes);
  });

  it("sends as many at once as its destination answers well, and half as many at a sign of overload", async () => {
    const facts = openConnectorFacts();
    const first = Promise.withResolvers<void>();
    const down: DeliverResult = { tag: "unavailable", reason: { words: "HTTP 503", status: 503 } };
    let [underWay, most] = [0, 0];
    const deliver: Connector["deliver"] = async (deliveries) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await first.promise;
      await new Promise(setImmediate);
      underWay -= 1;
      return most < 12 ? taken(deliveries) : down;
    };
    courier = start(deliver, { facts, largestBatch: 1, concurrency: 12 });
    await eventually(() => most >= 8);
    assert.deepEqual([most, facts.concurrency], [8, 8]);
    first.resolve();
    await eventually(() => most === 12 && facts.concurrency <= 6);
    await courier.stop(0);
    assert.equal(facts.concurrency, 0);
  });

  it("gives back what was answered, too, when the store has not taken the answer", async () => {
    const sent = Promise.withResolvers<void>();
    const deliver: Connector["deliver"] = async (deliveries) => {
      sent.resolve();
      return taken(deliveries);
    };
    const settle: Storage["settle"] = () => Promise.reject(new Error("the disk is full"));
    courier = start(deliver, { largestBatch: 100, storage: { ...engine.storage, settle } });
    await sent.promise;
    await courier.stop(1);
    const free = await engine.storage.take("crm", 1_000, 5, MINUTE);
    assert.equal(free.deliveries.length, 1_000);
  });

  it("gives back what it was given without hearing of it, and sends it", async () => {
    const unheard = new Set<string>();
    const sent = new Set<string>();
    const all = Promise.withResolvers<void>();
    const deliver: Connector["deliver"] = async (deliveries) => {
      for (const { id } of deliveries) sent.add(id);
      if (sent.size === 1_000) all.resolve();
      return taken(deliveries);
    };
    // the database dies between a take's commit and its answer; the second time while it is asked to take that back
    const take: Storage["take"] = async (...args) => {
      const claim = await engine.storage.take(...args);
      if (unheard.size === 2 || claim.deliveries.length === 0) return claim;
      unheard.add(claim.token);
      throw new Error("the connection was lost");
    };
    let refused = false;
    const release: Storage["release"] = async (...args) => {
      if (!refused) {
        refused = true;
        throw new Error("the connection was lost");
      }
      return engine.storage.release(...args);
    };
    courier = start(deliver, { largestBatch: 100, storage: { ...engine.storage, take, release } });
    await all.promise;
    assert.equal(unheard.size, 2);
    await courier.stop(1_000);
  });

  it("leaves nothing held behind when it stops before it has heard of a claim", async () => {
    const lost = Promise.withResolvers<void>();
    const take: Storage["take"] = async (...args) => {
      await engine.storage.take(...args);
      lost.resolve();
      throw new Error("the connection was lost");
    };
    courier = start(async (deliveries) => taken(deliveries), {
      largestBatch: 100,
      storage: { ...engine.storage, take },
    });
    await lost.promise;
    await courier.stop(1_000);
    const free = await engine.storage.take("crm", 1_000, 5, MINUTE);
    assert.equal(free.deliveries.length, 1_000);
  });

  it("notes what is under way with the destination, and nothing once it is answered", async () => {
    const facts = openConnectorFacts();
    const seen = Promise.withResolvers<number>();
    const deliver: Connector["deliver"] = async (deliveries) => {
      seen.resolve(facts.inFlight);
      return taken(deliveries);
    };
    courier = start(deliver, { facts, largestBatch: 100, concurrency: 1 });
    assert.equal(await seen.promise, 100);
    await courier.stop(1_000);
    assert.equal(facts.inFlight, 0);
    assert.ok(facts.attempts.delivered >= 100);
  });

  it("looks at the connector again before it sends what it took long ago", async () => {
    const [resting, go, looked] = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ];
    let sent = 0;
    const deliver: Connector["deliver"] = async (deliveries) => {
      sent += deliveries.length;
      return taken(deliveries);
    };
    const rest = async () => {
      resting.resolve();
      await go.promise;
      return true;
    };
    const take: Storage["take"] = (...args) => {
      if (isPaused) looked.resolve();
      return engine.storage.take(...args);
    };
    let isPaused = false;
    courier = start(deliver, { largestBatch: 100, rest, storage: { ...engine.storage, take } });
    await resting.promise;
    const before = sent;
    // longer than what is taken ahead is good for: no signal tells
    await sleep(1_100);
    await engine.storage.pause("crm", act());
    isPaused = true;
    go.resolve();
    await looked.promise;
    await courier.stop(1_000);
    assert.equal(sent, before);
    await engine.storage.resume("crm", act());
    const free = await engine.storage.take("crm", 1_000, 5, MINUTE);
    assert.equal(free.deliveries.length, 1_000 - before);
  });
});
