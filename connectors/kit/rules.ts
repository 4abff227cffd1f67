/** What every connector must keep, rule by rule. A rule that is broken throws a sentence: what is wrong, and what to do. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Connector, ConnectorType, Delivery } from "../../src/connector.ts";
import {
  deliveredIds,
  forever,
  idsOf,
  outcomesOf,
  patiently,
  type Result,
  resultOf,
  shownSecret,
} from "./assertions.ts";
import type { Stage, Subject } from "./conformance.ts";
import type { Fault, SandboxRequest } from "./sandbox.ts";
import { openForTest, testTools, withDefaults } from "./testing.ts";

/** One destination and one connector, for the rules of a group. */
export interface World {
  readonly subject: Subject;
  readonly stage: Stage;
  readonly connector: Connector;
  readonly deliveries: readonly Delivery[];
}

/** Which requests a fault hits, and how a rule's name says so. */
export interface Where {
  readonly words: string;
  readonly when?: (request: SandboxRequest) => boolean;
}

export interface Rule<Subject> {
  readonly name: string;
  readonly keeps: (subject: Subject) => void | Promise<void>;
}

/** So slow that nobody waits for the next permit within a call. */
const HOURLY = { requests: 1, perMs: 3_600_000 };
/** Answers of which only the status line can be relied on. */
const UNREADABLE: readonly (readonly [fault: Fault, what: string])[] = [
  ["html", "a 200 whose body is a proxy's page, not the destination's"],
  ["cut", "a 200 whose body was cut"],
];
const EVERY_TIME = { times: Number.POSITIVE_INFINITY };

/** What a type says of itself. */
export const DECLARATION: readonly Rule<Pick<Subject, "type" | "env">>[] = [
  {
    name: "has an example that is valid",
    keeps({ type, env }) {
      const { type: word, ...settings } = exampleOf(type, env ?? {});
      assert.ok(
        word === type.type || isFile(word),
        `its \`example\` begins with \`type: ${String(word)}\`: write \`type: ${type.type}\`, or the type's file as in \`type: ./my-connector.ts\``,
      );
      const complete = withDefaults(type, settings);
      const [fault] = (type.lint?.(complete) ?? []).filter(({ severity }) => severity !== "warning");
      assert.ok(
        fault === undefined,
        `its own \`lint\` finds its \`example\` faulty: ${fault?.path.join(".")}: ${fault?.what}`,
      );
      assert.ok(type.largestBatch(complete) >= 1, "`largestBatch` gives less than one delivery: return 1 or more");
      assert.ok(type.destination(complete) !== "", "`destination` is empty: return where it writes, without secrets");
    },
  },
  {
    name: "describes every setting",
    keeps({ type }) {
      for (const [name, schema] of Object.entries(type.settings.properties)) {
        assert.ok(
          schema.description,
          `the setting "${name}" has no description: give its schema one, marketers read it`,
        );
      }
    },
  },
];

export const WELL_MEANING: readonly Rule<World>[] = [
  {
    name: "delivers, and answers by id for what it was given and nothing else",
    async keeps({ connector, deliveries }) {
      const result = await connector.deliver(deliveries, forever());
      assert.equal(
        result.tag,
        "outcomes",
        `a destination that is well was answered with ${shown(result)}: return \`outcomes\``,
      );
      assertAllDelivered(result, deliveries, "a destination that is well");
      const answered = [...(outcomesOf(result)?.keys() ?? [])].sort();
      const todo = "one outcome for each delivery that was given, under its `id`";
      assert.deepEqual(
        answered,
        idsOf(deliveries).sort(),
        `outcomes were given for ${answered.join(", ") || "nobody"}: return ${todo}`,
      );
    },
  },
  {
    name: "changes nothing more when the same deliveries come again",
    async keeps({ connector, deliveries, stage }) {
      await connector.deliver(deliveries, forever());
      const held = structuredClone(stage.holds());
      assertAllDelivered(
        await connector.deliver([...deliveries].reverse(), forever()),
        deliveries,
        "what came a second time",
      );
      const todo =
        "hand on the delivery's `id` as the key by which the destination recognises it (and let the stand-in do so)";
      assert.deepEqual(stage.holds(), held, `the same deliveries changed the destination again: ${todo}`);
    },
  },
  {
    name: "sends nothing when its rate lets nothing go, and says that this was no attempt",
    async keeps({ subject: { type }, deliveries, stage }) {
      const names = ["default", ...Object.keys(type.budgets)];
      const tools = testTools({ budgets: Object.fromEntries(names.map((name) => [name, HOURLY])) });
      for (const name of new Set(names)) await tools.acquire(name);
      const { count } = stage.sandbox;
      const connector = type.open(withDefaults(type, stage.settings), tools);
      const result = await patiently(resultOf(connector.deliver(deliveries, forever())));
      await connector.close?.();
      assert.equal(
        stage.sandbox.count,
        count,
        "a request was sent without a permit: use `tools.fetch`, or `tools.acquire` before it",
      );
      const isUnsent = result.tag === "unavailable" && result.unsent && result.retryAfterMs;
      const todo = "let what `tools.fetch` throws pass, or return `unavailableBy(error)`";
      assert.ok(
        isUnsent || (result.tag === "threw" && /^TooSoon/.test(result.error)),
        `the rate let nothing go, and it answered ${shown(result)}: ${todo}`,
      );
    },
  },
  {
    name: "stays quiet once it is closed, and can be closed twice",
    async keeps({ connector, stage }) {
      await connector.close?.();
      const { count } = stage.sandbox;
      await connector.close?.();
      assert.equal(
        stage.sandbox.count,
        count,
        "closing a second time sent a request: `close` only lets go of what is open",
      );
    },
  },
];

