/**
 * What every connector type must keep, yours included: a suite of tests that runs a type against a stand-in of its destination.
 *
 * ```ts
 * connectorSuite({
 *   type: myCrm,
 *   start: async () => {
 *     const sandbox = await startSandbox(() => ({ status: 200, body: { ok: true } }));
 *     return { sandbox, settings: { url: sandbox.url, token: "t0ken" }, secrets: ["t0ken"], holds: () => sandbox.count };
 *   },
 * });
 * ```
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import type { Connector, ConnectorType, Delivery } from "../src/connector.ts";
import {
  assertNoSecrets,
  assertNothingBuried,
  assertNothingDelivered,
  deliveredIds,
  forever,
  idsOf,
  outcomesOf,
  type Result,
  settled,
  within,
} from "./assertions.ts";
import type { Fault, Sandbox, SandboxRequest } from "./sandbox.ts";
import { openForTest, sampleDeliveries, testTools, withDefaults } from "./testing.ts";

/** So slow that nobody waits for the next permit within a call. */
const HOURLY = { requests: 1, perMs: 3_600_000 };

/** A destination's stand-in, and the settings that point a connector at it. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** As a user would write them, less what has a default. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Credentials in these settings: none may show in what the connector says. */
  readonly secrets: readonly string[];
  /** What the destination holds now, comparable: the same before and after means that nothing changed over there. */
  holds(): unknown;
}

