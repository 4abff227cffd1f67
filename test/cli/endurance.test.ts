/** `serve` outlives the bugs of connectors, and the readers of its log. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { ownConnector } from "../support/scene.ts";
import { openWorld, type World } from "../support/world.ts";

const CONTRACT = join(import.meta.dirname, "../../src/connector.ts");

/** A connector of one's own that leaves a promise and a timer behind, each with an error that nobody catches. */
const LEAKY = ownConnector({
  type: "leaky",
  contract: CONTRACT,
  deliver: `
    void Promise.reject(new Error("left behind by a promise"));
    setTimeout(() => { throw new Error("left behind by a timer"); }, 1);
    return outcomes([[delivery.id, delivered()]]);`,
});

describe("serve", () => {
  let world: World;
  before(async () => {
    world = await openWorld({ connectors: { own: ["type: ./leaky.ts"] } });
    await writeFile(world.path("leaky.ts"), LEAKY);
  });
  after(() => world.close());

  it("goes on after errors that a connector left behind, and logs them", async () => {
    const bridge = await world.start();
    await postCallback(bridge.url, { users: ["first"] });
    for (const by of ["a promise", "a timer"]) {
      await bridge.logged("process.stray_error", ({ reason }) => reason === `left behind by ${by}`);
    }
    await postCallback(bridge.url, { users: ["second"] });
    await eventually(() => world.webhook.received.payloads.size === 2);
    assert.equal(await bridge.stop(), 0);
  });

  it("goes on when nobody reads its log any more", async () => {
    const bridge = await world.start();
    bridge.child.stdout.destroy();
    for (const user of ["third", "fourth"]) assert.equal(await postCallback(bridge.url, { users: [user] }), true);
    await eventually(() => world.webhook.received.payloads.size === 4);
    assert.equal(await bridge.stop(), 0);
  });
});
