/** `serve`, and the commands beside it: what a person does while the bridge runs. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import { postCallback } from "../support/callbacks.ts";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { CREDENTIALS, openWorld, type World } from "../support/world.ts";

/** The same configuration for a store that no bridge serves. */
async function elsewhere(world: World): Promise<string> {
  const file = world.path("elsewhere.yaml");
  const yaml = parse(await readFile(world.config, "utf8"));
  await writeFile(file, stringify({ ...yaml, storage: { url: "sqlite:./elsewhere/bridge.db" } }));
  return file;
}

describe("commands beside a running bridge", () => {
  let world: World;
  let bridge: BridgeProcess;
  before(async () => {
    world = await openWorld({ contacts: ["jared", "leckie"] });
    bridge = await world.start();
  });
  after(() => world.close());

  const json = async (...args: string[]) => JSON.parse((await world.command(...args, "--json")).out);
  const stateAt = async (user: string, connector: string): Promise<string | undefined> => {
    const { deliveries } = await json("deliveries", "list", "--user", user, "--connector", connector);
    return deliveries[0]?.state;
  };

  it("send posts what the bridge takes and carries to every destination, and trace tells it", async () => {
    const sent = await world.command(
      "send",
      "--url",
      bridge.url,
      "--user",
      "jared",
      "--user",
      "leckie",
      "--count",
      "120",
    );
    assert.deepEqual([sent.code, sent.err], [0, ""]);
    assert.match(sent.out, /^OK {2}122 users, http:.* ms\n200 \{"ActionStatus":"OK"/);
    assert.match(sent.out, /What became of it: unsub-bridge trace --config \S+ jared\n$/);
    await eventually(() => world.webhook.received.payloads.size === 122);
    await eventually(() => world.hubspot.contactOf("jared")?.chat_subscription === "unsubscribed");
    const story = await eventually(async () => {
      const { out } = await world.command("trace", "jared");
      return out.match(/(?:delivered|accepted) \d{4}/g)?.length === 3 ? out : undefined;
    });
    assert.match(story, /unsubscribed from @TOA#_sample \(by administrator, RESTAPI; app 1400000000\)/);
    assert.match(story, /acknowledged +after \d+ ms/);
  });

  it("send says who did what, as it is told", async () => {
    const args = ["--user", "penn", "--subscribed", "--official-account", "@TOA#_other", "--operator", "boss"];
    assert.equal((await json("send", "--url", bridge.url, ...args)).ok, true);
    const { events } = await eventually(async () => {
      const traced = await json("trace", "penn");
      return traced.events.length > 0 ? traced : undefined;
    });
    const { kind, official_account, operator, by_admin } = events[0].event;
    assert.deepEqual([kind, official_account, operator, by_admin], ["subscribed", "@TOA#_other", "boss", true]);
  });

  it("send tells a refusal from a bridge that is not there, and shows no sign", async () => {
    const refused = await world.command("send", "--url", `${bridge.url}-elsewhere`, "--user", "jared");
    assert.equal(refused.code, 1);
    assert.match(refused.out, /^refused {2}0 of 1 user taken/);
    const nobody = `http://127.0.0.1:${await unusedPort()}/callback`;
    const gone = await world.command("send", "--url", nobody, "--user", "jared");
    assert.equal(gone.code, 3);
    assert.ok(gone.err.startsWith(`The bridge at ${nobody} cannot be reached: nothing listens there`), gone.err);
    for (const { out, err } of [refused, gone]) assert.doesNotMatch(out + err, /Sign|RequestTime/);
  });

  it("send says what to look at when another bridge has the port", async () => {
    for (const [more, stream] of [
      [[], "out"],
      [["--show"], "err"],
    ] as const) {
      world.webhook.fail({ status: 403, body: { ActionStatus: "FAIL", ErrorInfo: "wrong", ErrorCode: 1 } });
      const refused = await world.command("send", "--url", world.webhook.url, "--user", "jared", ...more);
      assert.equal(refused.code, 1);
      assert.match(refused[stream], /another bridge at that port \(`status` says which one serves this store\)/);
    }
  });

  it("send wants to know to whom, and whether the address is one", async () => {
    const wrong = [
      [["--user", "x"], /The configured port is 0/],
      [["--url", bridge.url], /Say who/],
      [["--url", "localhost", "--user", "x"], /is no address/],
      [["--url", bridge.url, "--user", "x", "--app", "17"], /has no app 17; there is 1400000000/],
    ] as const;
    for (const [args, words] of wrong) {
      const { code, err } = await world.command("send", ...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(err, words);
    }
  });

  it("pause holds a connector back, resume lets it go on", async () => {
    await world.command("pause", "partner");
    await eventually(async () => (await json("status")).connectors.some(isPaused));
    // what the courier had in its hands when the pause came is none of ours
    await postCallback(bridge.url, { users: ["paused-1"] });
    await eventually(async () => (await stateAt("paused-1", "analytics")) === "delivered");
    assert.equal(await stateAt("paused-1", "partner"), "waiting");
    await world.command("resume", "partner");
    await eventually(async () => (await stateAt("paused-1", "partner")) === "delivered");
  });

  it("a dead letter is replayed from the dead-letter file once its cause is mended", async () => {
    world.webhook.fail(
      { status: 422, body: { error: "\u001b[31mno such member" } },
      { times: Number.POSITIVE_INFINITY, when: ({ body }) => body.includes("refused-1") },
    );
    await postCallback(bridge.url, { users: ["refused-1"] });
    await eventually(async () => {
      const { deliveries } = await json("deliveries", "list", "--user", "refused-1", "--connector", "partner");
      return deliveries[0]?.attempts > 0;
    });
    // one that is taken shows that the destination does not refuse everything
    await postCallback(bridge.url, { users: ["marker-1"] });
    const file = world.path("data/dead-letters.jsonl");
    await eventually(async () => (await readFile(file, "utf8").catch(() => "")).includes("refused-1"));
    const listed = await world.command("dead-letters", "list");
    assert.match(listed.out, /refused-1 .*dead \(rejected\)/);
    assert.ok(!listed.out.includes("\u001b"));
    world.webhook.heal();
    const replayed = await world.command("dead-letters", "replay", "--file", file, "--yes");
    assert.match(replayed.out, /Replayed 1 dead letter\.\n$/);
    await eventually(async () => (await stateAt("refused-1", "partner")) === "delivered");
    const again = await world.command("dead-letters", "replay", "--file", file);
    assert.equal(again.code, 1);
    assert.match(again.out, /There is nothing to replay\.\nLeft alone, delivered meanwhile: 1\n/);
  });

  it("what lands in the quarantine is listed with its fault", async () => {
    await postCallback(bridge.url, { users: ["x"], eventTime: 1_670_574_414 });
    const { entries } = await json("quarantine", "list");
    assert.match(entries[0].fault, /EventTime: .* seconds/);
    assert.equal((await world.command("quarantine", "replay", "--all", "--yes")).code, 1);
  });

  it("send posts a body that nobody understands, and what is said of it leads to one that is", async () => {
    await writeFile(world.path("broken.json"), '{"CallbackCommand":"OfficialAccount.CallbackAfterDeleteSubscriber"}');
    const sent = await world.command("send", "--url", bridge.url, "--body", world.path("broken.json"));
    assert.deepEqual([sent.code, sent.err], [1, ""]);
    assert.match(sent.out, /\nWhat nobody understands is kept: unsub-bridge quarantine list --config \S+\n$/);
    const { entries } = await json("quarantine", "list");
    const { id } = entries.find(({ fault }: { fault: string }) => fault.startsWith("Official_Account"));
    await writeFile(world.path("other.json"), '{"CallbackCommand":""}');
    const refused = await world.command("quarantine", "edit", id, "--body", world.path("other.json"));
    assert.equal(refused.code, 1);
    const [, example = ""] = /This would be understood:\n(\{.*\})\n$/s.exec(refused.err) ?? [];
    await writeFile(world.path("example.json"), example);
    const edited = await world.command("quarantine", "edit", id, "--body", world.path("example.json"), "--yes");
    assert.equal(edited.code, 0, edited.err);
    assert.match(edited.out, /Understood: 1 user\./);
  });

  it("send --body takes nothing beside it that says what is sent", async () => {
    const { code, err } = await world.command("send", "--body", "x.json", "--user", "jared");
    assert.deepEqual([code, /--body says all that is sent/.test(err)], [2, true]);
  });

  it("send --show and trace say so where what listens serves another store", async () => {
    const config = await elsewhere(world);
    const beside = (...args: string[]) => runCommand([...args, "--config", config], { env: CREDENTIALS });
    await world.command("backup", world.path("copy.db"));
    assert.equal((await beside("restore", world.path("copy.db"))).code, 0);
    const sent = await beside("send", "--url", bridge.url, "--user", "astray", "--show");
    assert.equal(sent.code, 1, sent.out + sent.err);
    assert.match(sent.err, /has taken it, but it serves another store than this configuration names/);
    const traced = await beside("trace", "astray");
    assert.match(traced.out, /^Nothing is known of "astray".*\nNo bridge runs on this store now: .*has another/);
  });
});

async function unusedPort(): Promise<number> {
  const server = await listening();
  const port = portOf(server);
  server.close();
  return port;
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function isPaused({ name, condition }: { name: string; condition: string }): boolean {
  return name === "partner" && condition === "paused";
}

describe("serve", () => {
  it("ends at once at a second signal", async () => {
    const world = await openWorld({ server: "drain: 6s" });
    try {
      const bridge = await world.start();
      bridge.signal("SIGTERM");
      await bridge.logged("bridge.stopping");
      bridge.signal("SIGINT");
      assert.equal(await bridge.exited, 130);
    } finally {
      await world.close();
    }
  });

  it("says in one plain line that its port is taken, with exit code 3", async () => {
    const other = await listening();
    const port = portOf(other);
    const world = await openWorld();
    try {
      await world.edit((yaml) => yaml.replace("port: 0", `port: ${port}`));
      const { code, err, out } = await world.command("serve");
      assert.equal(code, 3);
      assert.match(out, /"level":"error".*"fact":"bridge\.cannot_start","reason":"port \d+ of .* is taken/);
      assert.match(
        err,
        new RegExp(`^The bridge cannot start: port ${port} of 127\\.0\\.0\\.1 is taken; end what uses it, .*\n$`),
      );
    } finally {
      other.close();
      await world.close();
    }
  });

  it("logs the configuration's warnings", async () => {
    const world = await openWorld({ token: "a-token-in-clear-text" });
    try {
      const bridge = await world.start();
      const { what, place } = await bridge.logged("config.warning");
      assert.match(String(what), /clear text/);
      assert.match(String(place), /bridge\.yaml:4:\d+$/);
      assert.ok(bridge.lines.every((line) => !line.includes("a-token-in-clear-text")));
    } finally {
      await world.close();
    }
  });
});