/** How it takes trouble, at the requests that `where` names. */
export function troubleRules({ words, when }: Where): readonly Rule<World>[] {
  const meet = (world: World, fault: Fault) => attempt(world, fault, when);
  const hits = { ...EVERY_TIME, ...(when && { when }) };
  return [
    {
      name: `stops when the signal aborts while the destination is silent${words}`,
      async keeps(world) {
        const { connector, deliveries, stage } = world;
        stage.sandbox.fail("hang", hits);
        try {
          const stop = new AbortController();
          const result = resultOf(connector.deliver(deliveries, stop.signal));
          await stage.sandbox.hung();
          stop.abort(new Error("the bridge stops"));
          assertNothingDelivered(await patiently(result), "a destination that was silent");
        } finally {
          stage.sandbox.heal();
        }
      },
    },
    {
      name: `gives up a destination that stays silent${words}`,
      async keeps({ subject: { type }, deliveries, stage }) {
        const hasty = openForTest(type, stage.settings, { timeoutMs: 50 });
        stage.sandbox.fail("hang", hits);
        try {
          assertNothingDelivered(
            await patiently(resultOf(hasty.deliver(deliveries, forever()))),
            "a destination that was silent",
          );
        } finally {
          stage.sandbox.heal();
          await hasty.close?.();
        }
      },
    },
    {
      name: `does not take a cut connection for success${words}`,
      async keeps(world) {
        const result = await meet(world, "reset");
        const allowed = ["threw", "unavailable", "outcomes"];
        assert.ok(
          allowed.includes(result.tag),
          `a cut connection was answered with ${shown(result)}: it is network trouble, return \`unavailableBy(error)\``,
        );
        assertNothingDelivered(result, "an answer that was cut");
      },
    },
    {
      name: `does with an unreadable 200 what it documents${words}`,
      async keeps(world) {
        for (const [fault, what] of UNREADABLE) {
          const result = await meet(world, fault);
          if (world.subject.unreadable === "delivered") assertAllDelivered(result, world.deliveries, what);
          else assertNothingDelivered(result, what);
          assertNothingBuried(result, what);
        }
      },
    },
    {
      name: `hands on the Retry-After of a destination that is overloaded${words}`,
      async keeps(world) {
        for (const status of [429, 503]) {
          const result = await meet(world, { status, headers: { "retry-after": "120" } });
          const todo = 'return `{ tag: "unavailable", reason, retryAfterMs }` with the `retryAfterMs` of the answer';
          const isRight = result.tag === "unavailable" && result.retryAfterMs === 120_000;
          assert.ok(isRight, `${status} with "Retry-After: 120" was answered with ${shown(result)}: ${todo}`);
          assertNothingDelivered(result, `status ${status}`);
        }
      },
    },
    {
      name: `blames the credentials for 401 and 403, not the deliveries${words}`,
      async keeps(world) {
        for (const status of [401, 403]) {
          const result = await meet(world, { status, body: "no" });
          const todo = 'return `{ tag: "credentialsRefused", reason }`, which pauses it and keeps its queue';
          assert.equal(
            result.tag,
            "credentialsRefused",
            `status ${status} was answered with ${shown(result)}: ${todo}`,
          );
          assertNothingDelivered(result, `status ${status}`);
          assertNothingBuried(result, `status ${status}`);
        }
      },
    },
    {
      name: `buries nothing for a failing destination${words}`,
      async keeps(world) {
        for (const status of [302, 404, 408, 500, 502, 504]) {
          const result = await meet(world, { status, body: "no" });
          assertNothingDelivered(result, `status ${status}`);
          assertNothingBuried(result, `status ${status}`);
        }
      },
    },
  ];
}

