/** Connectors that break one rule each: the suite must notice, and say what to do. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { connector as example } from "../../config/example-connector/board.ts";
import {
  type Connector,
  type ConnectorType,
  delivered,
  outcomes,
  type Reason,
  rejected,
  retry,
  Template,
  Type,
  unmatched,
} from "../../src/connector.ts";
import { brokenRules } from "./broken-testing.ts";
import { ruleGroups, type Subject } from "./conformance.ts";
import { DECLARATION } from "./rules/declaration.ts";
import { startSandbox } from "./sandbox.ts";

const TOKEN = "a-token-of-the-board";
const REASON: Reason = { words: "no" };

type Deliver = Connector["deliver"];
type Change = (connector: Connector, token: string, url: string) => Partial<Connector>;

/** The example, with another declaration or with a part that is broken. */
function broken(change: Change, declaration: Partial<ConnectorType> = {}): Subject {
  const type = {
    ...(example as ConnectorType),
    ...declaration,
    open(settings: Parameters<ConnectorType["open"]>[0], tools: Parameters<ConnectorType["open"]>[1]) {
      const { url, token } = settings as { url: string; token: string };
      const connector = (example as ConnectorType).open(settings, tools);
      return { ...connector, ...change(connector, token, url) };
    },
  };
  return { type, start: () => start() };
}

async function start(isStrict = true) {
  const messages: string[] = [];
  const sandbox = await startSandbox(({ method, headers, body }) => {
    const { authorization = `Bearer ${TOKEN}` } = headers;
    if (isStrict && authorization !== `Bearer ${TOKEN}`) return { status: 401 };
    if (method === "GET") return { status: 200, body: messages };
    const { id = "none" } = body === "" ? {} : JSON.parse(body);
    if (!messages.includes(id)) messages.push(id);
    return { status: 201 };
  });
  return { sandbox, settings: { url: sandbox.url, token: TOKEN }, secrets: [TOKEN], holds: () => [...messages] };
}

const sending =
  (answer: (status: number, id: string, tell: string) => Awaited<ReturnType<Deliver>>): Change =>
  (_, token, url) => ({
    async deliver([delivery], signal) {
      const id = delivery?.id ?? "";
      const { status, headers } = await fetch(url, { method: "POST", body: JSON.stringify({ id }), signal });
      return answer(status, id, `${token}${headers.get("retry-after")}`);
    },
  });

/** Whatever it meets, all went well. */
const optimistic: Change = (connector) => ({
  deliver: (deliveries, signal) =>
    connector.deliver(deliveries, signal).catch(() => outcomes(deliveries.map(({ id }) => [id, delivered()]))),
});
const TRIED = "has something to try for each rule, or says why there is nothing";
const ALL_LACKING = {
  ...{ failing: "of a test", limits: "of a test", people: "of a test" },
  ...{ strangers: "of a test", astray: "of a test", batches: "of a test" },
};

const LARGEST = "answers for each delivery of its largest batch, and says of nobody else's what it says of one";
const OTHERS = "is refused by its stand-in with other credentials, and blames those";
const FILLED = Type.Object({
  ...(example as ConnectorType).settings.properties,
  text: Template({ filled: true, default: "{{ user_id }} left", description: "The message." }),
});
const OPEN = Type.Object({
  ...(example as ConnectorType).settings.properties,
  token: Type.String({ description: "The board's token." }),
});

