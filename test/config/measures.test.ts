/** Numbers, measures and dates as people write them: told in the form that is taken. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  booleanMeant,
  dateMeant,
  durationMeant,
  numberMeant,
  rateMeant,
  shareMeant,
  sizeMeant,
  statusesMeant,
} from "../../src/config/settings/meant.ts";
import { CHAT, type FaultRow, faultTables, PARTNER } from "./support.ts";

const BOTH = CHAT + PARTNER;

/** What is written, and what is told to write; undefined where nobody can tell. */
const TABLES: Readonly<
  Record<string, readonly [(text: string) => string | undefined, readonly (readonly [string, string?])[]]>
> = {
  durations: [
    durationMeant,
    [
      ["30 seconds", "30s"],
      ["5 Minutes", "5m"],
      ["5分钟", "5m"],
      ["３０秒", "30s"],
      ["1 小时", "1h"],
      ["3天", "3d"],
      ["1h30m", "90m"],
      ["1 hour, 30 minutes", "90m"],
      ["2 weeks", "14d"],
      ["1.5 hours", "1.5h"],
      ["30S", "30s"],
      ["soon"],
      ["30"],
      ["30 fortnights"],
      ["s"],
      [""],
    ],
  ],
  sizes: [sizeMeant, [["64k", "64KiB"], ["4 megabytes", "4MiB"], ["4M", "4MiB"], ["1 Go", "1GiB"], ["4"], ["4 megs"]]],
  rates: [
    rateMeant,
    [
      ["19 per second", "19/s"],
      ["19 req/s", "19/s"],
      ["300/minute", "300/min"],
      ["19rps", "19/s"],
      ["100次/分钟", "100/min"],
      ["fast"],
      ["19"],
    ],
  ],
  statuses: [
    statusesMeant,
    [
      ["2xx", "[200, 201, 202, 204]"],
      ["2XX", "[200, 201, 202, 204]"],
      ["２ｘｘ", "[200, 201, 202, 204]"],
      ["200-299", "[200, 201, 202, 204]"],
      ["200..299", "[200, 201, 202, 204]"],
      ["success", "[200, 201, 202, 204]"],
      ["4xx", "[400, 404, 409, 422]"],
      ["5**", "[500, 502, 503, 504]"],
      ["200/204", "[200, 204]"],
      ["200, 202", "[200, 202]"],
      ["200 or 202", "[200, 202]"],
      ["200"],
      ["many"],
      [">= 200"],
    ],
  ],
  shares: [shareMeant, [["5", "5%"], ["0.05", "5%"], ["5 percent", "5%"], ["500"], ["half"]]],
  numbers: [
    numberMeant,
    [
      ["1,400,000,000", "1400000000"],
      ["1_400", "1400"],
      ["1 400", "1400"],
      ["1’400", "1400"],
      ["1,4"],
      ["1.400"],
      ["many"],
    ],
  ],
  dates: [
    dateMeant,
    [
      ["2026/1/31", "2026-01-31"],
      ["2026-01-31 08:00", "2026-01-31T08:00Z"],
      ["2026年1月31日", "2026-01-31"],
      ["31.01.2026", "2026-01-31"],
      ["1/31/2026", "2026-01-31"],
      ["1/2/2026"],
      ["2026-02-30"],
      ["now"],
    ],
  ],
  "yes and no": [booleanMeant, [["yes", "true"], ["是", "true"], ["关", "false"], ["ＯＦＦ", "false"], ["perhaps"]]],
};

for (const [what, [meant, rows]] of Object.entries(TABLES)) {
  describe(`${what} as people write them`, () => {
    for (const [text, expected] of rows) {
      it(`“${text}” is ${expected === undefined ? "left to the reader" : `meant for ${expected}`}`, () =>
        assert.equal(meant(text), expected));
    }
  });
}

faultTables({
  "measures in other words": [
    [
      "a duration",
      `${BOTH}    timeout: 30 seconds\n`,
      '10:14 connectors.partner.timeout: "30 seconds" is not a duration; write 30s',
    ],
    ["a size", `${BOTH}server: { max_body: 4M }\n`, '10:21 server.max_body: "4M" is not a size; write 4MiB'],
    ["a rate", `${BOTH}    rate: 19 req/s\n`, '10:11 connectors.partner.rate: "19 req/s" is not a rate; write 19/s'],
    [
      "a class of statuses",
      `${CHAT}connectors:\n  a:\n    type: http\n    url: https://api.example/x\n    answers: [{ status: 2xx, means: delivered }]\n`,
      '9:25 connectors.a.answers[0].status: "2xx" is not a whole number; write [200, 201, 202, 204]',
    ],
    [
      "a class of statuses in a list",
      `${CHAT}connectors:\n  a:\n    type: http\n    url: https://api.example/x\n    answers: [{ status: [2xx, 404], means: delivered }]\n`,
      '9:26 connectors.a.answers[0].status[0]: "2xx" is not a whole number; write 200, 201, 202, 204',
    ],
    [
      "a number",
      `${BOTH}    only: { app: ["1,400,000,000"] }\n`,
      '10:19 connectors.partner.only.app[0]: "1,400,000,000" is not a whole number; write 1400000000',
    ],
    [
      "a date",
      `${BOTH}    start: 2026/01/31\n`,
      '10:12 connectors.partner.start: "2026/01/31" does not fit; write 2026-01-31',
    ],
    ["a yes", `${BOTH}    enabled: 是\n`, '10:14 connectors.partner.enabled: "是" is not true or false; write true'],
  ],
} satisfies Record<string, readonly FaultRow[]>);