export interface Subject {
  readonly type: ConnectorType;
  /** Told apart from other subjects of the same type: `in batches`. */
  readonly variant?: string;
  /** Starts the destination. It must know the users `user-1` to `user-3`. */
  start(): Promise<Stage>;
  /** What a 200 with an unreadable body means to this type: only a type that documents it may take it for delivered. */
  readonly unreadable?: "retry" | "delivered";
  /** Which requests write; the faults then hit those too when everything before them went well. */
  readonly isWrite?: (request: SandboxRequest) => boolean;
  /** Values for the `${VARIABLES}` of the example, where any text will not do. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Declares the suite. Call it in a test file of `node:test`. */
export function connectorSuite(subject: Subject): void {
  const { type, variant } = subject;
  describe(`${type.type}${variant === undefined ? "" : ` ${variant}`}: what every connector keeps`, () => {
    describeDeclaration(type, subject.env ?? {});
    describeWellMeaning(type, subject);
    describeTrouble(type, subject);
    describeAsking(type, subject);
  });
}

function describeDeclaration(type: ConnectorType, env: Readonly<Record<string, string>>): void {
  it("has an example that is valid", () => {
    const written = parse(type.example.replace(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? "sample")) as {
      type: string;
    };
    const { type: word, ...settings } = written;
    assert.equal(word, type.type);
    const complete = withDefaults(type, settings);
    const errors = (type.lint?.(complete) ?? []).filter(({ severity }) => severity !== "warning");
    assert.deepEqual(errors, []);
    assert.ok(type.largestBatch(complete) >= 1);
    assert.notEqual(type.destination(complete), "");
  });

  it("describes every setting", () => {
    for (const [name, schema] of Object.entries(type.settings.properties)) {
      assert.ok(schema.description, `${name} has no description`);
    }
  });
}

function describeWellMeaning(type: ConnectorType, subject: Subject): void {
  const world = openWorld(type, subject);

  it("delivers, and answers by id for what it was given and nothing else", async () => {
    const { connector, deliveries } = world();
    const result = await connector.deliver(deliveries, forever());
    assert.equal(result.tag, "outcomes");
    assert.deepEqual(deliveredIds(result), idsOf(deliveries).sort());
    assert.deepEqual([...(outcomesOf(result)?.keys() ?? [])].sort(), idsOf(deliveries).sort());
  });

  it("changes nothing more when the same deliveries come again", async () => {
    const { connector, deliveries, stage } = world();
    await connector.deliver(deliveries, forever());
    const held = structuredClone(stage.holds());
    const again = await connector.deliver([...deliveries].reverse(), forever());
    assert.deepEqual(deliveredIds(again), idsOf(deliveries).sort());
    assert.deepEqual(stage.holds(), held);
  });

  it("sends nothing when its rate lets nothing go, and says that this was no attempt", async () => {
    const { deliveries, stage } = world();
    const names = ["default", ...Object.keys(type.budgets)];
    const tools = testTools({ budgets: Object.fromEntries(names.map((name) => [name, HOURLY])) });
    for (const name of new Set(names)) await tools.acquire(name);
    const { count } = stage.sandbox;
    const connector = type.open(withDefaults(type, stage.settings), tools);
    const result = await within(settled(connector.deliver(deliveries, forever()), stage.secrets));
    await connector.close?.();
    assert.equal(stage.sandbox.count, count);
    if (result.tag === "threw") assert.match(result.error, /^TooSoon/);
    else assert.ok(result.tag === "unavailable" && result.unsent && result.retryAfterMs, JSON.stringify(result));
  });

  it("stays quiet once it is closed, and can be closed twice", async () => {
    const { connector, stage } = world();
    await connector.close?.();
    const { count } = stage.sandbox;
    await connector.close?.();
    assert.equal(stage.sandbox.count, count);
  });
}

function describeTrouble(type: ConnectorType, subject: Subject): void {
  const places: readonly (readonly [where: string, when: ((request: SandboxRequest) => boolean) | undefined])[] =
    subject.isWrite === undefined
      ? [["", undefined]]
      : [
          [" at its first request", undefined],
          [" at the request that writes", subject.isWrite],
        ];
  for (const [where, when] of places) {
    const world = openWorld(type, subject);
    const meet = (fault: Fault) => attempt(world(), fault, when);

    it(`stops when the signal aborts while the destination is silent${where}`, async () => {
      const { connector, deliveries, stage } = world();
      stage.sandbox.fail("hang", { times: Number.POSITIVE_INFINITY, ...(when && { when }) });
      const stop = new AbortController();
      const result = settled(connector.deliver(deliveries, stop.signal), stage.secrets);
      await stage.sandbox.hung();
      stop.abort(new Error("the bridge stops"));
      assertNothingDelivered(await within(result));
      stage.sandbox.heal();
    });

    it(`gives up a destination that stays silent${where}`, async () => {
      const { deliveries, stage } = world();
      const hasty = openForTest(type, stage.settings, { timeoutMs: 50 });
      stage.sandbox.fail("hang", { times: Number.POSITIVE_INFINITY, ...(when && { when }) });
      assertNothingDelivered(await within(settled(hasty.deliver(deliveries, forever()), stage.secrets)));
      stage.sandbox.heal();
      await hasty.close?.();
    });

    it(`does not take a cut connection for success${where}`, async () => {
      const result = await meet("cut");
      assert.ok(["threw", "unavailable", "outcomes"].includes(result.tag), result.tag);
      assertNothingDelivered(result);
    });

    it(`does with an unreadable 200 what it documents${where}`, async () => {
      const result = await meet("html");
      if (subject.unreadable === "delivered") assert.deepEqual(deliveredIds(result), idsOf(world().deliveries).sort());
      else assertNothingDelivered(result);
      assertNothingBuried(result);
    });

    it(`hands on the Retry-After of a destination that is overloaded${where}`, async () => {
      for (const status of [429, 503]) {
        const result = await meet({ status, headers: { "retry-after": "120" } });
        assert.equal(result.tag, "unavailable");
        assert.ok("retryAfterMs" in result && result.retryAfterMs === 120_000);
        assertNothingDelivered(result);
      }
    });

    it(`blames the credentials for 401 and 403, not the deliveries${where}`, async () => {
      for (const status of [401, 403]) {
        const result = await meet({ status, body: "no" });
        assert.equal(result.tag, "credentialsRefused");
        assertNothingDelivered(result);
        assertNothingBuried(result);
      }
    });

    it(`buries nothing for a failing destination${where}`, async () => {
      for (const status of [302, 404, 408, 500, 502, 504]) {
        const result = await meet({ status, body: "no" });
        assertNothingDelivered(result);
        assertNothingBuried(result);
      }
    });
  }
}

function describeAsking(type: ConnectorType, subject: Subject): void {
  const world = openWorld(type, subject);

  it("previews without sending, and shows no secret", async () => {
    const { connector, deliveries, stage } = world();
    const { count } = stage.sandbox;
    const requests = await connector.preview(deliveries, { live: false, signal: forever() });
    assert.ok(requests.length > 0);
    assert.equal(stage.sandbox.count, count);
    assertNoSecrets(requests, stage.secrets);
  });

  it("checks without changing anything, and shows no secret", async () => {
    const { connector, stage } = world();
    const held = structuredClone(stage.holds());
    const findings = await connector.check(forever());
    assert.ok(findings.length > 0);
    assert.deepEqual(
      findings.filter(({ ok }) => ok === false),
      [],
    );
    assert.deepEqual(stage.holds(), held);
    assertNoSecrets(findings, stage.secrets);
  });

  it("says what is wrong, and what to do, when the destination cannot be reached", async () => {
    const { connector, stage } = world();
    stage.sandbox.fail("cut", { times: Number.POSITIVE_INFINITY });
    const findings = await connector.check(forever());
    stage.sandbox.heal();
    const faults = findings.filter(({ ok }) => ok === false);
    assert.ok(faults.length > 0);
    assert.ok(faults.every(({ todo }) => todo !== undefined && todo !== ""));
  });
}

interface World {
  readonly stage: Stage;
  readonly connector: Connector;
  readonly deliveries: readonly Delivery[];
}

/** One destination and one connector for the tests of a group. */
function openWorld(type: ConnectorType, subject: Subject): () => World {
  let world: World | undefined;
  before(async () => {
    const stage = await subject.start();
    const count = Math.min(3, type.largestBatch(withDefaults(type, stage.settings)));
    world = { stage, connector: openForTest(type, stage.settings), deliveries: sampleDeliveries(count) };
  });
  after(async () => {
    await world?.connector.close?.();
    await world?.stage.sandbox.close();
  });
  return () => {
    assert.ok(world);
    return world;
  };
}

async function attempt(
  world: World,
  fault: Fault,
  when: ((request: SandboxRequest) => boolean) | undefined,
): Promise<Result> {
  const { sandbox, secrets } = world.stage;
  sandbox.fail(fault, { times: Number.POSITIVE_INFINITY, ...(when && { when }) });
  try {
    return await within(settled(world.connector.deliver(world.deliveries, forever()), secrets));
  } finally {
    sandbox.heal();
  }
}
