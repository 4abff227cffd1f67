/** Dates, calls, filters and whole files as other programs have them: the words say what to write here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dateMeant } from "../../src/config/settings/meant.ts";
import { templateSlip } from "../../src/config/templates/slips.ts";
import { CHAT, type FaultRow, faultTables, PARTNER } from "./support.ts";

const start = (text: string) => `${CHAT}${PARTNER}    start: ${text}\n`;
const hubspot = (value: string) =>
  `${CHAT}connectors:\n  crm:\n    type: hubspot\n    access_token: \${KEY}\n    match: { property: chat_user_id }\n    set: { a: ${JSON.stringify(value)} }\n`;
const AT = "10:12 connectors.partner.start:";
const FROM_NOW = `${AT} a start is not counted from now; write the date that it was, such as 2026-01-31`;
const CALLED = "nothing can be called in a template; write a filter behind a |:";

const TABLES: Readonly<Record<string, readonly FaultRow[]>> = {
  "a start as others write it": [
    ["compact", start("20260131"), `${AT} "20260131" does not fit; write 2026-01-31`],
    ["in Unix seconds", start("1767225600"), `${AT} "1767225600" does not fit; write 2026-01-01T00:00:00Z`],
    ["in words", start("31 Jan 2026"), `${AT} "31 Jan 2026" does not fit; write 2026-01-31`],
    [
      "with half a zone",
      start("2026-01-31T08:00+08"),
      `${AT} "2026-01-31T08:00+08" does not fit; write 2026-01-31T08:00+08:00`,
    ],
    ["that no calendar has", start("2026-02-30"), `${AT} there is no such day; write one that the calendar has`],
    ["as long ago", start("7d"), FROM_NOW],
    ["as long ago, with a sign", start("-7d"), FROM_NOW],
    ["as a word", start("yesterday"), FROM_NOW],
  ],
  "a template as others write it": [
    ["a method", hubspot("{{ event.toUpperCase() }}"), `10:19 connectors.crm.set.a: ${CALLED} {{ event | upcase }}`],
    [
      "a method with a pattern",
      hubspot("{{ event_time.strftime('%Y') }}"),
      `10:19 connectors.crm.set.a: ${CALLED} {{ event_time | date: '%Y-%m-%d' }}`,
    ],
    [
      "a filter",
      hubspot("{{ event | upper }}"),
      '10:27 connectors.crm.set.a: unknown filter "upper"; did you mean "upcase"?',
    ],
    [
      "a filter for dates",
      hubspot("{{ event_time | strftime: '%Y' }}"),
      '10:32 connectors.crm.set.a: unknown filter "strftime"; did you mean "date"?',
    ],
  ],
  "an address that was copied": [
    [
      "with a blank in it",
      `${CHAT}${PARTNER.replace("/unsubscribes", "/unsub scribes")}`,
      "8:10 connectors.partner.url: this is not a web address; remove the blank in it",
    ],
    [
      "between < and >",
      `${CHAT}${PARTNER.replace("https://partner.example/unsubscribes", '"<https://partner.example/x>"')}`,
      "8:10 connectors.partner.url: this is not a web address; remove < and > around it",
    ],
  ],
  "a block that is named": [
    [
      "below where it is taken in",
      `${CHAT}connectors:\n  a:\n    <<: *base\n    url: https://a.example\n  b: &base { type: webhook, url: "https://b.example", secret: "\${SECRET}" }\n`,
      "7:9: what the * points at stands only below it; move the block with the & above this one",
    ],
    [
      "with a blank behind the &",
      `${CHAT}${PARTNER}    retry: & later { give_up_after: 1h }\n`,
      "10:12: a blank stands behind the &; write &name, with the blank behind the name",
    ],
    [
      "with the & of another keyboard",
      `${CHAT}${PARTNER}    retry: ＆later { give_up_after: 1h }\n`,
      "10:12: a full-width ampersand ＆ (U+FF06) stands here; type &",
    ],
  ],
  "a whole file of another program": [
    [
      "TOML",
      "# ours\n[chat]\nsdk_app_id = 1400000000\n",
      "2:1: this is TOML or INI, and a configuration is YAML; write it as bridge.example.yaml is written; `init` makes a first one",
    ],
  ],
};

faultTables(TABLES);

describe("a date as people write it", () => {
  for (const [text, meant] of [
    ["1767225600000", "2026-01-01T00:00:00Z"],
    ["Jan 31, 2026", "2026-01-31"],
    ["31-Jan-2026", "2026-01-31"],
    ["1st February 2026", "2026-02-01"],
    ["2026-01-31 08:00 +0800", "2026-01-31T08:00+08:00"],
    ["2026-01-31T08:00 UTC", "2026-01-31T08:00Z"],
    ["2026年1月31日", "2026-01-31"],
    ["20261331", undefined],
    ["30 Feb 2026", undefined],
    ["02/03/2026", undefined],
    ["2026-01-31T08:00 CST", undefined],
  ] as const) {
    it(`${text} is meant as ${meant ?? "nothing for certain"}`, () => {
      assert.equal(dateMeant(text), meant);
    });
  }
});

describe("a template", () => {
  it("may hold a text with a dot and a parenthesis, which calls nothing", () => {
    assert.equal(templateSlip("{{ user_id | append: '.event.x(' }} event.toUpperCase()"), undefined);
  });
});
