/** Templates that are slow for some persons: they hold neither the process nor the others, and bury nobody. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { testTools, withDefaults } from "../../connectors/kit/testing.ts";
import { webhook } from "../../connectors/webhook/index.ts";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { TemplateError } from "../../src/config/templates/template-faults.ts";
import { compileTemplate, template } from "../../src/config/templates/templates.ts";
import { SAMPLES } from "../../src/config/templates/variables.ts";
import type { ConnectorType, Delivery } from "../../src/connector.ts";
import { sampleDeliveries, sampleDelivery } from "../../src/connector-tools.ts";
import { attempt } from "../../src/delivery/attempt/attempt.ts";
import { openRendering, type Rendering } from "../../src/delivery/attempt/rendering.ts";
import { openEngine } from "../support/engine.ts";
import { script, scriptedConfig } from "../support/scripted.ts";

/** Takes seconds, inside of one filter, for those whose id begins with `slow`. */
const SLOW_FOR_SOME =
  "{% if user_id contains 'slow' %}{% assign a = (1..900000) | find_exp: 'i', 'i > 9999999' %}{% endif %}{{ user_id }}";

const slow = (count: number): Delivery[] =>
  Array.from({ length: count }, (_, index) => sampleDelivery(`slow-${index}`));

describe("a template that is slow for some", () => {
  let sandbox: WebhookSandbox;
  before(async () => {
    sandbox = await startWebhookSandbox();
  });
  after(() => sandbox.close());

  /** A batch as a courier sends it. */
  async function send(deliveries: readonly Delivery[], rendering: Rendering = openRendering(template), body?: unknown) {
    const urls = { url: sandbox.url, allow_http: true, allow_private_network: true };
    const settings = withDefaults(webhook, { ...urls, batch: 100, body: body ?? { who: SLOW_FOR_SOME } });
    const tools = { ...testTools(), template: rendering.template };
    const connector = webhook.open(settings as never, tools);
    const answer = await attempt(deliveries, {
      connector,
      name: "partner",
      log: tools.log,
      timeoutMs: 60_000,
      redact: (text) => text,
      signal: new AbortController().signal,
      prepare: rendering.prepare,
      holds: () => true,
    });
    await connector.close?.();
    return answer;
  }

  it("is accepted by the check, which tries it with ordinary persons", () => {
    const compiled = compileTemplate(SLOW_FOR_SOME);
    assert.ok(compiled.ok);
    for (const sample of SAMPLES) compiled.render(sample);
  });

  it("is stopped by the clock inside of a filter, too", () => {
    const compiled = compileTemplate(SLOW_FOR_SOME);
    assert.ok(compiled.ok);
    const slow = sampleDelivery("slow");
    assert.throws(
      () => compiled.render(slow),
      (error) => error instanceof TemplateError && error.isSlow,
    );
  });

  it("is tried again for these, and the others of the batch are sent", async () => {
    const [bad, good] = [sampleDelivery("slow-one"), sampleDelivery("good-one")];
    const answer = await send([bad, good]);
    assert.ok(answer.tag === "outcomes");
    assert.equal(answer.outcomes.get(good.id)?.tag, "delivered");
    const outcome = answer.outcomes.get(bad.id);
    assert.equal(outcome?.tag, "retry");
    assert.match(outcome?.tag === "retry" ? outcome.reason.words : "", /takes too much time for this person/);
    assert.ok(sandbox.received.payloads.has(good.id) && !sandbox.received.payloads.has(bad.id));
  });

  it("is tried again by a courier of the configuration, which sends the others", async () => {
    const scripted = script({ largestBatch: 10 });
    const open: ConnectorType["open"] = (settings, tools) => {
      const render = tools.template(SLOW_FOR_SOME);
      const connector = scripted.type.open(settings, tools);
      return {
        ...connector,
        deliver(deliveries, signal) {
          for (const delivery of deliveries) render(delivery);
          return connector.deliver(deliveries, signal);
        },
      };
    };
    const config = scriptedConfig("crm", scripted);
    const engine = await openEngine([{ ...config, type: { ...config.type, open } }], { template });
    await engine.unsubscribe(["OK-1", "slow-1", "OK-2"]);
    await scripted.until(() => scripted.delivered.length === 2);
    assert.deepEqual(
      scripted.delivered.map(({ event }) => event.user),
      ["OK-1", "OK-2"],
    );
    await engine.close();
  });

  it("lets the process breathe between two persons", async () => {
    let breaths = 0;
    const timer = setInterval(() => {
      breaths += 1;
    }, 1);
    await send(slow(3));
    clearInterval(timer);
    // a busy machine may hold the connector before the last of them
    assert.ok(breaths >= 1, String(breaths));
  });

  it("holds its connector when that comes again and again, and lets go of it when the time is paid back", async () => {
    let passed = 0;
    const rendering = openRendering(template, () => performance.now() + passed);
    const good = sampleDelivery("held-one");
    const answer = await send([...slow(12), good], rendering);
    assert.ok(answer.tag === "unavailable");
    assert.match(answer.reason.words, /again and again/);
    assert.ok((answer.retryAfterMs ?? 0) > 5_000);
    const tags = [...(answer.outcomes?.values() ?? [])].map(({ tag }) => tag);
    assert.equal(tags.length, 13);
    assert.equal(answer.outcomes?.get(good.id)?.tag, "unsent");
    // those that were never begun are untouched
    assert.ok(tags.filter((tag) => tag === "unsent").length > 1 && tags.includes("retry"));
    assert.ok(!sandbox.received.payloads.has(good.id));
    assert.equal((await send([good], rendering)).tag, "unavailable");
    // whatever a busy machine made of it
    passed += 3_600_000;
    const later = await send([good], rendering);
    assert.ok(later.tag === "outcomes" && later.outcomes.get(good.id)?.tag === "delivered");
  });

  it("makes batches smaller whose texts are long, instead of filling the memory", async () => {
    // long, and no work for the engine: time does not matter here
    const long = `${"x".repeat(19_000)}{{ user_id | upcase }}`;
    const body = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`text_${index}`, long]));
    const deliveries = sampleDeliveries(60);
    const answer = await send(
      deliveries,
      openRendering(template, () => 0),
      body,
    );
    assert.ok(answer.tag === "outcomes");
    const tags = deliveries.map(({ id }) => answer.outcomes.get(id)?.tag);
    assert.ok(tags.filter((tag) => tag === "delivered").length > 30);
    assert.equal(tags.at(-1), "unsent");
  });

  it("gives the same text twice, also to who changes what it was given", async () => {
    const rendering = openRendering(template);
    const render = rendering.template({ who: ["{{ user_id | upcase }}"] });
    const delivery = sampleDelivery("jared");
    await rendering.prepare([delivery]);
    const first = render(delivery) as { who: string[] };
    assert.deepEqual(first, { who: ["JARED"] });
    first.who.push("changed");
    assert.deepEqual(render(delivery), { who: ["JARED"] });
  });

  it("costs nothing beforehand where templates are plain variables", () => {
    const rendering = openRendering(template);
    rendering.template({ who: "{{ user_id }}", text: "bye {{ user_id }}" });
    const deliveries = sampleDeliveries(2);
    assert.deepEqual(rendering.prepare(deliveries), { ready: deliveries, found: new Map() });
  });
});
