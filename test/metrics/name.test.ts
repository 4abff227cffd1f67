/** What a bridge is called: in metrics, in its log and in `status`. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { openWorld } from "../support/world.ts";
import { openBridgeUnderTest } from "./bridge.ts";

const INFO = "unsub_bridge_info";

describe("a name", () => {
  it("stands in metrics, is taken over by a reload, and goes with it", async () => {
    const bridge = await openBridgeUnderTest("name: staging\nconnectors: { crm: { type: ./scripted.ts } }");
    try {
      const named = async () => (await bridge.scrape()).labels(INFO).map(({ name }) => name);
      assert.deepEqual(await named(), ["staging"]);
      await bridge.reload((yaml) => yaml.replace("name: staging", "name: Production EU-1"));
      assert.deepEqual(await named(), ["Production EU-1"]);
      await bridge.reload((yaml) => yaml.replace(/name: .*\n/, ""));
      assert.deepEqual(await named(), [""]);
    } finally {
      await bridge.stop();
    }
  });

  it("stands in each line of the log, and in status", async () => {
    const world = await openWorld({ more: "name: staging" });
    try {
      const bridge = await world.startHere();
      assert.equal((await bridge.logged("bridge.ready")).bridge, "staging");
      const { out } = await eventually(async () => {
        const said = await world.command("status");
        return said.out.includes("as of") && said;
      });
      assert.match(out, /^bridge {2}staging, process \d+ on .*, serves this store since/);
      const { bridges } = JSON.parse((await world.command("status", "--json")).out) as { bridges: { name: string }[] };
      assert.deepEqual(
        bridges.map(({ name }) => name),
        ["staging"],
      );
    } finally {
      await world.close();
    }
  });
});
