/** Every fault at once: none shows only after another was mended. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { ENV, load } from "./support.ts";

const GOOD = `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${TOKEN}
    - sdk_app_id: 1400000001
      token: \${TOKEN}
storage: { url: "sqlite:./a.db" }
server: { port: 8080, path: /callback }
log: { level: info }
connectors:
  crm:
    type: hubspot
    access_token: \${TOKEN}
    match: { property: chat_user_id }
    set: { chat_status: "{{ event }}" }
    retry: { first_delay: 1s, max_delay: 1m }
  analytics:
    type: segment
    write_key: \${KEY}
    host: https://events.example
  partner:
    type: webhook
    url: https://partner.example/x
    secret: \${SECRET}
    headers: { x-source: chat }
    batch: 2
`;

/** One slip each: what it replaces, and by what. */
type Slip = readonly [what: string, from: string, to: string];
const SLIPS: readonly Slip[] = [
  ["a port", "port: 8080", "port: eighty"],
  ["a word", "level: info", "level: loud"],
  ["an unknown block", "log: {", "loggg: {}\nlog: {"],
  ["a path that is taken", "path: /callback", "path: /healthz"],
  ["an app's number", "sdk_app_id: 1400000001", "sdk_app_id: x"],
  ["an app twice", "sdk_app_id: 1400000001\n      token: ${TOKEN}", "sdk_app_id: 1400000000"],
  ["an app without a token", "sdk_app_id: 1400000000\n      token: ${TOKEN}", "sdk_app_id: 1400000000"],
  ["a clock", "  apps:", "  max_clock_skew: x\n  apps:"],
  ["a database's address", "sqlite:./a.db", "postgres://h/d?sslmode=perhaps"],
  ["a variable", "token: ${TOKEN}\n    - sdk", "token: ${NOT_SET}\n    - sdk"],
  ["a former name", "type: segment", "type: segment\n    was: crm"],
  ["waits", "first_delay: 1s", "first_delay: 1h"],
  ["an app that is none", "type: hubspot", "type: hubspot\n    only: { app: [7] }"],
  ["a type", "type: segment", "type: segmnt"],
  ["HubSpot's property", "property: chat_user_id", "property: Chat User"],
  ["HubSpot's other property", "chat_status:", "Chat Status:"],
  ["HubSpot's address", "access_token:", "base_url: x\n    access_token:"],
  ["a number of HubSpot's", "match: {", "when_missing: make\n    match: {"],
  ["Segment's host", "https://events.example", "https://me:pw@events.example"],
  ["Segment's region", "write_key:", "region: eu\n    write_key:"],
  ["an unencrypted address", "https://partner.example", "http://partner.example"],
  ["a private address", "partner.example", "10.0.0.1"],
  ["a name in the address", "://partner.example", "://me:pw@partner.example"],
  ["a fragment", "/x", "/x#y"],
  ["a header's name", "x-source:", '"x source":'],
  ["a reserved header", "x-source: chat", "host: chat"],
  ["a header of one event", "chat }\n    batch", '"{{ user_id }}" }\n    batch'],
  ["a body's id", "batch: 2", "batch: 2\n    body: { id: x }"],
  ["a method", "batch: 2", "batch: 2\n    method: SEND"],
  ["a rate", "batch: 2", "batch: 2\n    rate: fast"],
];

const UNREAD = `a: 1
b: [unsubscribed
c: { platform: [iOS, Web }
d:
  - ['c' 'd' 'e']
  - [b, c, *news, @TOA#_x, a]
e:
  f: {{ event }}
  g: { h: {{ event }}, i: [ {{ x }}, 1 ] }
  j: [a,, b]
  k: { l: \${TOKEN} }
l: 3
a: 2
`;

/** By setting and fault, without their places; of numbers that others change as well, without those. */
async function faultsOf(yaml: string): Promise<Set<string>> {
  const result = await load(yaml, ENV);
  const faults = result.ok ? result.config.warnings : result.faults;
  return new Set(faults.map(({ path, what }) => `${path}: ${what}`));
}

