/**
 * Tests that stand beside the configuration (`tests/*.yaml` next to bridge.yaml): given this callback, expect that this
 * connector sends that. Their form; run-config-tests.ts runs them.
 *
 * ```yaml
 * tests:
 *   - name: an unsubscribe from the news reaches the partner
 *     callback: { user_id: jared, official_account: "@TOA#_news" }   # what is left out has a sensible value
 *     expect:
 *       partner: { method: POST, body: { data: { user_id: jared } } }  # what is left out may be anything
 *       analytics: sent
 *       crm: { skipped: official_account }                             # the reason contains this
 * ```
 */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { nearest } from "../../basics/suggest.ts";
import { commandOf, eventOf } from "../../callback.ts";
import type { Event } from "../../connector.ts";
import { type Decoding, INVALID } from "../decoding/context.ts";
import { decodeSetting } from "../decoding/decode.ts";
import { discreetFaults, faultsOfUnread } from "../faults/discreet.ts";
import type { Fault, FaultAt } from "../faults/fault.ts";
import { nameAmong } from "../known-names.ts";
import { namesIn } from "../settings/names.ts";
import { openSource } from "../yaml/source.ts";
import { type Range, rangeAt } from "../yaml/tree.ts";
import { parseYaml } from "../yaml/yaml.ts";

const closed = { additionalProperties: false } as const;

const Callback = Type.Object(
  {
    event: Type.Union([Type.Literal("unsubscribed"), Type.Literal("subscribed")], {
      default: "unsubscribed",
      description: "What the user did.",
    }),
    user_id: Type.String({ default: "jared", minLength: 1, description: "The user." }),
    official_account: Type.String({ default: "@TOA#_news", description: "The official account." }),
    operator: Type.Optional(Type.String({ description: "Who did it; the user unless set; empty: Chat did not say." })),
    platform: Type.String({ default: "iOS", description: "The platform as Chat names it." }),
    client_ip: Type.String({ default: "203.0.113.7", description: "The address of the client." }),
    app_id: Type.Optional(Type.Integer({ description: "The SDKAppID; the configuration's first unless set." })),
    event_time: Type.String({
      default: "2026-01-01T00:00:00.000Z",
      pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",
      expects: "write a time in UTC such as 2026-01-01T00:00:00.000Z",
      description: "When it happened.",
    }),
  },
  { ...closed, description: "What Chat would send." },
);

const ExpectedRequest = Type.Object(
  {
    method: Type.Optional(Type.String({ description: "The HTTP method." })),
    url: Type.Optional(Type.String({ description: "The address; `*` stands for any characters." })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Headers, by name in any case." })),
    body: Type.Optional(Type.Unknown({ description: "The body, or the part of it that matters." })),
  },
  { ...closed, description: "A request; what is left out may be anything." },
);

const Expectation = Type.Union([
  Type.Literal("sent"),
  Type.Literal("skipped"),
  Type.Object(
    {
      skipped: Type.Optional(Type.String({ minLength: 1, description: "A part of the reason." })),
      ...ExpectedRequest.properties,
    },
    { ...closed, description: "A request, or `skipped` with a part of the reason." },
  ),
  Type.Array(ExpectedRequest, { minItems: 1, description: "Several requests, in this order." }),
]);

const ConfigTest = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "What it shows, as a sentence." }),
    callback: Callback,
    expect: Type.Record(Type.String(), Expectation, {
      minProperties: 1,
      description: "By connector.",
      examples: [{ partner: "sent" }],
    }),
  },
  { ...closed, description: "A test." },
);

const TestFile = Type.Object(
  {
    tests: Type.Array(ConfigTest, {
      minItems: 1,
      description: "The tests.",
      examples: [[{ name: "an unsubscribe reaches the partner", expect: { partner: "sent" } }]],
    }),
  },
  closed,
);

export type ConfigTest = Static<typeof ConfigTest>;
export type Expectation = Static<typeof Expectation>;
export type ExpectedRequest = Static<typeof ExpectedRequest>;

export interface TestSource {
  readonly file: string;
  readonly text: string;
}

export interface PlacedTest extends ConfigTest {
  readonly file: string;
  readonly line: number;
}

/** The files of `tests/` beside the configuration, by name; none when there is no such folder. */
export async function readTestFiles(configFile: string): Promise<TestSource[]> {
  const folder = join(dirname(configFile), "tests");
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  return Promise.all(
    files.map(async (name) => ({ file: join(folder, name), text: await readFile(join(folder, name), "utf8") })),
  );
}

/** Reads a file of tests, or says what is wrong with it. `connectors`: the names that it may speak of. */
export function parseTests(
  { file, text }: TestSource,
  connectors: readonly string[],
): { tests: PlacedTest[]; faults: Fault[] } {
  const source = openSource(file, text);
  const parsed = parseYaml(text);
  if (!parsed.ok) return { tests: [], faults: faultsOfUnread(parsed.faults, source, nameAmong(namesIn(TestFile))) };
  const { root } = parsed;
  const found: FaultAt[] = [];
  const concealed: { texts: string[]; ranges: Range[] } = { texts: [], ranges: [] };
  const decoding: Decoding = {
    env: {},
    fault: (fault) => found.push(fault),
    secret: (value) => concealed.texts.push(value),
    conceal(value, node) {
      concealed.texts.push(value);
      concealed.ranges.push(node.range);
    },
    isFree: () => false,
    namesBelow: () => [],
    behind: (offset) => /^.*/.exec(text.slice(offset))?.[0] ?? "",
    secretFile: () => ({ ok: false, why: "tests read no files" }),
  };
  const value = decodeSetting(TestFile, root, { path: [], keyRange: [root.range[0], root.range[0] + 1] }, decoding);
  // decode has checked it against the schema that this type is derived from
  const tests = value === INVALID ? [] : (value as Static<typeof TestFile>).tests;
  const placed = tests.map((test, index) => ({
    ...test,
    file,
    line: source.placeOf(rangeAt(root, ["tests", index])[0]).line,
  }));
  for (const [index, test] of tests.entries()) {
    for (const name of Object.keys(test.expect).filter((each) => !connectors.includes(each))) {
      const path = ["tests", index, "expect", name];
      const near = nearest(name, connectors);
      const todo = near === undefined ? `the connectors are ${connectors.join(", ")}` : `did you mean "${near}"?`;
      found.push({ offset: rangeAt(root, path, "key")[0], path, what: `there is no connector "${name}"`, todo });
    }
  }
  return { tests: placed, faults: discreetFaults(found, source, root, concealed) };
}

/** The event that the callback of a test would become. `app`: unless the test names one. */
export function testedEvent({ callback }: ConfigTest, app: string): Event {
  const { event: kind, user_id: user, official_account: officialAccount, operator = user } = callback;
  const eventTime = Date.parse(callback.event_time);
  const request = {
    app: callback.app_id === undefined ? app : String(callback.app_id),
    command: commandOf(kind),
    platform: callback.platform,
    clientIp: callback.client_ip,
    receivedAt: eventTime,
  };
  return eventOf(request, { kind, officialAccount, operator, eventTime }, user);
}
