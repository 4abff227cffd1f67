/** Everything that HubSpot may answer, and what the bridge is told about it. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { DeliverResult } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { deliverBisecting } from "../../src/delivery/attempt/bisect.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import type { SandboxAnswer } from "../kit/sandbox.ts";
import { type Account, deliver, LOOSE_ID, outcomeOf, startAccount, tagsOf, to, wordsOf } from "./testing.ts";

const HOUR = 3_600_000;
const [one, two] = [sampleDelivery("user-1"), sampleDelivery("user-2")];

let account: Account;
before(async () => {
  const users = sampleDeliveries(5).map(({ event }) => event.user);
  account = await startAccount({
    contacts: [...users, ...users.map((user) => ({ loose_id: user }))],
  });
});
afterEach(() => account.sandbox.heal());
after(() => account.sandbox.close());

/** Meets an answer at one kind of call; only a property that is not unique is searched. */
function meet(answer: SandboxAnswer, call: "read" | "search" | "update"): Promise<DeliverResult> {
  account.sandbox.fail(answer, { when: to(call) });
  const match = { property: call === "search" ? LOOSE_ID.name : "chat_user_id" };
  return deliver(account.open({ match }), one, two);
}

const refusal = (status: number, category: string, message = "no", more: object = {}): SandboxAnswer => ({
  status,
  body: { status: "error", category, message, ...more },
});

for (const call of ["read", "search", "update"] as const) {
  describe(`hubspot: what comes back from ${call}`, () => {
    const limits: readonly (readonly [policyName: string, wait: number])[] = [
      ["SECONDLY", 1_000],
      ["TEN_SECONDLY_ROLLING", 10_000],
      ["DAILY", HOUR],
    ];
    for (const [policyName, wait] of limits) {
      it(`429 ${policyName} waits as long as this limit needs, and names it`, async () => {
        const result = await meet(refusal(429, "RATE_LIMITS", "limit", { policyName }), call);
        assert.ok(result.tag === "unavailable");
        assert.deepEqual([result.retryAfterMs, result.reason.category], [wait, policyName]);
      });
    }

    it("429 with Retry-After waits as long as it says", async () => {
      const answer = refusal(429, "RATE_LIMITS", "limit", { policyName: "DAILY" });
      const result = await meet({ ...answer, headers: { "retry-after": "7" } }, call);
      assert.ok(result.tag === "unavailable" && result.retryAfterMs === 7_000);
    });

    it("477 waits while the account is being moved, a day if need be", async () => {
      const result = await meet({ ...refusal(477, "MIGRATION"), headers: { "retry-after": "86400" } }, call);
      assert.ok(result.tag === "unavailable" && result.retryAfterMs === 24 * HOUR);
      assert.match(result.reason.words, /moving the account/);
    });

    it("401 and 403 stop, with HubSpot's words and the scope that is missing", async () => {
      const errors = [{ context: { requiredGranularScopes: ["crm.objects.contacts.write"] } }];
      const result = await meet(refusal(403, "MISSING_SCOPES", "not granted", { errors }), call);
      assert.ok(result.tag === "credentialsRefused");
      assert.equal(result.reason.message, "not granted");
      assert.match(result.reason.words, /crm\.objects\.contacts\.write/);
    });

    for (const status of [500, 502, 503, 504, 521, 524]) {
      it(`${status} is trouble of HubSpot`, async () => {
        assert.equal((await meet({ status, body: "<html>" }, call)).tag, "unavailable");
      });
    }

    const nonsense: readonly (readonly [what: string, answer: SandboxAnswer])[] = [
      ["a proxy's page with 200", { status: 200, headers: { "content-type": "text/html" }, body: "<html>sign in" }],
      ["a proxy's page with 400", { status: 400, body: "<html>no" }],
      ["200 without a body", { status: 200 }],
      ["204", { status: 204 }],
      ["JSON that is no object", { status: 200, body: [] }],
      ["an object without results", { status: 200, body: { status: "COMPLETE" } }],
      ["results that are no list", { status: 207, body: { results: { id: "1" } } }],
      ["a redirect", { status: 307, headers: { location: "https://elsewhere.example" } }],
    ];
    for (const [what, answer] of nonsense) {
      it(`${what} is not an answer of HubSpot`, async () => {
        const result = await meet(answer, call);
        assert.equal(result.tag, "unavailable");
      });
    }

    it("423 tries these again a little later", async () => {
      const result = await meet(refusal(423, "LOCKED"), call);
      assert.deepEqual(tagsOf(result, one, two), ["retry", "retry"]);
      assert.equal((outcomeOf(result, one) as { retryAfterMs?: number }).retryAfterMs, 2_000);
    });

    it("400 refuses the batch, for the bridge to find the culprit", async () => {
      const result = await meet(refusal(400, "VALIDATION_ERROR", "bad value"), call);
      assert.ok(result.tag === "batchRejected");
      assert.deepEqual([result.reason.category, result.reason.message], ["VALIDATION_ERROR", "bad value"]);
    });

    for (const code of ["PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"]) {
      it(`400 ${code} blames the settings: everything waits, nothing is rejected`, async () => {
        const message = `Property values were not valid: [{"error":"${code}","name":"chat_subscription"}]`;
        const result = await meet(refusal(400, "VALIDATION_ERROR", message), call);
        assert.ok(result.tag === "unavailable" && result.retryAfterMs !== undefined);
        assert.match(result.reason.message ?? "", /chat_subscription/);
      });
    }

    it("an empty list proves nothing: tried again", async () => {
      const body = call === "search" ? { results: [], total: 2 } : { results: [] };
      const result = await meet({ status: 200, body }, call);
      assert.deepEqual(tagsOf(result, one, two), ["retry", "retry"]);
    });

    it("items without an id are no proof either", async () => {
      const body = { results: [{}, null, { id: 7 }, { id: "" }], total: 4 };
      assert.deepEqual(tagsOf(await meet({ status: 200, body }, call), one, two), ["retry", "retry"]);
    });
  });
}