/** Undefined where the two are about the same words. */
function both(one: Slip, other: Slip): string | undefined {
  const first = GOOD.replace(one[1], one[2]);
  if (first.includes(other[1])) {
    const yaml = first.replace(other[1], other[2]);
    return yaml.includes(one[2]) ? yaml : undefined;
  }
  return undefined;
}

/** One of the two takes away what the other is about, or says what is to be done about it. */
const ABOUT_EACH_OTHER = new Set([
  "an app's number + an app twice",
  // it may be the one
  "an app that is none + an app's number",
  // the same fault, under the other name
  "a header of one event + a header's name",
]);

describe("every fault is shown at once", () => {
  const alone = new Map<string, Promise<Set<string>>>();
  const aloneOf = ([what, from, to]: Slip) => {
    const known = alone.get(what) ?? faultsOf(GOOD.replace(from, to));
    alone.set(what, known);
    return known;
  };

  for (const [index, one] of SLIPS.entries()) {
    it(`beside ${one[0]}`, { skip: ON_BUN_ALONE }, async () => {
      assert.ok(GOOD.includes(one[1]), one[1]);
      assert.ok((await aloneOf(one)).size > 0, "it is a fault");
      // the others have been beside it
      for (const other of SLIPS.slice(index + 1)) {
        const yaml = both(one, other);
        if (yaml === undefined || ABOUT_EACH_OTHER.has([one[0], other[0]].sort().join(" + "))) continue;
        const together = await faultsOf(yaml);
        const missing = [...(await aloneOf(one)), ...(await aloneOf(other))].filter((fault) => !together.has(fault));
        assert.deepEqual(missing, [], `beside ${other[0]}:\n${[...together].join("\n")}`);
      }
    });
  }

  it("of a file that cannot be read as YAML, where what is advised is certain", async () => {
    const result = await load(UNREAD, ENV);
    assert.ok(!result.ok);
    assert.deepEqual(
      result.faults.map(({ line, column, what }) => `${line}:${column} ${what}`),
      [
        "3:1 the closing ] is missing",
        "3:26 the closing ] is missing",
        "5:10 a comma is missing before this",
        "5:14 a comma is missing before this",
        "6:12 what begins with * points at nothing",
        "6:19 a value that begins with @ needs quotes",
        "8:6 a value that begins with {{ needs quotes",
        "9:11 a value that begins with {{ needs quotes",
        "9:29 a value that begins with {{ needs quotes",
        "10:9 there is a comma too many before this",
        "11:11 a variable inside of { } or [ ] needs quotes",
        '13:1 "a" stands here for the second time',
      ],
    );
  });

  it("but for those that a slip leaves in doubt: no fault is told that is not there", async () => {
    for (const [yaml, ...expected] of [
      ['a: "x\nb: {{ y }}\n', '1:4 a text that begins with " never ends'],
      ["a: [b\nc: [d]\n", "2:1 the closing ] is missing"],
      ["a: [\n  b,\n  c\nd: { e: f }\n", "4:1 the closing ] is missing"],
      ["a: { b: [c, d }\n", "1:15 the closing ] is missing"],
    ] as const) {
      const result = await load(yaml, ENV);
      assert.deepEqual(
        (result.ok ? [] : result.faults).map(({ line, column, what }) => `${line}:${column} ${what}`),
        expected,
      );
    }
  });

  it("beside a type that nobody knows: what every connector may say", async () => {
    const yaml = GOOD.replace("type: webhook", "type: fax").replace("batch: 2", "rate: fast\n    only: { app: [7] }");
    const found = [...(await faultsOf(yaml))].filter((fault) => fault.includes("partner"));
    assert.deepEqual(found, [
      'connectors.partner.type: unknown connector type "fax"',
      'connectors.partner.rate: "fast" is not a rate',
      "connectors.partner.only.app[0]: 7 is none of the apps under `chat.apps`",
    ]);
  });
});
