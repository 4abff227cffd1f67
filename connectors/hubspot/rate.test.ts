/** A rate that lets some requests of a batch go, and then none for an hour. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { DeliverResult } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { TooSoon } from "../../src/delivery/tools/rate.ts";
import { testTools } from "../kit/testing.ts";
import { hubspot } from "./index.ts";
import { type Account, deliver, LOOSE_ID, outcomeOf, startAccount, tagsOf, to, wordsOf } from "./testing.ts";

/** Each batch asks for the definitions of the three properties first, unless it knows them. */
const DEFINITIONS = 3;
const deliveries = sampleDeliveries(150);

describe("hubspot: a rate that runs out in the midst of a batch", () => {
  let account: Account;
  before(async () => {
    const users = deliveries.map(({ event }) => event.user);
    const double = Array.from({ length: 120 }, () => ({ loose_id: "double" }));
    account = await startAccount({ contacts: [...users, ...double] });
  });
  after(() => account.sandbox.close());

  const letting = (requests: number, settings: Record<string, unknown> = {}) =>
    account.open(settings, { budgets: { default: { requests, perMs: 3_600_000 } } });

  function assertUnsent(result: DeliverResult): void {
    assert.ok(result.tag === "unavailable", result.tag);
    assert.equal(result.unsent, true);
    assert.ok((result.retryAfterMs ?? 0) > 3_500_000, String(result.retryAfterMs));
  }

  it("is no attempt for those that were looked up and not written, and was one until they expired", async () => {
    const lookUps = 2;
    const result = await deliver(letting(DEFINITIONS + lookUps), ...deliveries);
    assertUnsent(result);
    assert.equal("outcomes" in result && result.outcomes?.size, 0);
    assert.deepEqual(account.calls().slice(-2), ["read", "read"]);
  });

  it("keeps what was written by the requests before", async () => {
    const [lookUps, writes] = [2, 1];
    const result = await deliver(letting(DEFINITIONS + lookUps + writes), ...deliveries);
    assertUnsent(result);
    const written = deliveries.slice(0, 100);
    assert.deepEqual(new Set(tagsOf(result, ...written)), new Set(["delivered"]));
    assert.equal("outcomes" in result && result.outcomes?.size, 100);
  });

  it("was an attempt for one of whose contacts some were written", async () => {
    const delivery = sampleDelivery("double");
    const match = { property: LOOSE_ID.name, max: 200 };
    const result = await deliver(letting(DEFINITIONS + 1, { match }), delivery);
    assertUnsent(result);
    const outcome = outcomeOf(result, delivery);
    assert.deepEqual([outcome.tag, wordsOf(outcome)], ["retry", "100 of its 120 contacts are written"]);
  });

  it("does not forget the definitions, which were asked for anew each time and left no request to write with", async () => {
    const delivery = sampleDelivery("user-1");
    const tools = testTools();
    let tooSoon = true;
    const connector = hubspot.open(account.settings, {
      ...tools,
      async fetch(url, options) {
        if (tooSoon && to("update")({ path: new URL(url).pathname })) throw new TooSoon(3_600_000);
        return tools.fetch(url, options);
      },
    });
    const { count } = account.sandbox;
    assertUnsent(await deliver(connector, delivery));
    tooSoon = false;
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["delivered"]);
    const [lookUps, writes] = [2, 1];
    assert.equal(account.sandbox.count - count, DEFINITIONS + lookUps + writes);
  });
});