describe("hubspot: a look-up that answers half", () => {
  it("delivers those that it found and tries again those that it does not mention", async () => {
    const item = idOf("user-1");
    const body = { results: [{ id: item, properties: { chat_user_id: "user-1" } }] };
    const result = await meet({ status: 200, body }, "read");
    assert.deepEqual(tagsOf(result, one, two), ["delivered", "retry"]);
    assert.match(wordsOf(outcomeOf(result, two)), /does not mention/);
  });

  it("tries again those that HubSpot had another error for than not knowing them", async () => {
    const errors = [{ category: "INTERNAL_ERROR", message: "shard down", context: { ids: ["user-1", "user-2"] } }];
    const result = await meet({ status: 207, body: { results: [], errors } }, "read");
    assert.deepEqual(tagsOf(result, one, two), ["retry", "retry"]);
    assert.match(wordsOf(outcomeOf(result, one)), /could not look up/);
  });

  it("takes a search that returns fewer than it counted for no answer", async () => {
    const body = { total: 3, results: [{ id: "1", properties: { loose_id: "user-1" } }] };
    assert.deepEqual(tagsOf(await meet({ status: 200, body }, "search"), one, two), ["retry", "retry"]);
  });

  it("takes a search without a total for no answer", async () => {
    assert.equal((await meet({ status: 200, body: { results: [] } }, "search")).tag, "unavailable");
  });

  it("does not page in circles", async () => {
    const body = {
      total: 9,
      results: [{ id: "1", properties: { loose_id: "user-1" } }],
      paging: { next: { after: "1" } },
    };
    account.sandbox.fail({ status: 200, body }, { when: to("search"), times: 5 });
    const result = await deliver(account.open({ match: { property: LOOSE_ID.name } }), one);
    assert.deepEqual(tagsOf(result, one), ["retry"]);
  });
});