const BROKEN: readonly (readonly [what: string, subject: Subject, rule: string, words: RegExp])[] = [
  [
    "an example of another type",
    broken(() => ({}), { example: "type: bord\nurl: x\ntoken: y\n" }),
    "has an example that is valid",
    /`type: bord`: write `type: board`, or the type's file/,
  ],
  [
    "a destination that is not said",
    broken(() => ({}), { destination: () => "" }),
    "has an example that is valid",
    /`destination` is empty/,
  ],
  [
    "a setting that nobody is told about",
    broken(() => ({}), {
      settings: Type.Object({ ...(example as ConnectorType).settings.properties, url: Type.String() }),
    }),
    "describes every setting",
    /the setting "url" has no description/,
  ],
  [
    "rules that have nothing to try, and no word why",
    { ...broken(() => ({})), lacks: {} },
    TRIED,
    /the rules about `failing` have nothing to try: give `failing`, or say in `lacks` why/,
  ],
  [
    "a reason why there is nothing of what is there",
    { ...broken(() => ({})), ...{ failing: (answer) => answer, lacks: { ...ALL_LACKING, failing: "no" } } },
    TRIED,
    /`failing` is there, though `lacks` has a reason why not/,
  ],
  [
    "a cut connection that it takes for success",
    broken(optimistic),
    "does not take a cut connection for success",
    /an answer that was cut: .*delivered/,
  ],
  [
    "silence that it takes for success",
    broken(optimistic),
    "gives up a destination that stays silent",
    /a destination that was silent: .*delivered/,
  ],
  [
    "a word of farewell each time that it is closed",
    broken((_, __, url) => ({ close: async () => void (await fetch(url)) })),
    "stays quiet once it is closed, and can be closed twice",
    /closing a second time sent a request/,
  ],
  [
    "an answer for more than it was given",
    broken(sending((_, id) => outcomes([id, `${id}-other`].map((each) => [each, delivered()])))),
    "delivers, and answers by id for what it was given and nothing else",
    /outcomes were given for .*-other: return one outcome for each delivery/,
  ],
  [
    "an answer for somebody else",
    broken(sending((_, id) => outcomes([[`${id}-other`, delivered()]]))),
    "delivers, and answers by id for what it was given and nothing else",
    /not `delivered` under the `id` of/,
  ],
  [
    "no key by which a repetition is recognised",
    broken((_, __, url) => ({
      async deliver([delivery]) {
        await fetch(url, { method: "POST", body: JSON.stringify({ id: crypto.randomUUID() }) });
        return outcomes([[delivery?.id ?? "", delivered()]]);
      },
    })),
    "changes nothing more when the same deliveries come again",
    /hand on the delivery's `id`/,
  ],
  [
    "a batch of which it forgets those behind the hundredth",
    broken(
      (_, __, url) => ({
        async deliver(deliveries) {
          const taken = deliveries.slice(0, 100);
          for (const { id } of taken.slice(0, 3)) await fetch(url, { method: "POST", body: JSON.stringify({ id }) });
          return outcomes(taken.map(({ id }) => [id, delivered()]));
        },
      }),
      { largestBatch: () => 500 },
    ),
    LARGEST,
    /a batch of 400 has 300 without an outcome: it answered for 100/,
  ],
  [
    "a batch of which it says what it has heard of others",
    broken(
      () => ({
        deliver: async (deliveries) =>
          outcomes(deliveries.map(({ id }, index) => [id, index < 3 ? delivered() : rejected(REASON)])),
      }),
      { largestBatch: () => 500 },
    ),
    LARGEST,
    /`outcomes` \(delivered, rejected\): each outcome is about the delivery under whose `id` it stands/,
  ],
  [
    "a text that must be filled, and is sent empty",
    broken(() => ({}), { settings: FILLED }),
    "sends nothing for whom a text that must be filled comes out empty, and delivers the others",
    /`text` that comes out as "" was answered with `outcomes` \(delivered\): compose each delivery with `composeEach`/,
  ],
  [
    "a token that is declared as an ordinary text",
    broken(() => ({}), { settings: OPEN }),
    "declares each credential as one, so that nobody is shown it",
    /the setting "token" holds a credential and is an ordinary text: declare it with `Secret`/,
  ],
  [
    "a stand-in that takes any credential",
    { ...broken(() => ({})), start: () => start(false) },
    OTHERS,
    /the stand-in takes any credential: let it look/,
  ],
  [
    "secrets that are none of its settings",
    { ...broken(() => ({})), start: async () => ({ ...(await start()), secrets: ["something-else"] }) },
    OTHERS,
    /`secrets` names none that stands in `settings`/,
  ],
  [
    "a refused credential that it takes for trouble",
    broken((_, token, url) => ({
      async deliver([delivery], signal) {
        const headers = { authorization: `Bearer ${token}` };
        const body = JSON.stringify({ id: delivery?.id });
        const { ok } = await fetch(url, { method: "POST", headers, body, signal });
        return ok ? outcomes([[delivery?.id ?? "", delivered()]]) : { tag: "unavailable", reason: REASON };
      },
    })),
    OTHERS,
    /a credential that is refused was answered with `unavailable`: return `\{ tag: "credentialsRefused"/,
  ],
  [
    "requests past the rate",
    broken(sending((_, id) => outcomes([[id, delivered()]]))),
    "sends nothing when its rate lets nothing go, and says that this was no attempt",
    /without a permit: use `tools.fetch`/,
  ],
  [
    "a success whatever the status",
    broken(sending((_, id) => outcomes([[id, delivered()]]))),
    "buries nothing for a failing destination",
    /status 302: it answered `outcomes` \(delivered\); only an answer that cannot be misread/,
  ],
  [
    "rejections for a destination that fails",
    broken(sending((status, id) => outcomes([[id, status === 201 ? delivered() : rejected(REASON)]]))),
    "buries nothing for a failing destination",
    /status 302 with a body .* \("no"\): it answered `outcomes` \(rejected\), which can end as dead letters/,
  ],
  [
    "a person that it takes for unknown by a bare 404",
    broken(
      sending((status, id) => {
        if (status === 404) return outcomes([[id, unmatched("no such person")]]);
        return status === 201 ? outcomes([[id, delivered()]]) : { tag: "unavailable", reason: REASON };
      }),
    ),
    "buries nothing for a failing destination",
    /status 404 .*`outcomes` \(unmatched\), .*for the very body that the destination documents for that, never for a status alone/,
  ],
  [
    "a 200 that it believes because it is JSON, whatever that says",
    broken((_, __, url) => ({
      async deliver([delivery], signal) {
        const id = delivery?.id ?? "";
        const answer = await fetch(url, { method: "POST", body: JSON.stringify({ id }), signal });
        const isJson = await answer.json().then(
          () => true,
          () => false,
        );
        return outcomes([[id, answer.ok && isJson ? delivered() : retry(REASON)]]);
      },
    })),
    "does with an unreadable 200 what it documents",
    /a 200 whose body says that it failed, \{"error":"internal error"\}: it answered `outcomes` \(delivered\); only an answer/,
  ],
  [
    "a Retry-After that is dropped",
    broken(sending(() => ({ tag: "unavailable", reason: REASON }))),
    "hands on the Retry-After of a destination that is overloaded",
    /429 with "Retry-After: 120" was answered with `unavailable`: return/,
  ],
  [
    "credentials that nobody blames",
    broken(sending(() => ({ tag: "unavailable", reason: REASON }))),
    "blames the credentials for 401 and 403, not the deliveries",
    /status 401 was answered with `unavailable`: return `\{ tag: "credentialsRefused"/,
  ],
  [
    "no ear for the signal",
    broken((_, __, url) => ({
      async deliver() {
        await fetch(url, { method: "POST" });
        return outcomes([]);
      },
    })),
    "stops when the signal aborts while the destination is silent",
    /did not come back within 5 s: hand the signal on/,
  ],
  [
    "a token in a preview",
    broken((_, token, url) => ({
      preview: async () => [
        { method: "POST", url, headers: { authorization: `Basic ${btoa(`${token}:`)}` }, body: null },
      ],
    })),
    "previews without sending, and shows no secret",
    /`preview` shows a credential/,
  ],
  [
    "a preview of something else than it sends",
    broken((_, __, url) => ({ preview: async () => [{ method: "POST", url, headers: {}, body: {} }] })),
    "previews what it sends: method, path, and what stands in the body",
    /`preview` shows POST \/ \{\}, and `deliver` sent POST \/ \{id, text\}: build both by the same function/,
  ],
  [
    "requests that nobody who follows would see",
    broken(sending((_, id) => outcomes([[id, delivered()]]))),
    "shows each request and its answer to whoever follows a person, and no secret",
    /of 1 requests 0 are shown: hand the call's `signal` on/,
  ],
  [
    "a check that asks nobody",
    broken(() => ({ check: async () => [{ ok: "warning", what: "look for yourself" }] })),
    "says what is wrong, and what to do, when the destination cannot be reached",
    /finds no fault with a destination that cannot be reached/,
  ],
  [
    "a check that throws what the network throws",
    broken((_, __, url) => ({
      check: async () => [{ ok: (await fetch(url)).ok, what: "it answers" }],
    })),
    "says what is wrong, and what to do, when the destination cannot be reached",
    /`check` throws \(.+\) when the destination cannot be reached: ask it .* return `\{ ok: false, what, todo \}`/s,
  ],
  [
    "a check that posts",
    broken((_, __, url) => ({
      async check() {
        await fetch(url, { method: "POST", body: JSON.stringify({ id: "hello" }) });
        return [{ ok: true, what: "it takes messages" }];
      },
    })),
    "checks without changing anything, and shows no secret",
    /may only ask/,
  ],
];

describe("the conformance suite", () => {
  it("is told by each type of the bridge's own of what there is nothing to try", () => {
    const connectors = join(import.meta.dirname, "..");
    const types = readdirSync(connectors).filter((name) => existsSync(join(connectors, name, "README.md")));
    assert.ok(types.length >= 8, types.join(", "));
    for (const type of types) {
      const files = ["index.test.ts", "testing.ts"].map((name) => join(connectors, type, name)).filter(existsSync);
      assert.match(files.map((file) => readFileSync(file, "utf8")).join("\n"), /^ +lacks: /m, type);
    }
  });

  it("has no rule that is not proved by a connector which breaks it", () => {
    const tables = ["rules.test.ts", "register.test.ts"].map((name) =>
      readFileSync(join(import.meta.dirname, name), "utf8"),
    );
    const rules = [...DECLARATION, ...ruleGroups({}).flat()].map(({ name }) => name);
    assert.ok(rules.length > 30, String(rules.length));
    const unproved = rules.filter((name) => !tables.some((table) => table.includes(JSON.stringify(name))));
    assert.deepEqual(unproved, []);
  });

  it("finds nothing in the example", async () => {
    assert.deepEqual(await brokenRules(broken(() => ({}))), new Map());
  });

  for (const [what, subject, rule, words] of BROKEN) {
    it(`notices ${what}, and says what to do`, async () => {
      assert.match((await brokenRules(subject, rule)).get(rule) ?? "the rule holds", words);
    });
  }

  it("takes a file for the type's word, as it stands in the YAML of whoever wrote it", async () => {
    const example = "type: ./folder/board.ts\nurl: x\ntoken: y\n";
    assert.deepEqual(await brokenRules(broken(() => ({}), { example })), new Map());
  });
});
