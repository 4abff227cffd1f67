/** A token that was changed in the Chat console only: everything of the app is refused, and one is told how to end it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { APP, callbackUrl, postCallback, postOnce, TOKEN } from "../support/callbacks.ts";
import type { BridgeHere } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { openWorld, type World } from "../support/world.ts";

const NEW = "the-token-that-the-console-has-now";
const WORDS = `every callback of app ${APP} is refused: its sign does not fit the token`;

describe("an app whose token was changed in the console alone", () => {
  let world: World;
  let bridge: BridgeHere;
  before(async () => {
    world = await openWorld();
    bridge = await world.startHere();
    assert.equal(await postCallback(bridge.url, { users: ["before"] }), true);
    for (const user of ["a", "b", "c"]) {
      assert.equal(await postOnce(bridge.url, { users: [user], token: NEW }), false);
    }
  });
  after(() => world.close());

  it("is an error in the log, with the way out", async () => {
    const { level, app, count, reason, todo } = await bridge.logged("intake.all_refused");
    assert.deepEqual([level, app, count, reason], ["error", String(APP), 3, WORDS]);
    assert.match(String(todo), /into chat\.apps\[\]\.token, beside the old one/);
  });

  it("is a sentence of status with the way out, and its exit code 1, until other settings are taken", async () => {
    // told with the next sign of life
    await eventually(async () => (await world.command("status")).out.includes(WORDS));
    const { code, out } = await world.command("status");
    assert.equal(code, 1);
    assert.match(out, /is refused: .* \(3 times since .*they are lost\n +to do: write the token of the Chat console/);
    await world.edit((yaml) =>
      yaml.replace("${CHAT_CALLBACK_TOKEN}", `[${TOKEN}, ${NEW}]`).replace('token: "[', "token: ["),
    );
    await bridge.logged("config.reloaded");
    assert.equal(await postCallback(bridge.url, { users: ["d"], token: NEW }), true);
    await eventually(async () => !(await world.command("status")).out.includes(WORDS));
  });

  it("is told of a callback that nobody understands as well", async () => {
    const answer = await fetch(callbackUrl(bridge.url, { users: ["x"] }), { method: "POST", body: "{}" });
    await answer.text();
    const { level, count, todo } = await bridge.logged("intake.quarantine_grows");
    assert.deepEqual([level, count], ["error", 1]);
    assert.match(String(todo), /`quarantine list` shows them/);
  });
});