describe("hubspot: a write of which some failed", () => {
  it("tells by trace id and by record id who failed, and why", async () => {
    const three = sampleDelivery("user-3");
    const body = {
      results: [{ id: idOf("user-3") }],
      errors: [
        { category: "VALIDATION_ERROR", message: "bad", context: { objectWriteTraceId: [one.id] } },
        { category: "INTERNAL_ERROR", message: "shard", context: { ids: [idOf("user-2")] } },
      ],
    };
    account.sandbox.fail({ status: 207, body }, { when: to("update") });
    const result = await deliver(account.open(), one, two, three);
    assert.deepEqual(tagsOf(result, one, two, three), ["rejected", "retry", "delivered"]);
  });

  it("believes the error where a contact is in both lists", async () => {
    const id = idOf("user-1");
    const body = { results: [{ id }], errors: [{ category: "INTERNAL_ERROR", message: "x", context: { ids: [id] } }] };
    account.sandbox.fail({ status: 207, body }, { when: to("update") });
    assert.deepEqual(tagsOf(await deliver(account.open(), one), one), ["retry"]);
  });

  it("tries again those that a short list leaves out", async () => {
    const result = await meet({ status: 200, body: { results: [{ id: idOf("user-1") }] } }, "update");
    assert.deepEqual(tagsOf(result, one, two), ["delivered", "retry"]);
  });

  it("buries nobody for an error about the settings", async () => {
    const message = 'Property values were not valid: [{"error":"PROPERTY_DOESNT_EXIST"}]';
    const errors = [{ category: "VALIDATION_ERROR", message, context: { objectWriteTraceId: [one.id, two.id] } }];
    const result = await meet({ status: 207, body: { results: [], errors } }, "update");
    assert.deepEqual(tagsOf(result, one, two), ["retry", "retry"]);
  });

  it("rejects a lone one for an error that names nobody: it went out with each batch until it expired", async () => {
    const errors = [{ category: "VALIDATION_ERROR", message: "bad", context: {} }];
    const body = { results: [], errors };
    account.sandbox.fail({ status: 207, body }, { when: to("update"), times: 2 });
    assert.deepEqual(tagsOf(await deliver(account.open(), one), one), ["rejected"]);
    assert.deepEqual(tagsOf(await deliver(account.open(), one, two), one, two), ["retry", "retry"]);
  });

  it("delivers only when all contacts of a person are written", async () => {
    const [first, second] = [1, 2].map(() => account.sandbox.add({ loose_id: "double" }));
    const delivery = sampleDelivery("double");
    const connector = account.open({ match: { property: LOOSE_ID.name } });
    account.sandbox.fail({ status: 200, body: { results: [{ id: first }] } }, { when: to("update") });
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["retry"]);
    const again = outcomeOf(await deliver(connector, delivery), delivery);
    assert.deepEqual(again, { tag: "delivered", note: `contacts ${first}, ${second}` });
  });

  it("looks again for a contact that was deleted between look-up and write", async () => {
    const id = account.sandbox.add({ chat_user_id: "leaving" });
    const delivery = sampleDelivery("leaving");
    const looked = { results: [{ id, properties: { chat_user_id: "leaving" } }] };
    account.sandbox.remove(id);
    account.sandbox.fail({ status: 200, body: looked }, { when: to("read") });
    const connector = account.open();
    const result = await deliver(connector, delivery);
    assert.deepEqual(tagsOf(result, delivery), ["retry"]);
    assert.match(wordsOf(outcomeOf(result, delivery)), /deleted or merged/);
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["unmatched"]);
  });

  it("takes a 404 for all of them in the same way", async () => {
    const result = await meet(refusal(404, "OBJECT_NOT_FOUND"), "update");
    assert.deepEqual(tagsOf(result, one, two), ["retry", "retry"]);
  });

  it("keeps what was written when a later request meets trouble", async () => {
    const ids = Array.from({ length: 150 }, (_, index) => account.sandbox.add({ loose_id: `half-${index % 2}` }));
    const connector = account.open({ match: { property: LOOSE_ID.name, max: 100 } });
    const [first, second] = [sampleDelivery("half-0"), sampleDelivery("half-1")];
    account.sandbox.fail(
      { status: 503 },
      { when: (request) => to("update")(request) && request.body.includes(`"${ids.at(-1)}"`) },
    );
    const result = await deliver(connector, first, second);
    assert.equal(result.tag, "unavailable");
    assert.deepEqual(tagsOf(result, first), ["delivered"]);
    assert.ok("outcomes" in result && !result.outcomes?.has(second.id));
  });

  it("parts a batch that conflicts, and tries the one that does again", async () => {
    assert.equal((await meet(refusal(409, "CONFLICT"), "update")).tag, "batchRejected");
    account.sandbox.fail(refusal(409, "CONFLICT"), { when: to("update") });
    assert.deepEqual(tagsOf(await deliver(account.open(), one), one), ["retry"]);
  });
});

describe("hubspot: creating in trouble", () => {
  it("finds the contact that somebody else made meanwhile", async () => {
    const delivery = sampleDelivery("raced");
    const connector = account.open({ when_missing: "create" });
    const unknown = { category: "OBJECT_NOT_FOUND", message: "none", context: { ids: ["raced"] } };
    account.sandbox.add({ chat_user_id: "raced" });
    account.sandbox.fail({ status: 207, body: { results: [], errors: [unknown] } }, { when: to("read") });
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["retry"]);
    const { size } = account.sandbox.contacts;
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["delivered"]);
    assert.equal(account.sandbox.contacts.size, size);
  });

  it("makes no second contact when the answer to the first was lost", async () => {
    const delivery = sampleDelivery("lost-answer");
    const connector = account.open({ when_missing: "create" });
    account.sandbox.fail("cut", { when: to("create"), applied: true });
    assert.equal((await deliver(connector, delivery)).tag, "unavailable");
    const { size } = account.sandbox.contacts;
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["delivered"]);
    assert.equal(account.sandbox.contacts.size, size);
  });

  it("does not take an empty list for a created contact", async () => {
    const delivery = sampleDelivery("uncertain");
    account.sandbox.fail({ status: 201, body: { results: [] } }, { when: to("create") });
    const result = await deliver(account.open({ when_missing: "create" }), delivery);
    assert.deepEqual(tagsOf(result, delivery), ["retry"]);
  });
});

