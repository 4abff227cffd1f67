/** A store that is not there, cannot be used, or is taken away: nothing that was acknowledged may be gone. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, rename, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { postCallback, postOnce } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

const ELSEWHERE = `storage: { spool: ./elsewhere/spool.jsonl }
dead_letters: { file: ./elsewhere/dead-letters.jsonl }`;

async function inWorld(act: (world: World) => Promise<void>, more = ELSEWHERE): Promise<void> {
  const world = await openWorld({ more });
  try {
    await act(world);
  } finally {
    await world.close();
  }
}

const post = ({ url }: BridgeProcess, ...users: string[]) =>
  Promise.all(users.map((user) => postCallback(url, { users: [user] })));

const delivered = ({ webhook }: World, count: number) => eventually(() => webhook.received.payloads.size === count);

async function keepingOf({ url }: BridgeProcess): Promise<{ ready: number; keeping: string }> {
  const response = await fetch(new URL("/readyz", url));
  const { keeping } = (await response.json()) as { keeping: string };
  return { ready: response.status, keeping };
}

const storeFiles = async ({ path }: World) =>
  (await readdir(path("data"))).filter((name) => /^bridge\.db(-wal|-shm)?$/.test(name));

describe("a store that is removed under the running bridge", () => {
  it("loses nothing that is acknowledged from then on, and is said at the next start", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      assert.deepEqual(await post(bridge, "before"), [true]);
      await delivered(world, 1);
      for (const name of await storeFiles(world)) await rm(world.path(`data/${name}`));
      assert.deepEqual(await post(bridge, "a", "b", "c"), [true, true, true]);
      const gone = await bridge.logged("store.gone");
      assert.equal(gone.level, "error");
      assert.equal((await keepingOf(bridge)).keeping, "spool");
      const asked = await world.command("status");
      assert.equal(asked.code, 3);
      assert.match(asked.err, /Since .* keeps callbacks in the spool: .*bridge\.db .*removed/s);
      await bridge.stop();
      const next = await world.start();
      const missing = await next.logged("store.missing");
      assert.match(String(missing.todo), /saved copies/);
      await next.logged("store.made");
      await eventually(() => ["a", "b", "c"].every((user) => usersOf(world).has(user)));
      assert.equal(await next.stop(), 0);
    }));

  it("with its whole folder is saved all the same, at the latest when the bridge ends", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      assert.deepEqual(await post(bridge, "before"), [true]);
      await rm(world.path("data"), { recursive: true });
      assert.deepEqual(await post(bridge, "after"), [true]);
      await bridge.logged("store.gone");
      assert.equal(await bridge.stop(), 0);
      const copies = (await readdir(world.path("data"))).filter((name) => /^bridge\.db\.rescued-\w+$/.test(name));
      assert.equal(copies.length, 1);
      const store = openSqlite({ path: world.path(`data/${copies[0]}`) });
      // made into an event, or not yet
      const unread = (await store.unread(10)).map(({ body }) => new TextDecoder().decode(body));
      assert.ok((await store.trace("before")).length > 0 || unread.some((body) => body.includes('"before"')));
      await store.close();
    }));

  it("is gone on with from the copy that was saved, with all that it held", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      await post(bridge, "before");
      await delivered(world, 1);
      for (const name of await storeFiles(world)) await rm(world.path(`data/${name}`));
      await post(bridge, "a");
      const { copy } = await bridge.logged("store.saved");
      await rename(String(copy), world.path("data/bridge.db"));
      await bridge.logged("intake.store_back");
      await delivered(world, 2);
      await post(bridge, "b");
      await delivered(world, 3);
      assert.equal(await bridge.stop(), 0);
      assert.match((await world.command("trace", "before")).out, /delivered/);
    }));
});

function usersOf({ webhook }: World): Set<string> {
  return new Set([...webhook.received.payloads.values()].map((payload) => JSON.stringify(payload)).flatMap(userIn));
}

const userIn = (payload: string): string[] => /"user_id":"([^"]+)"/.exec(payload)?.slice(1) ?? [];

/** What stands in the way of the store, and how it is mended. */
interface Hindrance {
  readonly why: RegExp;
  /** Whether commands can ask the store all the same. */
  readonly canBeAsked?: true;
  make(world: World): Promise<void>;
  mend(world: World): Promise<void>;
}

