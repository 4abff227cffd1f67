/** Tests beside the configuration: their form, and how differences read. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commandOf, eventId } from "../../src/callback.ts";
import { parseTests, testedEvent } from "../../src/config/own-tests/config-tests.ts";
import { renderTestReport, runConfigTests } from "../../src/config/own-tests/run-config-tests.ts";
import { CHAT, ENV, inShort, loadGood, PARTNER } from "./support.ts";

const HUBSPOT = `  crm:
    type: hubspot
    access_token: \${KEY}
    match: { property: chat_user_id }
    set: { chat_subscription: "{{ event }}", by: "{{ operator }}" }
    events: [unsubscribed, subscribed]
`;

/** A report's lines, for these tests of a partner and a CRM. */
async function report(tests: string): Promise<string[]> {
  const config = await loadGood(CHAT + PARTNER + HUBSPOT);
  const result = await runConfigTests(config, [{ file: "tests/a.yaml", text: `tests:\n${tests}` }]);
  assert.deepEqual(result.faults.map(inShort), []);
  return renderTestReport(result).split("\n");
}

describe("a test of the configuration", () => {
  it("compares what it names, in any request that is sent, and nothing else", async () => {
    const lines = await report(`
  - name: the CRM is told who did it
    callback: { user_id: jared, operator: admin }
    expect:
      crm: { body: { inputs: [{ properties: { by: admin } }] } }
      partner: { method: post, headers: { Content-Type: application/json }, body: { data: { by_admin: true } } }
  - name: subscriptions go to the CRM alone
    callback: { event: subscribed }
    expect: { crm: sent, partner: skipped }
`);
    assert.deepEqual(lines, [
      "✓ the CRM is told who did it",
      "✓ subscriptions go to the CRM alone",
      "2 passed, 0 failed",
    ]);
  });

  it("compares each delivery under the id that it would really have", async () => {
    const app = /sdk_app_id: (\d+)/.exec(CHAT)?.[1] ?? "";
    const id = eventId(app, commandOf("unsubscribed"), "@TOA#_news", "jared", Date.parse("2026-01-02T03:04:05.000Z"));
    const lines = await report(`
  - name: under its id
    callback: { user_id: jared, event_time: "2026-01-02T03:04:05.000Z" }
    expect:
      partner: { headers: { webhook-id: "${id}:partner" } }
      crm: { body: { inputs: [{ objectWriteTraceId: "${id}:crm" }] } }
`);
    assert.deepEqual(lines, ["✓ under its id", "1 passed, 0 failed"]);
  });

  it("compares with the request that writes, and not with the look-up before it, when nothing fits", async () => {
    for (const [expectation, ...differences] of [
      [
        "{ body: { inputs: [{ properties: { by: admin, chat_subscription: left } }] } }",
        'crm: body.inputs[0].properties.by: expected "admin", found "jared"',
        'crm: body.inputs[0].properties.chat_subscription: expected "left", found "unsubscribed"',
      ],
      ["{ body: { inputs: [{ id: 1 }] } }", 'crm: body.inputs[0].id: expected 1, found "(record id of jared)"'],
      ["{ method: PATCH }", 'crm: method: expected "PATCH", found "POST"'],
    ] as const) {
      const lines = await report(`  - { name: it, expect: { crm: ${expectation} } }\n`);
      assert.deepEqual(
        lines.slice(1, -2).map((line) => line.trim()),
        differences,
      );
      assert.match(lines.at(-2) ?? "", /crm: of 2 requests the nearest is POST https:.*\/batch\/update$/);
    }
  });

  it("compares with the look-up where that is what was meant", async () => {
    const lines = await report(
      "  - { name: it, expect: { crm: { body: { filterGroups: [{ filters: [{ propertyName: email }] }] } } } }\n",
    );
    assert.match(lines.at(-2) ?? "", /of 2 requests the nearest is POST .*\/search$/);
  });

  it("tells what happens to an event of which Chat does not say who did it", async () => {
    const lines = await report(`
  - name: nobody knows who did it
    callback: { user_id: jared, operator: "" }
    expect:
      partner: { body: { data: { operator: "", by_admin: false } } }
`);
    assert.deepEqual(lines, ["✓ nobody knows who did it", "1 passed, 0 failed"]);
  });

  for (const [what, expectation, ...differences] of [
    ["another value", "{ body: { data: { user_id: rong } } }", 'body.data.user_id: expected "rong", found "jared"'],
    ["a missing name", "{ body: { data: { email: x } } }", 'body.data.email: expected "x", found nothing'],
    ["another type", '{ body: { data: { by_admin: "false" } } }', 'body.data.by_admin: expected "false", found false'],
    ["a list", "{ body: { data: [1] } }", /^body\.data: expected \[1\], found \{/],
    ["another method", "{ method: PUT }", 'method: expected "PUT", found "POST"'],
    [
      "another address",
      '{ url: "https://other.example/*" }',
      'url: expected "https://other.example/*", found "https://partner.example/unsubscribes"',
    ],
    ["a missing header", "{ headers: { x-a: b } }", 'headers.x-a: expected "b", found nothing'],
    ["sending for skipping", "skipped", "expected to be skipped, but it is sent"],
    ["another number of requests", "[{ method: POST }, { method: POST }]", "expected 2 requests, found 1"],
    [
      "two things at once",
      "{ method: PUT, body: { type: x } }",
      'method: expected "PUT", found "POST"',
      'body.type: expected "x", found "official_account.unsubscribed"',
    ],
  ] as const) {
    it(`shows ${what}`, async () => {
      const lines = await report(
        `  - { name: it, callback: { user_id: jared }, expect: { partner: ${expectation} } }\n`,
      );
      const found = lines.slice(1, -1).map((line) => line.replace(/^ {4}partner: /, ""));
      assert.equal(found.length, differences.length, lines.join("\n"));
      for (const [index, each] of differences.entries()) {
        if (typeof each === "string") assert.equal(found[index], each);
        else assert.match(found[index] ?? "", each);
      }
    });
  }

  it("shows why something was skipped that should be sent, or for another reason", async () => {
    const lines = await report(`
  - { name: a, callback: { event: subscribed }, expect: { partner: sent } }
  - { name: b, callback: { event: subscribed }, expect: { partner: { skipped: official_account } } }
`);
    assert.deepEqual(lines.slice(0, -1), [
      "✗ a (tests/a.yaml:3)",
      '    partner: expected to be sent, but it is skipped: `events` does not name "subscribed"',
      "✗ b (tests/a.yaml:4)",
      '    partner: skipped for another reason: expected "official_account", found `events` does not name "subscribed"',
    ]);
  });

  it("has sensible values for what its callback leaves out", () => {
    const { tests } = parseTests({ file: "a.yaml", text: "tests: [{ name: a, expect: { x: sent } }]" }, ["x"]);
    assert.ok(tests[0]);
    const event = testedEvent(tests[0], "1400000000");
    assert.deepEqual(
      [event.kind, event.user, event.officialAccount, event.operator, event.byAdmin, event.app, event.platform],
      ["unsubscribed", "jared", "@TOA#_news", "jared", false, "1400000000", "iOS"],
    );
  });

  it("shows no secret in a difference", async () => {
    const config = await loadGood(`${CHAT}${PARTNER}    body: { key: "\${API_KEY}" }\n`, {
      ...ENV,
      API_KEY: "canary-key",
    });
    const text = "tests: [{ name: a, expect: { partner: { body: { key: other } } } }]";
    const result = await runConfigTests(config, [{ file: "a.yaml", text }]);
    assert.equal(result.ok, false);
    assert.doesNotMatch(renderTestReport(result), /canary/);
  });
});

describe("faults of a test file", () => {
  for (const [what, text, expected] of [
    [
      "a misspelled connector",
      "tests: [{ name: a, expect: { partnr: sent } }]",
      '1:30 tests[0].expect.partnr: there is no connector "partnr"; did you mean "partner"?',
    ],
    [
      "an unknown connector",
      "tests: [{ name: a, expect: { fax: sent } }]",
      '1:30 tests[0].expect.fax: there is no connector "fax"; the connectors are partner',
    ],
    [
      "a misspelled word",
      "tests: [{ name: a, expect: { partner: snet } }]",
      '1:39 tests[0].expect.partner: "snet" is not possible here; did you mean "sent"? (possible: sent, skipped)',
    ],
    [
      "a misspelled field",
      "tests: [{ name: a, callback: { user: x }, expect: { partner: sent } }]",
      '1:32 tests[0].callback.user: unknown setting "user"; did you mean "user_id"?',
    ],
    [
      "a time that is none",
      "tests: [{ name: a, callback: { event_time: noon }, expect: { partner: sent } }]",
      '1:44 tests[0].callback.event_time: "noon" does not fit; write a time in UTC such as 2026-01-01T00:00:00.000Z',
    ],
    [
      "no expectation",
      "tests: [{ name: a }]",
      '1:9 tests[0].expect: "expect" is missing; add `expect: { partner: sent }`',
    ],
    [
      "an empty file",
      "",
      '1:1 tests: "tests" is missing; add `tests: [{ name: an unsubscribe reaches the partner, expect: { partner: sent } }]`',
    ],
    ["bad YAML", "tests:\n\t- a\n", "2:1: the line is indented with a tab; use spaces, two for each level"],
  ] as const) {
    it(`${what} is named at its place`, () => {
      const { faults } = parseTests({ file: "a.yaml", text }, ["partner"]);
      assert.deepEqual(faults.map(inShort), [expected]);
    });
  }
});
