/** Rules of the account's administrator, which bind the API from 2026-09 on: the reason names property and rule. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { detailsIn, refusedWords } from "./rules.ts";
import { type Account, deliver, outcomeOf, startAccount, tagsOf, to, wordsOf } from "./testing.ts";

describe("what HubSpot refuses", () => {
  const rule = (code: string, message: string, ...propertyName: string[]) => ({
    errors: [{ code, message, context: { propertyName } }],
  });
  const values = (...list: readonly object[]) => ({
    message: `Property values were not valid: ${JSON.stringify(list)}`,
  });
  const CASES: readonly (readonly [body: Readonly<Record<string, unknown>>, words: string | undefined])[] = [
    [
      rule(
        "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
        "why is required because of a conditional property rule based on [state]",
        "why",
      ),
      '"why" must be filled, says a rule of the account about "state"',
    ],
    [
      rule("MISSING_CONDITIONAL_REQUIRED_PROPERTY", "no", "why", "when"),
      '"why", "when" must be filled, says a rule of the account',
    ],
    [
      rule("MISSING_REQUIRED_PROPERTY", "A value for firstname must be provided", "firstname"),
      '"firstname" must be filled for a contact to be created, says the account\'s form for new contacts',
    ],
    [values({ name: "age", error: "INVALID_INTEGER", message: "old is no number" }), '"age" (INVALID_INTEGER)'],
    [
      values(...["a", "b", "c", "d", "d"].map((name) => ({ name, error: "NO" }))),
      '"a" (NO); "b" (NO); "c" (NO); and 1 more',
    ],
    [rule("SOMETHING_NEW", "no", "why"), undefined],
    [rule("MISSING_REQUIRED_PROPERTY", "no"), undefined],
    [rule("MISSING_REQUIRED_PROPERTY", "no", "<b>"), undefined],
    [{ message: "bad [{ no json", errors: "none" }, undefined],
    [{}, undefined],
  ];
  for (const [body, words] of CASES) {
    it(`is ${words ?? "not named"}: ${JSON.stringify(body).slice(0, 60)}`, () =>
      assert.equal(refusedWords(body), words));
  }

  it("is told in HubSpot's sentences as well", () => {
    assert.equal(detailsIn(rule("NEW", "say why", "why")), "say why");
    assert.equal(detailsIn({ errors: [{}, 7, { message: 8 }] }), undefined);
  });
});

describe("hubspot: a rule of the account", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({
      contacts: ["jared", { chat_user_id: "told", reason: "bored" }],
      properties: [{ name: "reason" }],
      rules: {
        conditional: [{ property: "reason", when: ["chat_subscription", "unsubscribed"] }],
        toCreate: ["lastname"],
      },
    });
  });
  after(() => account.sandbox.close());

  it("refuses a write, and the reason names the property and the rule", async () => {
    const result = await deliver(account.open(), sampleDelivery("jared"));
    assert.ok(result.tag === "batchRejected");
    assert.equal(
      result.reason.words,
      'HTTP 400: HubSpot refuses what was sent: "reason" must be filled, says a rule of the account about "chat_subscription"',
    );
    assert.match(result.reason.message ?? "", /invalid: reason is required because of a conditional property rule/);
  });

  it("refuses a creation, and the reason names what the form asks for", async () => {
    const connector = account.open({
      when_missing: "create",
      set: { reason: "left", chat_subscription: "{{ event }}" },
    });
    const result = await deliver(connector, sampleDelivery("nobody"));
    assert.ok(result.tag === "batchRejected");
    assert.match(result.reason.words, /"lastname" must be filled for a contact to be created/);
  });

  it("takes who keeps it, and whatever is written by an older version", async () => {
    const [jared, told] = [sampleDelivery("jared"), sampleDelivery("told")];
    const set = { chat_subscription: "{{ event }}", reason: "left" };
    assert.deepEqual(tagsOf(await deliver(account.open(), told), told), ["delivered"]);
    for (const settings of [{ set }, { api_version: "v3" }, { api_version: "2026-03" }]) {
      assert.deepEqual(
        tagsOf(await deliver(account.open(settings), jared), jared),
        ["delivered"],
        JSON.stringify(settings),
      );
      account.sandbox.remove(account.sandbox.contactOf("jared")?.hs_object_id ?? "");
      account.sandbox.add({ chat_user_id: "jared" });
    }
  });

  it("is named for one of many in a 207, too", async () => {
    const delivery = sampleDelivery("told");
    const context = { objectWriteTraceId: [delivery.id] };
    const message = "reason is required because of a conditional property rule based on [chat_subscription]";
    const detail = { code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY", message, context: { propertyName: ["reason"] } };
    const errors = [{ category: "VALIDATION_ERROR", context, errors: [detail] }];
    account.sandbox.fail({ status: 207, body: { results: [], errors } }, { when: to("update") });
    const outcome = outcomeOf(await deliver(account.open(), delivery), delivery);
    assert.equal(outcome.tag, "rejected");
    assert.match(wordsOf(outcome), /^HubSpot refuses what was sent: "reason" must be filled/);
  });
});