const DAMAGED = Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(20_000, 0xa5)]);

async function putBack({ path }: World): Promise<void> {
  await rm(path("data/bridge.db"), { recursive: true });
  await rename(path("data/good.db"), path("data/bridge.db"));
}

const HINDRANCES: Readonly<Record<string, Hindrance>> = {
  "that is damaged": {
    why: /bridge\.db .*(damaged|no SQLite database)/,
    async make({ path }) {
      await rename(path("data/bridge.db"), path("data/good.db"));
      await writeFile(path("data/bridge.db"), DAMAGED);
    },
    mend: putBack,
  },
  "with something else in its place": {
    why: /bridge\.db is no SQLite database; name another file \(storage\.url\)/,
    async make({ path }) {
      await rename(path("data/bridge.db"), path("data/good.db"));
      await writeFile(path("data/bridge.db"), "a note to myself, long enough to be looked at ".repeat(30));
    },
    mend: putBack,
  },
  "with a folder in its place": {
    why: /it is a folder/,
    async make({ path }) {
      await rename(path("data/bridge.db"), path("data/good.db"));
      await mkdir(path("data/bridge.db"));
    },
    mend: putBack,
  },
  "whose lock is something else": {
    why: /bridge\.db\.lock cannot be locked \(.*not a database.*remove it while no bridge serves the store/,
    canBeAsked: true,
    make: ({ path }) =>
      writeFile(path("data/bridge.db.lock"), "a note to myself, long enough to be looked at ".repeat(30)),
    mend: ({ path }) => rm(path("data/bridge.db.lock")),
  },
  "whose lock is a folder": {
    why: /bridge\.db\.lock cannot be locked \(it is a folder\)/,
    canBeAsked: true,
    async make({ path }) {
      await rm(path("data/bridge.db.lock"));
      await mkdir(path("data/bridge.db.lock"));
    },
    mend: ({ path }) => rm(path("data/bridge.db.lock"), { recursive: true }),
  },
  "whose log is a folder": {
    why: /the store .*bridge\.db-wal cannot be used \(it is a folder\)/,
    make: async ({ path }) => void (await mkdir(path("data/bridge.db-wal"))),
    mend: ({ path }) => rm(path("data/bridge.db-wal"), { recursive: true }),
  },
  "whose folder is a file": {
    why: /a part of the path is a file/,
    async make({ path }) {
      await rename(path("data"), path("data.away"));
      await writeFile(path("data"), "");
    },
    async mend({ path }) {
      // at once: the bridge would make a folder where there is none
      await symlink(path("data.away"), path("data.new"));
      await rename(path("data.new"), path("data"));
    },
  },
};

describe("a bridge that starts with a store", () => {
  for (const [name, { why, canBeAsked, make, mend }] of Object.entries(HINDRANCES)) {
    it(`${name} keeps callbacks in the spool, says why, and goes on by itself when that is mended`, () =>
      inWorld(async (world) => {
        const first = await world.start();
        await post(first, "before");
        await delivered(world, 1);
        await first.stop();
        await make(world);
        const bridge = await world.start();
        assert.match(String((await bridge.logged("store.unavailable")).reason), why);
        assert.deepEqual(await post(bridge, "meanwhile"), [true]);
        assert.deepEqual(await keepingOf(bridge), { ready: 200, keeping: "spool" });
        const { code, out, err } = await world.command("status");
        assert.equal(code, canBeAsked ? 1 : 3);
        assert.match(`${out}${err}`, /^Since \d{4}-.* the bridge keeps callbacks in the spool: /m);
        await mend(world);
        await delivered(world, 2);
        assert.match((await world.command("trace", "before")).out, /delivered/);
        await eventually(async () => !/keeps callbacks in the spool/.test((await world.command("status")).out));
        assert.equal(await bridge.stop(), 0);
      }));
  }

  it(
    "on a volume that is read-only keeps callbacks in the spool, and goes on when it is writable",
    {
      skip: canMount() ? false : "this user may not mount anything",
    },
    () =>
      inWorld(async (world) => {
        const data = world.path("data");
        await mkdir(data);
        mount("-t", "tmpfs", "none", data);
        try {
          const first = await world.start();
          await post(first, "before");
          await delivered(world, 1);
          await first.stop();
          mount("-o", "remount,ro", data);
          const bridge = await world.start();
          assert.match(String((await bridge.logged("store.unavailable")).reason), /read-only.*mount it writable/);
          assert.deepEqual(await post(bridge, "meanwhile"), [true]);
          mount("-o", "remount,rw", data);
          await delivered(world, 2);
          assert.equal(await bridge.stop(), 0);
        } finally {
          spawnSync("umount", [data]);
        }
      }),
  );

  it("that it cannot use, and a spool that it cannot use either, does not start", () =>
    inWorld(async (world) => {
      await writeFile(world.path("data"), "");
      const bridge = world.launch();
      assert.equal(await bridge.exited, 3);
      assert.match(bridge.lines.join("\n"), /The bridge cannot start: the store .*a part of the path is a file/);
    }, ""));

  it("of a newer release does not start, and leaves it as it is", () =>
    inWorld(async (world) => {
      const first = await world.start();
      await first.stop();
      const db = new DatabaseSync(world.path("data/bridge.db"));
      db.exec("PRAGMA user_version = 99");
      db.close();
      const bridge = world.launch();
      assert.equal(await bridge.exited, 3);
      assert.match(bridge.lines.join("\n"), /newer release/);
    }));

  it("that it makes says so, and nothing of a volume where nothing was spooled", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      await bridge.logged("store.made");
      assert.ok(!bridge.lines.some((line) => line.includes("store.missing")));
      await bridge.stop();
    }));

  it("in whose place a folder is, as Docker makes one to mount, begins one as soon as that is gone", () =>
    inWorld(async (world) => {
      await mkdir(world.path("data/bridge.db"), { recursive: true });
      const bridge = await world.start();
      assert.deepEqual(await post(bridge, "meanwhile"), [true]);
      await rm(world.path("data/bridge.db"), { recursive: true });
      await bridge.logged("store.made");
      await delivered(world, 1);
      assert.equal(await bridge.stop(), 0);
    }));

  it("that is missing beside a spool asks for its volume", () =>
    inWorld(async (world) => {
      await mkdir(world.path("elsewhere"));
      await writeFile(world.path("elsewhere/spool.jsonl"), "");
      const bridge = await world.start();
      const missing = await bridge.logged("store.missing");
      assert.equal(missing.level, "error");
      assert.match(String(missing.todo), /volume not mounted/);
      await bridge.stop();
    }));
});

