/** The main job as a user has it: YAML, the real command line, signed callbacks, three destinations. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { callbackBody, callbackUrl, postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { analyticsHas, partnerHas } from "../support/scene.ts";
import { openWorld, type World } from "../support/world.ts";

describe("from Chat's callback to HubSpot, Segment and a webhook", () => {
  let world: World;
  let bridge: BridgeProcess;
  before(async () => {
    world = await openWorld({
      contacts: ["jared", "leckie"],
      connectors: { partner: ["except: { operator: [cleanup_*] }"] },
    });
    bridge = await world.start();
  });
  after(() => world.close());

  it("carries each user of the documented sample to every destination", async () => {
    assert.equal(await postCallback(bridge.url, { users: ["jared", "leckie"], operator: "leckie" }), true);
    for (const user of ["jared", "leckie"]) {
      await eventually(() => partnerHas(world, user) && analyticsHas(world, user));
    }
    await eventually(() => world.hubspot.contactOf("jared")?.chat_subscription === "unsubscribed");
    await eventually(() => world.hubspot.contactOf("leckie")?.chat_subscription === "unsubscribed");
  });

  it("sends each delivery under the id that the ledger and the commands know it by", async () => {
    assert.equal(await postCallback(bridge.url, { users: ["known"] }), true);
    const sent = () =>
      [...world.webhook.received.payloads].find(([, payload]) => JSON.stringify(payload).includes('"known"'));
    const [id] = (await eventually(sent)) ?? [];
    const { out } = await world.command("deliveries", "list", "--user", "known", "--connector", "partner", "--json");
    const { deliveries } = JSON.parse(out) as { deliveries: { id: string; event: { id: string } }[] };
    assert.equal(deliveries[0]?.id, id);
    assert.equal(id, `${deliveries[0]?.event.id}:partner`);
  });

  it("answers the same callback again with OK, and sends nothing twice", async () => {
    const callback = { users: ["twice"], eventTime: Date.now() };
    assert.equal(await postCallback(bridge.url, callback), true);
    await eventually(() => partnerHas(world, "twice"));
    assert.equal(await postCallback(bridge.url, callback), true);
    assert.equal(await postCallback(bridge.url, { users: ["marker"] }), true);
    await eventually(() => partnerHas(world, "marker"));
    assert.equal(world.webhook.received.duplicates, 0);
  });

  it("writes what a destination refuses to the dead-letter file", async () => {
    world.webhook.fail(
      { status: 422, body: { error: "no such member" } },
      { when: ({ body }) => body.includes("refused-one") },
    );
    await postCallback(bridge.url, { users: ["refused-one"] });
    let markers = 0;
    const lines = await eventually(async () => {
      // a rejection is a dead letter once something else succeeds: only then is it not the destination that refuses all
      markers += 1;
      await postCallback(bridge.url, { users: [`marker-${markers}`] });
      const text = await readFile(world.path("data/dead-letters.jsonl"), "utf8").catch(() => "");
      return text.includes("refused-one") ? text.trim().split("\n") : undefined;
    });
    const letter = JSON.parse(lines[0] ?? "{}");
    assert.deepEqual([letter.v, letter.connector, letter.class], [1, "partner", "rejected"]);
  });

  it("sends an unsubscription of which Chat does not say who did it past every condition on that, and notes it", async () => {
    const request = { users: ["unknown-operator"], eventTime: Date.now() - 60_000 };
    const { Operator_Account: _, ...body } = JSON.parse(callbackBody(request));
    const sent = { ...body, EventTime: String(body.EventTime) };
    const response = await fetch(callbackUrl(bridge.url, request), { method: "POST", body: JSON.stringify(sent) });
    assert.equal(response.status, 200);
    const payload = await eventually(() =>
      [...world.webhook.received.payloads.values()].find((one) => JSON.stringify(one).includes("unknown-operator")),
    );
    const { operator, by_admin } = (payload as { data: Record<string, unknown> }).data;
    assert.deepEqual([operator, by_admin], ["", false]);
    const out = await eventually(async () => {
      const { out } = await world.command("trace", "unknown-operator");
      // what has arrived over there is settled a moment later
      return /partner +delivered/.test(out) && out;
    });
    assert.match(out, /\(by whom is unknown, iOS; app /);
    assert.match(
      out,
      /partner +delivered .*\n +`except.operator` could not be applied, since Chat did not say who did it/,
    );
  });

  it("stops on SIGTERM with exit code 0", async () => {
    assert.equal(await bridge.stop(), 0);
  });
});
