/** One person's journey through a running bridge, live. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import type { BridgeProcess, ServeProcess } from "../support/process.ts";
import { CREDENTIALS, openWorld, type World } from "../support/world.ts";

const CONNECTORS = ["crm", "analytics", "partner"];
/** What an answer proves: Segment says of what it has taken in nothing more. */
const provenBy = (name: string): string => (name === "analytics" ? "accepted" : "delivered");

/** Resolves once all that was said holds this. */
const said = (process: ServeProcess, words: RegExp) => eventually(() => words.test(process.lines.join("\n")));

function insistOnNoSecret(text: string): void {
  for (const secret of Object.values(CREDENTIALS)) {
    const forms = [secret, encodeURIComponent(secret), btoa(`${secret}:`).replace(/=*$/, "").slice(0, -1)];
    for (const form of forms) assert.ok(!text.includes(form), `a secret shows: ${form}`);
  }
}

describe("a person who is followed", () => {
  let world: World;
  let bridge: BridgeProcess;
  before(async () => {
    world = await openWorld({ contacts: ["jared"] });
    bridge = await world.start();
    await bridge.logged("admin.ready");
  });
  after(() => world.close());

  it("is seen by `send --show`: each request with its answer, what the ledger makes of it, and no secret", async () => {
    const { code, out, err } = await world.command("send", "--url", bridge.url, "--user", "jared", "--show");
    assert.deepEqual([code, err], [0, ""], out);
    for (const name of CONNECTORS) {
      assert.match(out, new RegExp(`${name}  → POST http://127`), name);
      assert.match(out, new RegExp(`${name}  ← 20\\d after`), name);
      assert.match(out, new RegExp(`${name}  = ${provenBy(name)}`), name);
    }
    assert.match(out, /webhook-signature: \(hidden\)/);
    assert.match(out, /"chat_subscription": "unsubscribed"/);
    assert.match(out, /✓ It has arrived everywhere/);
    insistOnNoSecret(out);
  });

  it("is told not to have arrived where a destination refuses, with its answer", async () => {
    world.webhook.fail({ status: 422, body: { error: "no such member" } }, { times: 1 });
    const { code, out } = await world.command("send", "--url", bridge.url, "--user", "jared", "--show", "--json");
    assert.equal(code, 1, out);
    const steps = out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
    const refused = steps.find(({ step, connector }) => step === "answer" && connector === "partner");
    assert.deepEqual([refused.answer.status, JSON.parse(refused.answer.body)], [422, { error: "no such member" }]);
  });

  it("is followed by `trace --follow` until Ctrl-C, beside the bridge and from afar, and is one search in the audit", async () => {
    const { url, token } = JSON.parse(await readFile(world.path("data/bridge.db.admin"), "utf8"));
    await writeFile(world.path("token"), token);
    const [here, afar] = [
      world.begin("trace", "jared", "--follow"),
      world.begin("trace", "jared", "--follow", "--url", url, "--token-file", world.path("token")),
    ];
    await Promise.all([here, afar].map((following) => said(following, /from now on/)));
    await postCallback(bridge.url, { users: ["jared", "leckie"] });
    for (const following of [here, afar]) {
      for (const name of CONNECTORS) {
        await said(following, new RegExp(`${name}  ← 20\\d`));
        await said(following, new RegExp(`${name}  = ${provenBy(name)}`));
      }
      following.signal("SIGINT");
      assert.equal(await following.exited, 0);
      const text = following.lines.join("\n");
      assert.ok(!text.includes("leckie"), text);
      assert.ok(!text.includes(token), text);
      insistOnNoSecret(text);
    }
    const audit = await world.command("audit", "list", "--user", "jared", "--json");
    assert.match(audit.out, /"front": "api"/);
  });
});

describe("a person who cannot be followed live", { skip: ON_BUN_ALONE }, () => {
  it("is shown what is to be sent, as `preview` makes it, and what the ledger knows", async () => {
    const world = await openWorld({ admin: "false", contacts: ["jared"] });
    try {
      const bridge = await world.start();
      const { code, out } = await world.command("send", "--url", bridge.url, "--user", "jared", "--show");
      assert.equal(code, 0, out);
      assert.match(out, /Live requests cannot be shown, for the configuration says `admin: false`/);
      assert.match(out, /"user_id": "jared"/);
      assert.match(out, /partner {2}= delivered/);
    } finally {
      await world.close();
    }
  });
});