describe("a store that another process has locked under the running bridge", () => {
  it("is named with the way out, in the log and by status, and is gone on with when it is let go", () =>
    inWorld(async (world) => {
      const bridge = await world.start();
      assert.deepEqual(await post(bridge, "before"), [true]);
      await delivered(world, 1);
      const other = new DatabaseSync(world.path("data/bridge.db"));
      other.exec("BEGIN IMMEDIATE");
      assert.deepEqual(await post(bridge, "meanwhile"), [true]);
      const why = /bridge\.db is locked by another process: end what holds it/;
      await bridge.logged("intake.store_fails", ({ reason }) => why.test(String(reason)));
      await eventually(async () => {
        const { out, err } = await world.command("status");
        return /^Since .* keeps callbacks in the spool: (.*)$/m.exec(out + err)?.[1]?.match(why);
      });
      other.exec("ROLLBACK");
      other.close();
      await delivered(world, 2);
      assert.equal(await bridge.stop(), 0);
    }));
});

describe("a spool that is written over, or cut, under the running bridge", () => {
  it("loses nothing of what was acknowledged, though the bridge is killed a moment later", () =>
    inWorld(async (world) => {
      const spool = world.path("elsewhere/spool.jsonl");
      await mkdir(world.path("data/bridge.db"), { recursive: true });
      const bridge = await world.start();
      const users = ["a", "b", "c"];
      for (const user of users) assert.deepEqual(await post(bridge, user), [true]);
      await writeFile(spool, "x".repeat((await stat(spool)).size));
      const { file } = await bridge.logged("spool.gone");
      assert.deepEqual(await post(bridge, "d"), [true]);
      await truncate(spool);
      await bridge.logged("spool.gone", (line) => line.file !== file);
      await bridge.kill();
      await rm(world.path("data/bridge.db"), { recursive: true });
      const next = await world.start();
      await delivered(world, 4);
      assert.deepEqual([...usersOf(world)].toSorted(), [...users, "d"]);
      assert.equal(await next.stop(), 0);
    }));
});

