/** Answers that come while the store is busy are settled together, as if each had been settled by itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DeliverResult, delivered, outcomes, rejected } from "../../src/connector.ts";
import { type Company, openCompany } from "../../src/delivery/settlement/company.ts";
import { openSettler } from "../../src/delivery/settlement/settler.ts";
import { openConnectorFacts } from "../../src/facts/connector-facts.ts";
import type { Claim, SettleResult } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { row, taken } from "../support/deliveries.ts";
import { quiet } from "../support/engine.ts";

type Request = Parameters<Storage["settle"]>[0];

const POLICY = { giveUpAfterMs: 3_600_000, firstDelayMs: 1, maxDelayMs: 5 };
const SETTLED: SettleResult = { tag: "settled", lost: [], connector: row(), waitMs: null };

/** A settler whose store answers as told. */
function settlerOn(settle: (request: Request) => Promise<SettleResult>, company?: Company, isShared = false) {
  const requests: Request[] = [];
  const off = new AbortController();
  const settler = openSettler({
    name: "crm",
    fingerprint: "as it is",
    facts: openConnectorFacts(),
    storage: {
      settle(request) {
        requests.push(request);
        return settle(request);
      },
    },
    log: quiet,
    policy: POLICY,
    onStoreTrouble: () => undefined,
    company,
    isShared,
    signal: off.signal,
  });
  const answered = (
    event: number,
    answer: (id: string) => DeliverResult,
    token = "claim",
    claimed = [event],
    waitMs: Claim["waitMs"] = 0,
  ) => {
    const delivery = taken(event);
    const deliveries = claimed.map((each) => taken(each));
    const claim: Claim = { token, connector: row(), at: 0, deliveries, probe: false, waitMs, superseded: 0 };
    return settler.write({ claim, batch: [delivery], result: answer(delivery.id) });
  };
  const events = () => requests.map(({ settlements }) => settlements.map(({ event }) => event));
  return { requests, events, answered, stop: () => off.abort() };
}

const OK = (id: string): DeliverResult => outcomes([[id, delivered()]]);
const DOWN = (): DeliverResult => ({ tag: "unavailable", reason: { words: "down" } });

describe("answers that wait for the store", () => {
  it("are settled in one call", async () => {
    const busy = Promise.withResolvers<void>();
    const { events, answered } = settlerOn(async () => {
      await busy.promise;
      return SETTLED;
    });
    const all = [1, 2, 3, 4].map((event) => answered(event, OK));
    busy.resolve();
    assert.deepEqual(
      await Promise.all(all),
      all.map(() => SETTLED),
    );
    assert.deepEqual(events(), [[1], [2, 3, 4]]);
  });

  it("keep their own outcomes", async () => {
    const { requests, answered } = settlerOn(async () => SETTLED);
    await Promise.all([
      answered(1, OK),
      answered(2, (id) => outcomes([[id, rejected({ words: "no such property", status: 400 })]])),
      answered(3, OK),
    ]);
    const settlements = requests.flatMap((request) => request.settlements);
    assert.deepEqual(
      settlements.map(({ event, to }) => [event, to]),
      [
        [1, "delivered"],
        [2, "dead"],
        [3, "delivered"],
      ],
    );
  });

  it("of another claim, and troubles, are settled by themselves", async () => {
    const { events, requests, answered } = settlerOn(async () => SETTLED);
    await Promise.all([
      answered(1, OK),
      answered(2, OK, "another"),
      answered(3, DOWN),
      answered(4, OK),
      answered(5, OK, "another"),
    ]);
    assert.deepEqual(events(), [[1], [2, 5], [3], [4]]);
    assert.deepEqual(
      requests.map(({ token }) => token),
      ["claim", "another", "claim", "claim"],
    );
    assert.equal(requests[2]?.change?.state.status, "backing_off");
  });

  it("do not suffer from one that the store refuses", async () => {
    const { requests, answered, stop } = settlerOn(async ({ settlements }) => {
      const poisonous = settlements.some(({ event, to }) => event === 3 && to === "delivered");
      if (poisonous) throw new Error("cannot store this");
      return SETTLED;
    });
    const [first, second, third, fourth] = [1, 2, 3, 4].map((event) => answered(event, OK));
    await Promise.all([first, second, fourth]);
    stop();
    assert.equal(await third, undefined);
    const taken = requests.filter(({ settlements }) => !settlements.some(({ event }) => event === 3));
    assert.deepEqual(
      taken.map(({ settlements }) => settlements.map(({ event, to }) => `${event} ${to}`)),
      [["1 delivered"], ["2 delivered"], ["4 delivered"]],
    );
  });
});

describe("an answer of a claim that was taken long ago", () => {
  it("is judged by the connector as it is now: a success buries what was refused before it", async () => {
    const reason = { words: "no such property", status: 400 };
    const held = row({ held: [{ event: 1, reason }] }, { version: 8 });
    const { requests, answered } = settlerOn(async () => ({ ...SETTLED, connector: held }));
    await answered(1, (id) => outcomes([[id, rejected(reason)]]));
    await answered(2, OK);
    assert.deepEqual(requests[1]?.decided, [{ event: 1, to: "dead", class: "rejected", reason }]);
    assert.deepEqual(requests[1]?.change?.state.held, []);
  });
});

describe("a few answers of a larger claim", () => {
  /** Longer than any test may take. */
  const FOR_EVER = 600_000;
  const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

  it("wait until all of it is answered", async () => {
    const { events, answered } = settlerOn(async () => SETTLED, openCompany(FOR_EVER));
    const all: Promise<unknown>[] = [];
    for (const event of [1, 2, 3]) {
      assert.deepEqual(events(), []);
      all.push(answered(event, OK, "claim", [1, 2, 3]));
      await turnOfTheLoop();
    }
    await Promise.all(all);
    assert.deepEqual(events(), [[1, 2, 3]]);
  });

  it("wait for so long and no longer", async () => {
    const { events, answered } = settlerOn(async () => SETTLED, openCompany(1));
    await answered(1, OK, "claim", [1, 2, 3]);
    assert.deepEqual(events(), [[1]]);
  });

  it("wait for nobody where machines share the store and more is due: each keeps another from being sent", async () => {
    const { events, answered } = settlerOn(async () => SETTLED, openCompany(FOR_EVER), true);
    await answered(1, OK, "claim", [1, 2, 3]);
    assert.deepEqual(events(), [[1]]);
    const all = [4, 5].map((event) => answered(event, OK, "last", [4, 5], null));
    await Promise.all(all);
    assert.deepEqual(events(), [[1], [4, 5]]);
  });

  it("wait no more when they are many", async () => {
    const { events, answered } = settlerOn(async () => SETTLED, openCompany(FOR_EVER));
    const claimed = Array.from({ length: 100 }, (_, index) => index + 1);
    const many = claimed.slice(0, 32);
    await Promise.all(many.map((event) => answered(event, OK, "claim", claimed)));
    assert.deepEqual(events(), [many]);
  });
});
