/** Trouble stays where it is: of a destination, of the store, of the disk. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { type CallbackRequest, callbackBody, callbackUrl } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { analyticsHas, openScene, partnerHas } from "../support/scene.ts";
import { openWorld, type World } from "../support/world.ts";

/** Chat gives up after two seconds. While this process stands still, so does the bridge beside it: then they do not pass. */
const CHATS_PATIENCE = { ticks: 200, tickMs: 10 };

/** Posts once. Resolves with the status and what `ActionStatus` says; rejects when Chat would have left. */
async function post({ url }: BridgeProcess, request: CallbackRequest): Promise<string> {
  const left = new AbortController();
  let ticks = 0;
  const clock = setInterval(() => {
    ticks += 1;
    if (ticks === CHATS_PATIENCE.ticks) left.abort(new Error("Chat would have left"));
  }, CHATS_PATIENCE.tickMs);
  try {
    const sent = { method: "POST", body: callbackBody(request), signal: left.signal };
    const response = await fetch(callbackUrl(url, request), sent);
    const { ActionStatus } = (await response.json()) as { ActionStatus: string };
    return `${response.status} ${ActionStatus}`;
  } finally {
    clearInterval(clock);
  }
}

/** Posts in time, again after a 503 of a machine that stood still for too long. */
async function assertTaken(bridge: BridgeProcess, ...users: string[]): Promise<void> {
  const request = { users, eventTime: Date.now() };
  assert.equal(await eventually(async () => (await post(bridge, request)).replace(/^503.*/, "") || false), "200 OK");
}

const ALWAYS = { times: Number.POSITIVE_INFINITY };

describe("trouble of a destination", () => {
  const scene = openScene({ contacts: ["a", "b", "c", "d"] });

  it("one that hangs delays neither intake nor the others", async () => {
    scene.world.webhook.fail("hang", ALWAYS);
    await assertTaken(scene.bridge, "a");
    await scene.world.webhook.hung();
    await assertTaken(scene.bridge, "b");
    await eventually(
      () => analyticsHas(scene.world, "b") && scene.world.hubspot.contactOf("b")?.chat_subscription !== undefined,
    );
    assert.equal(scene.world.webhook.received.payloads.size, 0);
    scene.world.webhook.heal();
    await eventually(() => partnerHas(scene.world, "a") && partnerHas(scene.world, "b"));
  });

  it("one that refuses the credentials is paused with its queue, and goes on once a probe is answered", async () => {
    scene.world.segment.fail({ status: 401, body: "Invalid Write Key" });
    await assertTaken(scene.bridge, "c");
    await scene.bridge.logged(
      "connector.paused",
      ({ connector, cause }) => connector === "analytics" && cause === "credentials",
    );
    await eventually(() => partnerHas(scene.world, "c"));
    assert.equal(analyticsHas(scene.world, "c"), false);
    // does now what the bridge would do in a minute
    assert.equal((await scene.world.command("retry", "--now", "--connector", "analytics")).code, 0);
    await eventually(() => analyticsHas(scene.world, "c"));
    await scene.bridge.logged("connector.ready", ({ connector }) => connector === "analytics");
  });

  it("one that says it is gone waits until a person says resume", async () => {
    scene.world.webhook.fail({ status: 410 });
    await assertTaken(scene.bridge, "d");
    await scene.bridge.logged(
      "connector.paused",
      ({ connector, cause }) => connector === "partner" && cause === "gone",
    );
    await eventually(() => analyticsHas(scene.world, "d"));
    assert.equal(partnerHas(scene.world, "d"), false);
    assert.equal((await scene.world.command("resume", "partner")).code, 0);
    await eventually(() => partnerHas(scene.world, "d"));
  });
});

describe("a destination that answers, and takes nothing", () => {
  const scene = openScene();
  const retryNow = async () =>
    assert.equal((await scene.world.command("retry", "--now", "--connector", "partner")).code, 0);
  const settled = () => scene.bridge.lines.filter((line) => /"delivery.settled".*"partner"/.test(line));
  const statusOf = async (name: string) => {
    const { connectors } = JSON.parse((await scene.world.command("status", "--json")).out) as {
      connectors: StatusLine[];
    };
    return connectors.find((one) => one.name === name);
  };

  it("buries nobody while nothing was ever taken with its settings, however often it refuses them", async () => {
    scene.world.webhook.fail({ status: 400 }, ALWAYS);
    await assertTaken(scene.bridge, "refused-at-first");
    for (let tries = 1; tries <= 3; tries += 1) {
      await eventually(() => settled().length === tries);
      assert.match(settled().at(-1) ?? "", /"state":"waiting"/);
      await retryNow();
    }
    assert.match((await scene.world.command("status")).out, /partner .*nothing was ever taken with these settings/);
    scene.world.webhook.heal();
    await retryNow();
    await eventually(() => partnerHas(scene.world, "refused-at-first"));
    assert.equal((await statusOf("partner"))?.dead.all, 0);
  });

  it("pauses with its queue when it answers twenty in a row with 404, and goes on once it is mended", async () => {
    scene.world.webhook.fail({ status: 404 }, ALWAYS);
    const users = Array.from({ length: 20 }, (_, index) => `nowhere-${index}`);
    await assertTaken(scene.bridge, ...users);
    const { cause } = await scene.bridge.logged("connector.paused", ({ connector }) => connector === "partner");
    assert.equal(cause, "refusing");
    const { out } = await scene.world.command("status");
    assert.match(out, /partner is paused .*takes nothing/);
    assert.match(out, /why: nothing is taken: 2\d deliveries in a row, most often: .*404/);
    assert.equal((await statusOf("partner"))?.waiting, 20);
    scene.world.webhook.heal();
    await retryNow();
    await scene.bridge.logged("connector.ready", ({ connector }) => connector === "partner");
    await eventually(async () => {
      await retryNow();
      return users.every((user) => partnerHas(scene.world, user));
    });
  });
});

