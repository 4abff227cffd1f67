/** Dates that become January 1970: found by check, by check --live, and at delivery only where the value is made from a time. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { hubspot } from "./index.ts";
import { type Account, deliver, outcomeOf, startAccount } from "./testing.ts";
import { isMadeOfTime, strayTime } from "./times.ts";

const NOW = Date.UTC(2026, 0, 31);
const DAY = 86_400_000;
const EVENT = { eventTime: NOW, receivedAt: NOW };
const SECONDS = "{{ event_time | date: '%s' }}";

describe("a value that is made from a time", () => {
  it("is told by its template", () => {
    for (const template of [SECONDS, "{{ received_at }}", '{{ "now" | date: "%Y" }}', "{{ 'today' | date: '%s' }}"]) {
      assert.ok(isMadeOfTime(template), template);
    }
    for (const template of ["{{ user_id }}", "2020-01-01", "now", "my_event_times"])
      assert.ok(!isMadeOfTime(template), template);
  });

  const STRAY: readonly (readonly [value: string, day: string | undefined])[] = [
    [String(NOW), undefined],
    [new Date(NOW).toISOString(), undefined],
    ["2026-01-31", undefined],
    [String(NOW + 399 * DAY), undefined],
    [String(NOW - 399 * DAY), undefined],
    [String(NOW - 401 * DAY), "2024-12-26"],
    [String(NOW / 1_000), "1970-01-21"],
    ["2026", "1970-01-01"],
    ["20260131", "1970-01-01"],
    ["", undefined],
    ["31/01/2026", undefined],
  ];
  for (const [value, day] of STRAY) {
    it(`is ${day === undefined ? "well" : `far off, ${day}`}: ${value}`, () => {
      const words = `"left_at" would become ${day}, for HubSpot reads "${value}" as milliseconds: write {{ event_time }} as it is, or milliseconds`;
      assert.equal(strayTime("left_at", value, EVENT, NOW)?.words, day === undefined ? undefined : words);
    });
  }

  it("may be near the event, or near now", () => {
    assert.equal(strayTime("left_at", String(NOW), { eventTime: 0, receivedAt: 0 }, NOW), undefined);
    assert.equal(strayTime("left_at", "1", { eventTime: 0, receivedAt: NOW }, NOW), undefined);
  });
});

describe("hubspot: seconds for a date property", () => {
  let account: Account;
  before(async () => {
    const properties = [
      { name: "born_at", type: "datetime" as const },
      { name: "clicks", type: "number" as const },
    ];
    account = await startAccount({ contacts: ["jared"], properties });
  });
  after(() => account.sandbox.close());

  it("are refused when they are made from the event's time, with the way out", async () => {
    const delivery = sampleDelivery();
    const connector = account.open({ set: { chat_unsubscribed_at: SECONDS } });
    const outcome = outcomeOf(await deliver(connector, delivery), delivery);
    assert.equal(outcome.tag, "rejected");
    assert.match("reason" in outcome ? outcome.reason.words : "", /"chat_unsubscribed_at" would become 1970-01-21/);
  });

  it("go through for other types, and where no time is in the template", async () => {
    const delivery = sampleDelivery();
    const connector = account.open({ set: { clicks: SECONDS, born_at: "1234567" } });
    assert.equal(outcomeOf(await deliver(connector, delivery), delivery).tag, "delivered");
  });

  it("are no property that takes the value for check --live", async () => {
    const findings = await account
      .open({ set: { chat_unsubscribed_at: SECONDS, clicks: SECONDS } })
      .check(new AbortController().signal);
    const about = (name: string) =>
      findings.flatMap(({ code: _, values: __, ...said }) => (said.setting === `set.${name}` ? [said] : []));
    assert.deepEqual(about("chat_unsubscribed_at"), [
      {
        ok: false,
        what: '"chat_unsubscribed_at" (datetime) would become 1970-01-21: HubSpot reads "1767225600", which are seconds since 1970, as milliseconds',
        todo: "write {{ event_time }} as it is, or milliseconds",
        setting: "set.chat_unsubscribed_at",
      },
    ]);
    assert.equal(about("clicks")[0]?.ok, true);
  });

  it("are a warning of check, which does not know the types", () => {
    const faults = hubspot.lint?.({ ...account.settings, set: { left_at: SECONDS, when: "{{ event_time }}" } });
    assert.deepEqual(faults, [
      {
        ...{ path: ["set", "left_at"], severity: "warning" },
        what: "this makes seconds since 1970: a date property of HubSpot would become a day in January 1970",
        todo: "write {{ event_time }} for a date property; leave it for a number or a text",
      },
      ...(hubspot.lint?.(account.settings) ?? []),
    ]);
  });
});
