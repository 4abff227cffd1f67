/** A reload as a user makes one: the file is saved under a running bridge. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { step } from "../support/step.ts";
import { HUBSPOT_TOKEN, openWorld, WEBHOOK_SECRET, type World } from "../support/world.ts";

describe("a configuration that changes under a running bridge", () => {
  let world: World;
  let other: WebhookSandbox;
  let bridge: BridgeProcess;
  const change = async (edit: (yaml: string) => string) =>
    writeFile(world.config, edit(await readFile(world.config, "utf8")));
  /** How often the log has said so. */
  const said = (fact: string) => bridge.lines.filter((line) => line.includes(`"fact":"${fact}"`)).length;
  const receivedBy = ({ received }: WebhookSandbox): string[] =>
    [...received.payloads.values()].map((payload) => (payload as { data: { user_id: string } }).data.user_id);

  before(async () => {
    world = await openWorld({ contacts: ["first", "second", "third", "fourth"] });
    other = await startWebhookSandbox({ secret: WEBHOOK_SECRET });
    await writeFile(world.path("hubspot-token"), "pat-eu1-a-token-that-has-expired");
    await change((yaml) => yaml.replace("${HUBSPOT_ACCESS_TOKEN}", "{ file: ./hubspot-token }"));
    bridge = await world.start();
  });
  after(async () => {
    await world.close();
    await other.close();
  });

  const refused = step(async () => {
    await change((yaml) => yaml.replace("partner:", "partner:\n    uurl: x"));
    const { place, path, todo } = await bridge.logged("config.refused");
    assert.equal(await postCallback(bridge.url, { users: ["first"] }), true);
    await eventually(() => receivedBy(world.webhook).includes("first"));
    assert.equal(said("config.reloaded"), 0);
    return { place, path, todo };
  });
  /** From then on another receiver is the partner. */
  const swapped = step(async () => {
    await refused();
    world.webhook.fail({ status: 503 }, { times: Number.POSITIVE_INFINITY });
    assert.equal(await postCallback(bridge.url, { users: ["second"] }), true);
    await bridge.logged("connector.backing_off");
    await change((yaml) => yaml.replace("    uurl: x\n", "").replace(world.webhook.url, other.url));
    await eventually(() => said("config.reloaded") === 1);
    assert.equal(await postCallback(bridge.url, { users: ["third"] }), true);
    await eventually(() => receivedBy(other).length === 2);
  });

  it("is refused while it is faulty, and the old one goes on", async () => {
    const at = { place: `${world.config}:23:5`, path: "connectors.partner.uurl", todo: 'did you mean "url"?' };
    assert.deepEqual(await refused(), at);
  });

  it("swaps a connector without losing or doubling what waits for it", async () => {
    await swapped();
    assert.deepEqual(receivedBy(other).sort(), ["second", "third"]);
    assert.deepEqual(receivedBy(world.webhook), ["first"]);
    assert.equal(other.received.duplicates, 0);
  });

  it("resumes a connector that was paused for its credentials as soon as they change", async () => {
    await swapped();
    assert.equal(world.hubspot.contactOf("first")?.chat_subscription, undefined);
    await writeFile(world.path("hubspot-token"), HUBSPOT_TOKEN);
    await eventually(() => world.hubspot.contactOf("first")?.chat_subscription === "unsubscribed");
    await eventually(() => world.hubspot.contactOf("third")?.chat_subscription === "unsubscribed");
  });

  it("renames a connector in the midst of its work: nothing is stuck under the old name, and nothing comes twice", async () => {
    await swapped();
    const [before, users] = [
      receivedBy(other).length,
      Array.from({ length: 2_000 }, (_, index) => `one-of-many-${index}`),
    ];
    assert.equal(await postCallback(bridge.url, { users }), true);
    await eventually(() => receivedBy(other).length > before);
    await change((yaml) => yaml.replace("  partner:\n", "  receiver:\n    was: partner\n"));
    const { waiting } = await bridge.logged("connector.renamed");
    assert.ok(Number(waiting) > 0, "everything was delivered before the name changed");
    await eventually(() => receivedBy(other).length === before + users.length);
    assert.equal(other.received.duplicates, 0);
    assert.equal(said("store.unavailable"), 0);
  });

  it("is read again at SIGHUP", async () => {
    await swapped();
    const before = said("config.reloaded");
    bridge.signal("SIGHUP");
    await eventually(() => said("config.reloaded") === before + 1);
    assert.equal(await postCallback(bridge.url, { users: ["fourth"] }), true);
    await eventually(() => receivedBy(other).includes("fourth"));
  });

  it("names what only a restart can change, and shows no secret in all of this", async () => {
    await swapped();
    await change((yaml) => yaml.replace("port: 0", "port: 0, path: /elsewhere"));
    const { settings } = await bridge.logged("config.needs_restart");
    assert.deepEqual(settings, ["server.path"]);
    for (const line of bridge.lines) assert.doesNotMatch(line, /pat-eu1|whsec_|segment-write-key|chat-callback-token/);
  });
});
