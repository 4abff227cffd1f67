/** `status` says first of all which bridges serve the store, and that none does. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { EVERY_TIME } from "../../connectors/kit/faults.ts";
import { lockStore } from "../../src/storage/sqlite/lock.ts";
import { postCallback } from "../support/callbacks.ts";
import { type Cluster, openCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { openWorld, type World } from "../support/world.ts";

interface Status {
  readonly served: boolean;
  readonly bridges: readonly {
    readonly process: number;
    readonly serves: boolean;
    readonly configuration: { readonly file: string; readonly hash: string };
  }[];
  readonly connectors: readonly { readonly condition: string }[];
}

const firstLine = (out: string): string => out.split("\n", 1)[0] ?? "";

describe("status on a store in a file", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    // makes the store
    assert.equal(await (await world.start()).stop(), 0);
  });
  after(() => world.close());

  it("names the bridge that runs, and what it runs with", async () => {
    const bridge = await world.start();
    await eventually(async () => (await world.command("status")).out.includes("last sign of life"));
    const { code, out } = await world.command("status");
    assert.equal(code, 0);
    const { pid } = bridge.child;
    assert.match(
      firstLine(out),
      new RegExp(`^bridge  process ${pid} on .+ serves this store since .+ \\(version .+ ago\\)$`),
    );
    assert.ok(firstLine(out).includes(world.config));
    const status = JSON.parse((await world.command("status", "--json")).out) as Status;
    assert.deepEqual([status.served, status.bridges[0]?.process, status.bridges[0]?.serves], [true, pid, true]);
    await bridge.stop();
  });

  it("says that none runs, as soon as it was killed: nothing is told as if it ran", async () => {
    const bridge = await world.start();
    await eventually(async () => (await world.command("status")).out.includes("last sign of life"));
    await bridge.kill();
    const { code, out } = await world.command("status");
    assert.equal(code, 1);
    assert.match(firstLine(out), /^no bridge runs on this store since .+: process \d+ on .+ was killed or cut off$/);
    assert.doesNotMatch(out, /ready|backing off|asked again (now|in)/);
    const status = JSON.parse((await world.command("status", "--json")).out) as Status;
    assert.deepEqual([status.served, status.connectors[0]?.condition], [false, "not served"]);
  });

  it("says since when none runs where the last one was stopped", async () => {
    const bridge = await world.start();
    await eventually(async () => (await world.command("status")).out.includes("last sign of life"));
    await bridge.stop();
    const { code, out } = await world.command("status");
    assert.equal(code, 1);
    assert.match(
      firstLine(out),
      new RegExp(`^no bridge runs on this store since .+: process ${bridge.child.pid} .+ ended$`),
    );
  });

  it("names one of an older release too, which gives no sign of life", async () => {
    const lock = await lockStore(world.path("data/bridge.db"));
    const { code, out } = await world.command("status");
    lock.release();
    assert.equal(code, 0);
    assert.match(firstLine(out), /^bridge {2}process \d+ on .+ serves this store since .+ \(of an older release\)$/);
  });

  it("says when the file has changed, and that bridge has not taken it over", async () => {
    const bridge = await world.start();
    await eventually(async () => (await world.command("status")).out.includes("last sign of life"));
    bridge.signal("SIGSTOP");
    await world.edit((yaml) => `${yaml}\n# changed\n`);
    const { out } = await world.command("status");
    bridge.signal("SIGCONT");
    assert.match(firstLine(out), /; that file has changed since, and was not taken over$/);
    await bridge.logged("config.reloaded");
    await eventually(async () => !(await world.command("status")).out.includes("has changed since"));
    await bridge.stop();
  });

  it("pause, resume, retry say that it is for when a bridge runs again", async () => {
    const none = /when a bridge runs again: none runs on this store now/;
    world.webhook.fail({ status: 503 }, EVERY_TIME);
    const before = await world.start();
    assert.equal(await postCallback(before.url, { users: ["waits"] }), true);
    await before.logged("connector.backing_off");
    await before.stop();
    world.webhook.heal();
    for (const command of ["pause crm", "resume crm", "retry --now --all"]) {
      const { code, out } = await world.command(...command.split(" "));
      assert.equal(code, 0);
      assert.match(out, none, command);
    }
    const bridge = await world.start();
    assert.match((await world.command("pause", "crm")).out, /on a running bridge within a second/);
    assert.match((await world.command("resume", "crm")).out, /on a running bridge within a second/);
    await bridge.stop();
  });
});

describe("status on a shared store", () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await openCluster({ machines: ["a", "b"] });
  });
  afterEach(() => Promise.all(cluster.machines.map((machine) => machine.kill())));
  after(() => cluster.close());

  it("names all machines that serve it, asked on any, and each one's end", async () => {
    const [a, b] = cluster.machines;
    assert.ok(a && b);
    const bridges = [await a.start(), await b.start()];
    const serving = async () => {
      const { bridges: known } = JSON.parse((await b.command("status", "--json")).out) as Status;
      return known.filter(({ serves }) => serves).map(({ process }) => process);
    };
    const pids = bridges.map(({ child }) => child.pid ?? 0);
    await eventually(async () => (await serving()).length === 2);
    assert.deepEqual((await serving()).toSorted(), pids.toSorted());
    const { code, out } = await b.command("status");
    assert.deepEqual([code, out.match(/^bridge {2}process .* serves this store/gm)?.length], [0, 2]);
    await bridges[0]?.stop();
    assert.deepEqual(await serving(), [pids[1]]);
    await bridges[1]?.stop();
    const none = await b.command("status");
    assert.equal(none.code, 1);
    assert.match(firstLine(none.out), /^no bridge runs on this store since .+ ended$/);
  });
});