export const ASKING: readonly Rule<World>[] = [
  {
    name: "previews without sending, and shows no secret",
    async keeps({ connector, deliveries, stage }) {
      const { count } = stage.sandbox;
      const requests = await connector.preview(deliveries, { live: false, signal: forever() });
      assert.ok(requests.length > 0, "`preview` shows nothing: return the requests that `deliver` would send");
      assert.equal(
        stage.sandbox.count,
        count,
        "`preview` sent a request though `live` was false: only build the requests",
      );
      assertNoSecrets(requests, stage, "`preview`");
    },
  },
  {
    name: "checks without changing anything, and shows no secret",
    async keeps({ connector, stage }) {
      const held = structuredClone(stage.holds());
      const findings = await connector.check(forever());
      assert.ok(findings.length > 0, "`check` found nothing to say: return what was looked at, also where all is well");
      const [fault] = findings.filter(({ ok }) => ok === false);
      assert.ok(fault === undefined, `\`check\` finds fault with a destination that is well: ${fault?.what}`);
      assert.deepEqual(stage.holds(), held, "`check` changed something over there: it may only ask");
      assertNoSecrets(findings, stage, "`check`");
    },
  },
  {
    name: "says what is wrong, and what to do, when the destination cannot be reached",
    async keeps({ connector, stage: { sandbox } }) {
      sandbox.fail("reset", EVERY_TIME);
      const findings = await connector.check(forever()).finally(() => sandbox.heal());
      const faults = findings.filter(({ ok }) => ok === false);
      const todo = "ask it something that changes nothing, and return `{ ok: false, what, todo }` when that fails";
      assert.ok(faults.length > 0, `\`check\` finds no fault with a destination that cannot be reached: ${todo}`);
      const silent = faults.find((each) => (each.todo ?? "") === "");
      assert.ok(silent === undefined, `\`check\` says "${silent?.what}" and not what to do: add a \`todo\``);
    },
  },
];

function exampleOf(type: ConnectorType, env: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const written: unknown = parse(type.example.replace(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? "sample"));
  assert.ok(typeof written === "object" && written !== null, "its `example` is no YAML block: begin with `type:`");
  return written as Record<string, unknown>;
}

/** As in the YAML of whoever has this type in a file. */
function isFile(word: unknown): boolean {
  return typeof word === "string" && /^\.{0,2}\/.+\.[cm]?[jt]s$/.test(word);
}

async function attempt({ stage, connector, deliveries }: World, fault: Fault, when: Where["when"]): Promise<Result> {
  const { sandbox } = stage;
  sandbox.fail(fault, { ...EVERY_TIME, ...(when && { when }) });
  try {
    const result = await patiently(resultOf(connector.deliver(deliveries, forever())));
    assertNoSecrets(result, stage, "`deliver`");
    return result;
  } finally {
    sandbox.heal();
  }
}

function assertAllDelivered(result: Result, deliveries: readonly Delivery[], to: string): void {
  const delivered = new Set(deliveredIds(result));
  const missing = idsOf(deliveries).filter((id) => !delivered.has(id));
  const words = `${to}: it answered ${shown(result)}, and not \`delivered\` under the \`id\` of ${missing.join(", ")}`;
  assert.ok(missing.length === 0, words);
}

function assertNothingDelivered(result: Result, to: string): void {
  const todo = "only an answer that cannot be misread is `delivered`, everything else is tried again";
  assert.deepEqual(deliveredIds(result), [], `${to}: it answered ${shown(result)}; ${todo}`);
}

/** Neither a rejection nor an "unmatched": both can end as dead letters for a trouble that was not theirs. */
function assertNothingBuried(result: Result, to: string): void {
  const buried = [...(outcomesOf(result)?.values() ?? [])].find(({ tag }) => tag === "rejected" || tag === "unmatched");
  const isBuried = buried !== undefined || result.tag === "batchRejected" || result.tag === "gone";
  const todo = "it says nothing about these persons, return a `retry` or `unavailable`";
  assert.ok(!isBuried, `${to}: it answered ${shown(result)}, which can end as dead letters; ${todo}`);
}

function assertNoSecrets(said: unknown, { secrets }: Stage, who: string): void {
  const todo = "hide it; the bridge hides the settings as they stand in the YAML, not what was made of them";
  assert.ok(shownSecret(said, secrets) === undefined, `${who} shows a credential (or an encoded form of it): ${todo}`);
}

/** A result in short: its tag, and the outcomes' tags. Without a word of the destination's, which could be a secret. */
function shown(result: Result): string {
  if (result.tag === "threw") return "an exception";
  const tags = [...new Set([...(outcomesOf(result)?.values() ?? [])].map(({ tag }) => tag))];
  return tags.length === 0 ? `\`${result.tag}\`` : `\`${result.tag}\` (${tags.join(", ")})`;
}
