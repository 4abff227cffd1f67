/** What a reload brings along in secrets and in the log: new credentials are hidden as soon as they are in force, old ones still. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, SEGMENT_KEY, type World } from "../support/world.ts";

const OLD_KEY = "canary-key-of-the-start";
const NEW_KEY = SEGMENT_KEY;

describe("secrets and the log at a reload", () => {
  let world: World;
  let bridge: BridgeProcess;
  /** How often the log has said so. */
  const said = (fact: string) => bridge.lines.filter((line) => line.includes(`"fact":"${fact}"`)).length;
  const reloaded = async (act: () => Promise<void>) => {
    const before = said("config.reloaded");
    await act();
    await eventually(() => said("config.reloaded") > before);
  };

  before(async () => {
    world = await openWorld({ contacts: [] });
    await writeFile(world.path("key"), OLD_KEY);
    await world.edit((yaml) => yaml.replace("${SEGMENT_WRITE_KEY}", "{ file: ./key }"));
    // says what it was given, as vendors do, whichever key that was
    const body = `the write keys ${OLD_KEY} and ${NEW_KEY} may not do that`;
    world.segment.fail({ status: 400, body }, { times: Number.POSITIVE_INFINITY });
    bridge = await world.start();
  });
  after(() => world.close());

  /** All that is kept of a user whom Segment refused, and all lines of the log since. */
  async function keptOf(user: string): Promise<string> {
    const from = bridge.lines.length;
    assert.equal(await postCallback(bridge.url, { users: [user] }), true);
    const entry = await eventually(async () => {
      const { out } = await world.command("deliveries", "list", "--user", user, "--connector", "analytics", "--json");
      const [found] = (out === "" ? { deliveries: [] } : JSON.parse(out)).deliveries;
      return found?.reason != null && JSON.stringify(found);
    });
    const files = await Promise.all(
      (await readdir(world.path("data"))).map((name) => readFile(world.path(`data/${name}`), "latin1")),
    );
    return [entry, ...bridge.lines.slice(from), ...files].join("\n");
  }

  it("a secret that was taken over is hidden from then on, in the ledger and in the log", async () => {
    await reloaded(() => writeFile(world.path("key"), NEW_KEY));
    const kept = await keptOf("after-the-reload");
    assert.match(kept, /the write keys/);
    assert.ok(!kept.includes(NEW_KEY), "the new one is hidden");
  });

  it("a secret of the former configuration stays hidden", async () => {
    assert.ok(!(await keptOf("after-another")).includes(OLD_KEY), "destinations may still name it");
  });

  it("the log hides the secrets that come with a reload from its first line on", async () => {
    // somebody put the key into the address as well: the line that names the new address comes with the reload
    await reloaded(async () => {
      await world.edit((yaml) =>
        yaml.replace("{ file: ./key }", "{ file: ./key-2 }").replace("/unsubscribes", "/canary-key-2"),
      );
      await writeFile(world.path("key-2"), "canary-key-2");
    });
    const { to } = await bridge.logged("connector.redirected");
    assert.match(String(to), /\/\*\*\*$/);
    assert.ok(!bridge.lines.some((line) => line.includes("canary-key-2")));
  });

  it("another level of the log is in force at once, and back again", async () => {
    const before = said("config.reloading");
    const post = (token: string) => postCallback(bridge.url, { users: ["somebody"], token });
    await world.edit((yaml) => `${yaml.replace("${CHAT_CALLBACK_TOKEN}", "token-2")}log: { level: error }\n`);
    await eventually(() => post("token-2"));
    await world.edit((yaml) => yaml.replace("level: error", "level: info").replace("token-2", "token-3"));
    await eventually(() => post("token-3"));
    assert.equal(await bridge.stop(), 0);
    assert.equal(said("config.reloading"), before + 1, "the second began in silence");
    assert.equal(said("bridge.stopped"), 1, "and ended it");
  });
});
