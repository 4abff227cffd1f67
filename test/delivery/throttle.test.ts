/** While callbacks crowd in, router and couriers rest: intake has the process nearly for itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivered, outcomes } from "../../src/connector.ts";
import { startCourier } from "../../src/delivery/courier/courier.ts";
import { openThrottle } from "../../src/delivery/throttle.ts";
import { openConnectorFacts } from "../../src/facts/connector-facts.ts";
import { openEngine, quiet } from "../support/engine.ts";
import { script, scriptedConfig } from "../support/scripted.ts";

const CROWD = 32;
/** Bytes of a few callbacks that name one user each. */
const SMALL = 2_000;

/** A throttle whose clock is turned by hand. */
function turned() {
  let at = 0;
  const throttle = openThrottle(() => at);
  return {
    ...throttle,
    turnTo(ms: number) {
      at = ms;
    },
  };
}

describe("the throttle of router and couriers", () => {
  it("costs no time while nobody crowds in, and none after a few callbacks", async () => {
    const { arrived, rest } = turned();
    assert.equal(await rest(1_000), false);
    arrived(CROWD - 1, SMALL);
    assert.equal(await rest(1_000), false);
  });

  it("rests twelve times as long as the work took, while callbacks crowd in", async () => {
    const { arrived, rest, turnTo } = turned();
    arrived(CROWD, SMALL);
    let rested: boolean | undefined;
    const resting = rest(10).then((has) => {
      rested = has;
    });
    turnTo(119);
    // another crowd: it is not over
    arrived(CROWD, SMALL);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(rested, undefined);
    turnTo(120);
    await resting;
    assert.equal(rested, true);
  });

  it("takes a few very long ones for a crowd as well", async () => {
    const { arrived, rest, turnTo } = turned();
    arrived(2, 2 * 1024 * 1024);
    const resting = rest(1_000);
    turnTo(250);
    assert.equal(await resting, true);
  });

  it("ends with the crowd, and never takes longer than a few seconds, or a long crowd would starve them", async () => {
    const { arrived, rest, turnTo } = turned();
    arrived(CROWD, SMALL);
    const resting = rest(1_000);
    turnTo(250);
    assert.equal(await resting, true);
    turnTo(1_000);
    arrived(CROWD, SMALL);
    const long = rest(100_000);
    turnTo(5_000);
    arrived(CROWD, SMALL);
    assert.equal(await long, true);
  });

  it("is over at the end: what is under way must come to its end", async () => {
    const { arrived, rest, end } = turned();
    arrived(CROWD, SMALL);
    const resting = rest(1_000);
    end();
    await resting;
    assert.equal(await rest(1_000), false);
  });
});

/** A `rest` that keeps whoever calls it, until it is opened. */
function gate() {
  const [called, opened] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()];
  return {
    called: called.promise,
    open: opened.resolve,
    async rest(workedMs: number) {
      called.resolve(workedMs);
      await opened.promise;
      return true;
    },
  };
}

describe("while they rest", () => {
  it("a courier takes and sends nothing more", async () => {
    const engine = await openEngine([scriptedConfig("crm", script(), { enabled: false })]);
    await engine.unsubscribe(Array.from({ length: 200 }, (_, index) => `u-${index}`));
    await engine.routed();
    const { called, open, rest } = gate();
    let sent = 0;
    const courier = startCourier({
      name: "crm",
      fingerprint: "as it is",
      facts: openConnectorFacts(),
      connector: {
        async deliver(deliveries) {
          sent += deliveries.length;
          return outcomes(deliveries.map(({ id }) => [id, delivered()] as const));
        },
        check: async () => [],
        preview: async () => [],
      },
      storage: engine.storage,
      log: quiet,
      policy: { giveUpAfterMs: 60_000, firstDelayMs: 60_000, maxDelayMs: 60_000 },
      largestBatch: 10,
      concurrency: 1,
      lateMs: () => 0,
      deliverTimeoutMs: 60_000,
      redact: (text) => text,
      prepare: (deliveries) => ({ ready: deliveries, found: new Map() }),
      rest,
    });
    assert.ok((await called) > 0, "it says how long it worked");
    const before = sent;
    for (let turn = 0; turn < 200; turn += 1) await engine.storage.status();
    assert.equal(sent, before);
    assert.ok(before < 200, `${before} were sent without a rest`);
    open();
    await engine.settled();
    assert.equal(sent, 200);
    await courier.stop(1_000);
    await engine.close();
  });

  it("the router reads nothing more", async () => {
    const { called, open, rest } = gate();
    const engine = await openEngine([scriptedConfig("crm", script(), { enabled: false })], { rest });
    await engine.unsubscribe(["first"]);
    assert.ok((await called) > 0, "it says how long it worked");
    await engine.unsubscribe(["second"]);
    for (let turn = 0; turn < 200; turn += 1) await engine.storage.status();
    assert.equal((await engine.storage.status()).unread, 1);
    open();
    await engine.routed();
    await engine.close();
  });

  it("couriers of the configuration are told to, as well as the router", async () => {
    const { called, open, rest } = gate();
    const resting: string[] = [];
    const engine = await openEngine([scriptedConfig("crm", script())], {
      async rest(workedMs) {
        resting.push(new Error("who").stack?.includes("/courier/") ? "courier" : "router");
        return resting.includes("courier") ? rest(workedMs) : false;
      },
    });
    await engine.unsubscribe(["first"]);
    await called;
    assert.ok(resting.includes("courier") && resting.includes("router"));
    open();
    await engine.settled();
    await engine.close();
  });
});