describe("hubspot: settings that HubSpot does not know", () => {
  it("waits for a property that is missing, and goes on once it is there", async () => {
    const connector = account.open({ set: { not_yet: "{{ event }}" } });
    const result = await deliver(connector, one);
    assert.ok(result.tag === "unavailable" && result.retryAfterMs === 60_000);
    assert.match(result.reason.words, /no contact property "not_yet": create it/);
    account.sandbox.definitions.set("not_yet", { name: "not_yet" });
    assert.deepEqual(tagsOf(await deliver(connector, one), one), ["delivered"]);
  });

  it("notices at the first error that a property is gone", async () => {
    account.sandbox.definitions.set("fleeting", { name: "fleeting" });
    const connector = account.open({ set: { fleeting: "{{ event }}" } });
    assert.deepEqual(tagsOf(await deliver(connector, one), one), ["delivered"]);
    account.sandbox.definitions.delete("fleeting");
    assert.equal((await deliver(connector, one)).tag, "unavailable");
    const result = await deliver(connector, one);
    assert.ok(result.tag === "unavailable");
    assert.match(result.reason.words, /no contact property "fleeting"/);
  });

  it("does not take another address's 404 for a missing property", async () => {
    account.sandbox.fail({ status: 404, body: "not here" }, EVERY_TIME);
    const result = await deliver(account.open(), one);
    assert.ok(result.tag === "unavailable");
    assert.match(result.reason.words, /look at `api_version` and `base_url`/);
  });
});

describe("hubspot: one bad value in a batch", () => {
  it("is found by halving, and the others are delivered", async () => {
    const set = { chat_subscription: "{% if user_id == 'user-4' %}gone{% else %}{{ event }}{% endif %}" };
    const connector = account.open({ set });
    const deliveries = sampleDeliveries(5);
    const result = await deliverBisecting(deliveries, (part) => deliver(connector, ...part));
    const outcomes = deliveries.map(({ id }) => (result.tag === "outcomes" ? result.outcomes.get(id) : undefined));
    const tags = outcomes.map((outcome) => outcome?.tag);
    assert.deepEqual(tags, ["delivered", "delivered", "delivered", "rejected", "delivered"]);
    const culprit = outcomes[3];
    assert.match(culprit?.tag === "rejected" ? (culprit.reason.message ?? "") : "", /INVALID_OPTION/);
  });
});

describe("hubspot: a user whose id reads like an error code", () => {
  const set = { chat_subscription: "{{ user_id }}" };

  for (const user of ["READ_ONLY_VALUE", "PROPERTY_DOESNT_EXIST", "by non-unique", '"error":"READ_ONLY_VALUE"']) {
    it(`is refused alone as ${user}, where it once held up everybody as a fault of the settings`, async () => {
      account.sandbox.add({ chat_user_id: user });
      const delivery = sampleDelivery(user);
      const result = await deliver(account.open({ set }), delivery);
      assert.equal(result.tag, "batchRejected");
    });

    it(`is refused alone as ${user} in a 207, too`, async () => {
      account.sandbox.add({ chat_user_id: `207 ${user}` });
      const delivery = sampleDelivery(`207 ${user}`);
      const list = [{ isValid: false, message: `${user} was not one of the allowed options`, error: "INVALID_OPTION" }];
      const message = `Property values were not valid: ${JSON.stringify(list)}`;
      const errors = [{ category: "VALIDATION_ERROR", message, context: { objectWriteTraceId: [delivery.id] } }];
      account.sandbox.fail({ status: 207, body: { results: [], errors } }, { when: to("update") });
      assert.deepEqual(tagsOf(await deliver(account.open(), delivery), delivery), ["rejected"]);
    });
  }

  it("leaves HubSpot's own codes what they are, also where they stand beside the message", async () => {
    const body = {
      status: "error",
      category: "VALIDATION_ERROR",
      message: "bad",
      errors: [{ code: "READ_ONLY_VALUE" }],
    };
    assert.equal((await meet({ status: 400, body }, "update")).tag, "unavailable");
  });
});

function idOf(user: string): string {
  return account.sandbox.contactOf(user)?.hs_object_id ?? assert.fail(`no contact ${user}`);
}