interface StatusLine {
  readonly name: string;
  readonly waiting: number;
  readonly dead: { readonly all: number };
}

/** Somebody else's transaction that does not end: nothing can be written to the store. Returns what ends it. */
function lockStore(world: World): () => void {
  const other = new DatabaseSync(world.path("data/bridge.db"));
  other.exec("PRAGMA busy_timeout = 5000");
  other.exec("BEGIN IMMEDIATE");
  return () => {
    other.exec("ROLLBACK");
    other.close();
  };
}

describe("a store that cannot be written", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it("callbacks are acknowledged in time out of the spool, and taken over when the store is back", async () => {
    const bridge = await world.start();
    const unlock = lockStore(world);
    for (let n = 0; n < 5; n += 1) await assertTaken(bridge, `spooled-${n}`);
    await bridge.logged("intake.store_fails");
    assert.ok((await stat(world.path("data/spool.jsonl"))).size > 0);
    assert.equal((await fetch(new URL("/readyz", bridge.url))).status, 200);
    unlock();
    await bridge.logged("spool.taken");
    await eventually(() => [0, 1, 2, 3, 4].every((n) => partnerHas(world, `spooled-${n}`)));
    await assertTaken(bridge, "afterwards");
    await eventually(() => partnerHas(world, "afterwards"));
    assert.equal(await bridge.stop(), 0);
  });

  it("without a spool the answer is 503 in time, the whole event is in the log, and intake recovers by itself", async () => {
    await rm(world.path("data/spool.jsonl"), { force: true });
    await mkdir(world.path("data/spool.jsonl"), { recursive: true });
    const bridge = await world.start();
    const unlock = lockStore(world);
    assert.equal(await post(bridge, { users: ["nowhere"] }), "503 FAIL");
    const lost = await bridge.logged("intake.lost");
    assert.deepEqual(JSON.parse(String(lost.body)).SubscribeAccountList, [{ Subscriber_Account: "nowhere" }]);
    // the answer does not wait for the spool's when there is no time left
    await bridge.logged("intake.spool_fails");
    assert.equal((await fetch(new URL("/readyz", bridge.url))).status, 503);
    unlock();
    await assertTaken(bridge, "recovered");
    await eventually(() => partnerHas(world, "recovered"));
    assert.equal((await fetch(new URL("/readyz", bridge.url))).status, 200);
  });
});

describe("a full disk", () => {
  let world: World;
  let mounted = false;
  before(async () => {
    world = await openWorld({
      more: "storage: { spool: ./elsewhere/spool.jsonl }\ndead_letters: { file: ./elsewhere/dead.jsonl }",
    });
    await mkdir(world.path("data"));
    mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", world.path("data")]).status === 0;
    if (!mounted) console.error("NOT TESTED: a full disk. It takes a small file system, which only root may mount.");
  });
  after(async () => {
    const { folder } = world;
    await world.close().catch(() => undefined);
    if (mounted) spawnSync("umount", ["-l", `${folder}/data`]);
    await rm(folder, { recursive: true, force: true });
  });

  it("callbacks go to the spool on another disk, and to the store again when there is room", async (test) => {
    if (!mounted) return test.skip("needs root");
    const bridge = await world.start();
    await assertTaken(bridge, "before");
    await eventually(() => partnerHas(world, "before"));
    await fillUp(world.path("data/filler"));
    let posted = 0;
    await eventually(async () => {
      await assertTaken(bridge, `full-${posted}`);
      posted += 1;
      return bridge.lines.some((line) => line.includes('"intake.store_fails"'));
    });
    assert.match(await readFile(world.path("elsewhere/spool.jsonl"), "utf8"), /"callback"/);
    await rm(world.path("data/filler"));
    await bridge.logged("spool.taken");
    await eventually(() => Array.from({ length: posted }, (_, n) => n).every((n) => partnerHas(world, `full-${n}`)));
  });
});

/** Writes until nothing more fits, to the last byte. */
async function fillUp(file: string): Promise<void> {
  for (const size of [64 * 1024, 4 * 1024, 1]) {
    for (let full = false; !full; ) {
      full = await writeFile(file, Buffer.alloc(size, "x"), { flag: "a" }).then(
        () => false,
        () => true,
      );
    }
  }
}
