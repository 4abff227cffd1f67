/** Answers that come while the store is busy are settled together, as if each had been settled by itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DeliverResult, delivered, outcomes, rejected } from "../../src/connector.ts";
import { openSettler } from "../../src/delivery/settler.ts";
import type { Claim, SettleResult, Storage } from "../../src/storage/contract.ts";
import { row, taken } from "../support/deliveries.ts";
import { quiet } from "../support/engine.ts";

type Request = Parameters<Storage["settle"]>[0];

const POLICY = { giveUpAfterMs: 3_600_000, firstDelayMs: 1, maxDelayMs: 5 };
const SETTLED: SettleResult = { tag: "settled", lost: [], connector: row() };

/** A settler whose store answers as told. */
function settlerOn(settle: (request: Request) => Promise<SettleResult>) {
  const requests: Request[] = [];
  const off = new AbortController();
  const settler = openSettler({
    name: "crm",
    storage: {
      settle(request) {
        requests.push(request);
        return settle(request);
      },
    },
    log: quiet,
    policy: POLICY,
    onStoreTrouble: () => undefined,
    signal: off.signal,
  });
  const answered = (event: number, answer: (id: string) => DeliverResult, token = "claim") => {
    const delivery = taken(event);
    const claim: Claim = { token, connector: row(), deliveries: [delivery], probe: false, waitMs: 0, superseded: 0 };
    return settler.settle({ claim, batch: [delivery], result: answer(delivery.id) });
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
      Array.from(all, () => row()),
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
