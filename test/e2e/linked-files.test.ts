/** A store and a spool whose names are links, as to a volume: they are what lies there, whatever leads to it. */
import assert from "node:assert/strict";
import { lstat, mkdir, readdir, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { partnerHas } from "../support/scene.ts";
import { openWorld, type World } from "../support/world.ts";

const SPOOL = "storage: { spool: ./elsewhere/spool.jsonl }";

async function inWorld(act: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld({ more: SPOOL });
  try {
    await mkdir(world.path("data"));
    await mkdir(world.path("volume"));
    await symlink("../volume/store.db", world.path("data/bridge.db"));
    await act(world);
  } finally {
    await world.close();
  }
}

async function took(world: World, { url }: BridgeProcess, user: string): Promise<void> {
  assert.ok(await postCallback(url, { users: [user] }));
  await eventually(() => partnerHas(world, user));
}

const volume = async ({ path }: World) => (await readdir(path("volume"))).sort();

describe("a store whose name is a link", () => {
  it("loses nothing that is acknowledged after somebody has removed its log, where that lies", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      await took(world, bridge, "before");
      await rm(world.path("volume/store.db-wal"));
      for (const user of ["a", "b"]) assert.ok(await postCallback(bridge.url, { users: [user] }));
      await bridge.logged("store.there");
      await bridge.kill();
      const next = await world.start();
      for (const user of ["a", "b"]) await eventually(() => partnerHas(world, user));
      for (const user of ["before", "a", "b"]) {
        await eventually(async () => (await world.command("trace", user)).out.includes("delivered"));
      }
      assert.equal(await next.stop(), 0);
    }));

  it("takes nothing more once the link leads to another file, and is gone on with when it leads back", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      await took(world, bridge, "before");
      await rename(world.path("data/bridge.db"), world.path("data/link"));
      await symlink("../volume/other.db", world.path("data/bridge.db"));
      assert.ok(await postCallback(bridge.url, { users: ["meanwhile"] }));
      await bridge.logged("store.gone");
      assert.ok((await stat(world.path("elsewhere/spool.jsonl"))).size > 0);
      await rename(world.path("data/link"), world.path("data/bridge.db"));
      await bridge.logged("store.there");
      await eventually(() => partnerHas(world, "meanwhile"));
      assert.equal(await bridge.stop(), 0);
    }));

  it("is served once, by whatever name", () =>
    inWorld(async (world) => {
      const first = await world.start();
      await world.edit((yaml) => yaml.replace(SPOOL, `storage: { url: "sqlite:./volume/store.db" }`));
      const second = world.launch();
      assert.equal(await second.exited, 3);
      assert.match(second.lines.join("\n"), /store\.db is already served by another bridge/);
      const { code, out } = await world.command("status");
      assert.equal(code, 0, out);
      assert.equal(await first.stop(), 0);
    }));

  it("is made, backed up and restored where it lies, for its owner alone; the link stays", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      await took(world, bridge, "before");
      assert.equal((await stat(world.path("volume/store.db"))).mode & 0o777, 0o600);
      assert.equal((await world.command("backup", world.path("backup.db"))).code, 0);
      await took(world, bridge, "later");
      await bridge.stop();
      const { code, err } = await world.command("restore", world.path("backup.db"));
      assert.equal(code, 0, err);
      assert.ok((await lstat(world.path("data/bridge.db"))).isSymbolicLink());
      assert.equal(await readlink(world.path("data/bridge.db")), "../volume/store.db");
      assert.ok((await volume(world)).some((name) => name.startsWith("store.db.replaced-")));
      const next = await world.start();
      assert.equal((await world.command("trace", "later")).code, 1);
      assert.match((await world.command("trace", "before")).out, /delivered/);
      assert.equal(await next.stop(), 0);
    }));

  it("keeps callbacks in the spool while its volume is not there, and says so", () =>
    inWorld(async (world) => {
      const first = await world.start();
      await took(world, first, "before");
      await first.stop();
      await rename(world.path("volume"), world.path("unmounted"));
      const bridge = await world.start();
      const { reason } = await bridge.logged("store.unavailable");
      assert.match(String(reason), /its folder is not there.*mount its volume/);
      assert.ok(await postCallback(bridge.url, { users: ["meanwhile"] }));
      await rename(world.path("unmounted"), world.path("volume"));
      await eventually(() => partnerHas(world, "meanwhile"));
      assert.match((await world.command("trace", "before")).out, /delivered/);
      assert.equal(await bridge.stop(), 0);
    }));
});

describe("a spool whose name is a link", () => {
  it("keeps callbacks where that leads, though nothing is there yet", () =>
    inWorld(async (world) => {
      await mkdir(world.path("elsewhere"));
      await symlink("../volume/spool.jsonl", world.path("elsewhere/spool.jsonl"));
      await mkdir(world.path("volume/store.db"));
      const bridge = await world.start();
      assert.ok(await postCallback(bridge.url, { users: ["a"] }));
      assert.ok((await stat(world.path("volume/spool.jsonl"))).size > 0);
      await bridge.kill();
      await rm(world.path("volume/store.db"), { recursive: true });
      const next = await world.start();
      await eventually(() => partnerHas(world, "a"));
      await eventually(async () => !(await volume(world)).some((name) => name.startsWith("spool.jsonl")));
      assert.ok((await lstat(world.path("elsewhere/spool.jsonl"))).isSymbolicLink());
      assert.equal(await next.stop(), 0);
    }));
});