describe("a spool with a bound", () => {
  it("is warned of at half; beyond it callbacks get a 503, and the bridge is not ready", () =>
    inWorld(async (world) => {
      await mkdir(world.path("data/bridge.db"), { recursive: true });
      const bridge = await world.start();
      const isFull = () => bridge.lines.some((line) => /"intake.spool_fails".*storage\.spool_max/.test(line));
      const kept: string[] = [];
      for (let n = 0; !isFull(); n += 1) {
        if (await postOnce(bridge.url, { users: [`user-${n}`] })) kept.push(`user-${n}`);
      }
      assert.ok(kept.length > 2, `${kept}`);
      assert.equal(await postOnce(bridge.url, { users: ["beyond"] }), false);
      await bridge.logged("spool.half_full");
      assert.equal((await bridge.logged("intake.lost")).level, "error");
      assert.deepEqual(await keepingOf(bridge), { ready: 503, keeping: "nowhere" });
      await rm(world.path("data/bridge.db"), { recursive: true });
      // the folder was no store: a restart begins one
      await bridge.stop();
      const next = await world.start();
      await eventually(() => kept.every((user) => usersOf(world).has(user)));
      assert.equal((await keepingOf(next)).ready, 200);
      assert.equal(await next.stop(), 0);
    }, "storage: { spool: ./elsewhere/spool.jsonl, spool_max: 4KiB }"));
});

describe("a lock file that is removed", () => {
  it("is made anew by the bridge that serves, and a second one is told", () =>
    inWorld(async (world) => {
      const first = await world.start();
      await rm(world.path("data/bridge.db.lock"));
      const second = world.launch();
      assert.equal(await second.exited, 3);
      assert.match(second.lines.join("\n"), /already served by another bridge/);
      await first.logged("store.lock_remade");
      assert.deepEqual(await post(first, "after"), [true]);
      await delivered(world, 1);
      assert.equal(await first.stop(), 0);
    }));

  it(
    "and taken by another bridge ends the use of the store by the first, which keeps callbacks in its spool",
    {
      skip: process.platform === "win32",
    },
    () =>
      inWorld(async (world) => {
        const first = await world.start();
        first.signal("SIGSTOP");
        await rm(world.path("data/bridge.db.lock"));
        const { lockStore } = await import("../../src/storage/sqlite/lock.ts");
        const lock = await lockStore(world.path("data/bridge.db"));
        first.signal("SIGCONT");
        assert.match(String((await first.logged("store.unavailable")).reason), /already served by another bridge/);
        assert.deepEqual(await post(first, "meanwhile"), [true]);
        lock.release();
        await delivered(world, 1);
        assert.equal(await first.stop(), 0);
      }),
  );
});

function canMount(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
}

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
