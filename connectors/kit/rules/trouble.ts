/** How it takes trouble. */
import assert from "node:assert/strict";
import { HTML } from "../answering.ts";
import { forever, type Result, resultOf, withinPatience } from "../assertions.ts";
import { EVERY_TIME, type Fault } from "../faults.ts";
import type { Rule, Where, World } from "../subject.ts";
import { openForTest } from "../testing.ts";
import {
  assertAllDelivered,
  assertNoSecrets,
  assertNothingBuried,
  assertNothingDelivered,
  shown,
} from "../verdicts.ts";

const SILENT: Fault = { status: 200, body: {} };
/** Answers of which only the status line can be relied on. */
const UNREADABLE: readonly (readonly [fault: Fault, what: string])[] = [
  ["html", "a 200 whose body is a proxy's page, not the destination's"],
  ["cut", "a 200 whose body was cut"],
  [
    { status: 200, body: { error: "internal error" } },
    'a 200 whose body says that it failed, {"error":"internal error"}',
  ],
  [SILENT, "a 200 whose body says nothing, {}"],
];

const WAIT_TODO = 'return `{ tag: "unavailable", reason, retryAfterMs }` with the `retryAfterMs` of the answer';

/** Headers that ask to wait for two minutes: seconds, or when they are over. */
function waitsOfTwoMinutes(now: number): readonly (readonly [name: string, value: string])[] {
  return [
    ["retry-after", "120"],
    ["x-ratelimit-retry-after", "120"],
    ["x-ratelimit-reset", "120"],
    ["x-ratelimit-reset", String(Math.floor(now / 1_000) + 120)],
  ];
}

/** How it takes trouble, at the requests that `where` names. */
export function troubleRules(where: Where): readonly Rule<World>[] {
  const meet: Meet = (world, fault) => attempt(world, fault, where.when);
  return [
    ...silenceRules(where),
    ...unreadableRules(where, meet),
    ...waitRules(where, meet),
    ...blameRules(where, meet),
  ];
}

/** What it answers to a fault. */
type Meet = (world: World, fault: Fault) => Promise<Result>;

function silenceRules({ words, when }: Where): Rule<World>[] {
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
          assertNothingDelivered(await withinPatience(result), "a destination that was silent");
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
            await withinPatience(resultOf(hasty.deliver(deliveries, forever()))),
            "a destination that was silent",
          );
        } finally {
          stage.sandbox.heal();
          await hasty.close?.();
        }
      },
    },
  ];
}

function unreadableRules({ words, when }: Where, meet: Meet): Rule<World>[] {
  const isSuccess = ({ subject }: World) =>
    subject.saysNothing && (when !== undefined || subject.isWrite === undefined);
  return [
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
          if (fault === SILENT && isSuccess(world)) continue;
          const result = await meet(world, fault);
          if (world.subject.unreadable === "delivered") assertAllDelivered(result, world.deliveries, what);
          else assertNothingDelivered(result, what);
          assertNothingBuried(result, what);
        }
      },
    },
  ];
}

/** Answers by which a destination asks to be left alone for a while. */
function waitRules({ words, when }: Where, meet: Meet): Rule<World>[] {
  return [
    {
      name: `hands on the Retry-After of a destination that is overloaded${words}`,
      async keeps(world) {
        for (const status of [429, 503]) {
          const result = await meet(world, { status, headers: { "retry-after": "120" } });
          const isRight = result.tag === "unavailable" && result.retryAfterMs === 120_000;
          assert.ok(isRight, `${status} with "Retry-After: 120" was answered with ${shown(result)}: ${WAIT_TODO}`);
          assertNothingDelivered(result, `status ${status}`);
        }
      },
    },
    {
      name: `waits as long as it is asked to, under each name that destinations have for it${words}`,
      async keeps(world) {
        for (const [name, value] of waitsOfTwoMinutes(Date.now())) {
          const result = await meet(world, { status: 429, headers: { [name]: value } });
          const wait = result.tag === "unavailable" ? (result.retryAfterMs ?? 0) : 0;
          // a point in time comes nearer while one asks
          const isRight = wait > 60_000 && wait <= 120_000;
          assert.ok(isRight, `429 with "${name}: ${value}" was answered with ${shown(result)}: ${WAIT_TODO}`);
        }
      },
    },
    {
      name: `takes a limit for no refusal, whatever its status${words}`,
      async keeps(world) {
        const { limits = [], isLimited = () => true } = world.subject;
        for (const answer of limits) {
          const result = await attempt(world, answer, (request) => isLimited(request) && (when?.(request) ?? true));
          const what = `status ${answer.status}, by which it says that it was asked too often,`;
          const todo = 'return `{ tag: "unavailable", reason }`: no credential is wrong, and nobody has to do anything';
          assert.equal(result.tag, "unavailable", `${what} was answered with ${shown(result)}: ${todo}`);
          assertNothingDelivered(result, what);
          assertNothingBuried(result, what);
        }
      },
    },
  ];
}

/** Statuses by which a destination says that something is wrong: with whom asks, with itself, or it is not the destination that speaks. */
function blameRules({ words }: Where, meet: Meet): Rule<World>[] {
  return [
    {
      name: `takes a page for no answer of the destination, whatever its status${words}`,
      async keeps(world) {
        // whose answer is the status line believes that of a page, too
        if (world.subject.unreadable === "delivered") return;
        for (const status of [400, 404, 409, 410, 413, 422]) {
          const result = await meet(world, { ...HTML, status });
          assertNothingDelivered(result, `a page with status ${status}`);
          assertNothingBuried(result, `a page with status ${status}`);
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
          assertNothingBuried(result, `status ${status} with a body that the destination does not send ("no")`);
        }
      },
    },
  ];
}

async function attempt({ stage, connector, deliveries }: World, fault: Fault, when: Where["when"]): Promise<Result> {
  const { sandbox } = stage;
  sandbox.fail(fault, { ...EVERY_TIME, ...(when && { when }) });
  try {
    const result = await withinPatience(resultOf(connector.deliver(deliveries, forever())));
    assertNoSecrets(result, stage, "`deliver`");
    return result;
  } finally {
    sandbox.heal();
  }
}
