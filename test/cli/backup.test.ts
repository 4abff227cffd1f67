/** `backup` beside a running bridge, and `restore` without one: what README's "Backup" says. */
import assert from "node:assert/strict";
import { chown, copyFile, link, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { lockStore } from "../../src/storage/sqlite/lock.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess, CommandResult } from "../support/process.ts";
import { partnerHas } from "../support/scene.ts";
import { step } from "../support/step.ts";
import { openWorld, type World } from "../support/world.ts";
import { inFolder } from "./folder.ts";

const IS_ROOT = userInfo().uid === 0;
const NOBODY = 65_534;

const usersIn = (file: string): string[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare("SELECT user FROM events ORDER BY user")
      .all()
      .map(({ user }) => String(user));
  } finally {
    db.close();
  }
};

const beside = async (world: World): Promise<string[]> =>
  (await readdir(world.path("data"))).filter((name) => name.startsWith("bridge.db")).sort();

describe("a backup", () => {
  let world: World;
  let bridge: BridgeProcess;
  const delivered = (user: string) => eventually(() => partnerHas(world, user));
  before(async () => {
    world = await openWorld();
    bridge = await world.start();
    assert.ok(await postCallback(bridge.url, { users: ["early"] }));
    await delivered("early");
  });
  after(() => world.close());

  const succeeded = async (...args: string[]): Promise<CommandResult> => {
    const ran = await world.command(...args);
    assert.equal(ran.code, 0, ran.err);
    return ran;
  };
  const made = step(() => succeeded("backup", world.path("backups/one.db")));
  /** What was acknowledged after a second backup, and a crash. */
  const crashed = step(async () => {
    await made();
    await succeeded("backup", world.path("backups/two.db"));
    assert.ok(await postCallback(bridge.url, { users: ["late"] }));
    await delivered("late");
    await bridge.kill();
    bridge = await world.start();
  });
  /** The first backup is put back, and a bridge goes on with it. */
  const putBack = step(async () => {
    await crashed();
    assert.equal(await bridge.stop(), 0);
    const restored = await succeeded("restore", world.path("backups/one.db"), "--as", "ops");
    const { out: status } = await world.command("status");
    const { out: audit } = await world.command("audit", "list", "--operation", "restore", "--json");
    const { mode } = await stat(world.path("data/bridge.db"));
    bridge = await world.start();
    return { ...restored, mode: mode & 0o777, status, audit };
  });
  /** No bridge serves the store, which has been restored from a backup or is as it was when that was made. */
  const stopped = step(async () => {
    await made();
    await bridge.stop();
  });

  it("is made beside a running bridge: whole, in one file that nobody else may read, with what is still in the log", async () => {
    assert.ok((await stat(world.path("data/bridge.db-wal"))).size > 0);
    const { out } = await made();
    assert.match(out, /one\.db: \d.* KiB, 1 event, .*callbacks until 20.*It was looked through, and is whole/);
    assert.equal((await stat(world.path("backups/one.db"))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(world.path("backups")), ["one.db"]);
    assert.deepEqual(usersIn(world.path("backups/one.db")), ["early"]);
  });

  it("leaves the bridge its locks and its log: what is acknowledged afterwards is there after a crash", async () => {
    await crashed();
    assert.equal((await world.command("trace", "late")).code, 0);
  });

  it("does not replace a file", async () => {
    const { code, err } = await world.command("backup", world.config);
    assert.equal(code, 3);
    assert.match(err, /bridge\.yaml is there already: name a file that is not/);
    const { err: own } = await world.command("backup", world.path("data/bridge.db"));
    assert.match(own, /is there already/);
  });

  it("is not restored beside a running bridge, which is named", async () => {
    await crashed();
    const { code, err } = await world.command("restore", world.path("backups/one.db"));
    assert.equal(code, 3);
    assert.match(err, /Nothing was restored: .*already served by another bridge \(process \d+ on .*; stop it first\n$/);
    assert.equal((await world.command("trace", "late")).code, 0);
  });

  it("replaces the store of a stopped bridge, and its log; what it replaces is kept, and what was delivered since comes again", async () => {
    const { out, mode } = await putBack();
    assert.match(out, /is what .*one\.db was: .*1 event/);
    const [, kept = ""] = /is kept: (.+)/.exec(out) ?? [];
    assert.deepEqual(usersIn(kept), ["early", "late"]);
    assert.equal(mode, 0o600);
    assert.equal((await world.command("trace", "late")).code, 1);
    assert.equal((await world.command("trace", "early")).code, 0);
  });

  it("has its restoring in the audit, and the bridge that ran when it was made is not called killed", async () => {
    const { status, audit } = await putBack();
    assert.match(status, /^no bridge has run on this store in the last day, or since it was restored\n/);
    const [row, ...others] = JSON.parse(audit).audit;
    assert.deepEqual(others, []);
    assert.deepEqual([row.actor.name, row.operation, row.count], ["ops", "restore", 1]);
    assert.deepEqual(row.filter, { file: world.path("backups/one.db") });
  });

  it("is not undone by the log of a bridge that was killed", async () => {
    await putBack();
    assert.ok(await postCallback(bridge.url, { users: ["again"] }));
    await delivered("again");
    await bridge.kill();
    assert.ok((await stat(world.path("data/bridge.db-wal"))).size > 0);
    const { code, out, err } = await world.command("restore", world.path("backups/two.db"), "--json");
    assert.equal(code, 0, err);
    const { kept } = JSON.parse(out);
    assert.deepEqual(usersIn(kept), ["again", "early"]);
    assert.deepEqual(
      (await beside(world)).filter((name) => /^bridge\.db-/.test(name)),
      [],
    );
    assert.deepEqual(usersIn(world.path("data/bridge.db")), ["early"]);
    bridge = await world.start();
    assert.equal((await world.command("trace", "again")).code, 1);
    assert.equal(await bridge.stop(), 0);
  });

  it("replaces a store that is damaged, and keeps that one with its log", async () => {
    await stopped();
    await writeFile(world.path("data/bridge.db"), "this is no database, though it lies where one was");
    await writeFile(world.path("data/bridge.db-wal"), "nor is this its log");
    const { code, out, err } = await world.command("restore", world.path("backups/one.db"), "--json");
    assert.equal(code, 0, err);
    const { kept } = JSON.parse(out);
    assert.match(await readFile(kept, "utf8"), /^this is no database/);
    assert.match(await readFile(`${kept}-wal`, "utf8"), /^nor is this/);
    assert.deepEqual(usersIn(world.path("data/bridge.db")), ["early"]);
  });

  it("is not restored while a command uses the store", async () => {
    await stopped();
    const reader = new DatabaseSync(world.path("data/bridge.db"));
    reader.exec("PRAGMA journal_mode = WAL; BEGIN");
    reader.prepare("SELECT count(*) FROM events").get();
    const { code, err } = await world.command("restore", world.path("backups/one.db"));
    reader.close();
    assert.equal(code, 3);
    assert.match(err, /somebody uses .*bridge\.db just now/);
    assert.deepEqual(usersIn(world.path("data/bridge.db")), ["early"]);
  });

  it("is refused, and nothing changed, when it is damaged, foreign, newer, or not there", async () => {
    await stopped();
    const foreign = new DatabaseSync(world.path("foreign.db"));
    foreign.exec("CREATE TABLE x (y)");
    foreign.close();
    await copyFile(world.path("backups/one.db"), world.path("newer.db"));
    const newer = new DatabaseSync(world.path("newer.db"));
    newer.exec("PRAGMA user_version = 9");
    newer.close();
    await copyFile(world.path("backups/one.db"), world.path("no-way-back.db"));
    const noWayBack = new DatabaseSync(world.path("no-way-back.db"));
    noWayBack.exec("UPDATE releases SET compatible_from = 99");
    noWayBack.close();
    const whole = await readFile(world.path("backups/one.db"));
    await writeFile(world.path("cut.db"), whole.subarray(0, whole.length - 20_000));
    const before = await readFile(world.path("data/bridge.db"));
    const files = await beside(world);
    for (const [name, words] of [
      ["bridge.yaml", /it is damaged, or no SQLite database/],
      ["foreign.db", /it is no store of a bridge/],
      ["newer.db", /a newer release has written it/],
      ["no-way-back.db", /a newer release has written it/],
      ["cut.db", /it is damaged/],
      ["missing.db", /there is no file/],
      ["data/bridge.db", /is the store itself/],
    ] as const) {
      const { code, err } = await world.command("restore", world.path(name));
      assert.equal(code, 3, name);
      assert.match(err, words, name);
    }
    assert.deepEqual(await readFile(world.path("data/bridge.db")), before);
    assert.deepEqual(await beside(world), files);
  });

  it("may be a copy of a store's files, its log beside it", async () => {
    await stopped();
    await copyFile(world.path("backups/one.db"), world.path("copied.db"));
    const open = new DatabaseSync(world.path("copied.db"));
    open.exec("PRAGMA journal_mode = WAL");
    open.exec("UPDATE events SET user = 'in-the-log'");
    await copyFile(world.path("copied.db"), world.path("files.db"));
    await copyFile(world.path("copied.db-wal"), world.path("files.db-wal"));
    open.close();
    const { code, err } = await world.command("restore", world.path("files.db"));
    assert.equal(code, 0, err);
    assert.deepEqual(usersIn(world.path("data/bridge.db")), ["in-the-log"]);
  });

  it("is restored where there is no store yet, past the log of one that was", async () => {
    await stopped();
    const other = await openWorld({ more: "storage: { url: sqlite:./elsewhere/store.db }" });
    try {
      const { code, out, err } = await other.command("restore", world.path("backups/one.db"));
      assert.equal(code, 0, err);
      assert.doesNotMatch(out, /is kept/);
      assert.deepEqual(usersIn(other.path("elsewhere/store.db")), ["early"]);
    } finally {
      await other.close();
    }
  });
});

describe("a backup", () => {
  it("needs the store alone: a faulty configuration does, and --store", async () => {
    await inFolder(async ({ run, write, path }) => {
      await write(
        "config/bridge.yaml",
        "chat: { apps: [{ sdk_app_id: 1400000000, token: '${NOT_SET}' }] }\nconnectors: {}\n",
      );
      openSqlite({ path: `${path}/store.db` }).close();
      const { code, out, err } = await run(["backup", "copy.db", "--store", "./store.db"]);
      assert.equal(code, 0, err);
      assert.match(out, /0 events/);
    });
  });

  it("gets no name that SQLite or the bridge looks for beside the store, though nothing lies there", async () => {
    await inFolder(async ({ run, path }) => {
      openSqlite({ path: `${path}/store.db` }).close();
      for (const end of ["-wal", "-shm", "-journal", ".lock"]) {
        const { code, err } = await run(["backup", `./store.db${end}`, "--store", "./store.db"]);
        assert.equal(code, 3, end);
        assert.match(err, /There is no backup: .*store\.db.* is looked for beside the store: choose another name/);
      }
      assert.deepEqual(
        (await readdir(path)).filter((name) => name.startsWith("store.db-")),
        [],
      );
    });
  });

  it("that was broken off leaves nothing behind once another is restored", async () => {
    await inFolder(async ({ run, write, path }) => {
      openSqlite({ path: `${path}/store.db` }).close();
      assert.equal((await run(["backup", "backup.db", "--store", "./store.db"])).code, 0);
      for (const end of ["", "-wal"]) await write(`store.db.restoring-0a1b${end}`, "everybody's ids");
      assert.equal((await run(["restore", "backup.db", "--store", "./store.db"])).code, 0);
      assert.deepEqual(
        (await readdir(path)).filter((name) => name.includes("restoring")),
        [],
      );
    });
  });

  it("is not a store that a bridge serves: files that are written to are no copy", async () => {
    await inFolder(async ({ run, path }) => {
      for (const name of ["store.db", "served.db"]) openSqlite({ path: `${path}/${name}` }).close();
      const lock = await lockStore(`${path}/served.db`);
      try {
        const { code, err } = await run(["restore", "served.db", "--store", "./store.db"]);
        assert.equal(code, 3);
        assert.match(err, /Nothing was restored: a bridge serves .*served\.db just now: make a `backup` of it/);
      } finally {
        lock.release();
      }
    });
  });

  it("belongs to whom the store belongs to, when root restores it", { skip: !IS_ROOT }, async () => {
    await inFolder(async ({ run, path }) => {
      openSqlite({ path: `${path}/store.db` }).close();
      assert.equal((await run(["backup", "backup.db", "--store", "./store.db"])).code, 0);
      for (const name of [path, `${path}/store.db`]) await chown(name, NOBODY, NOBODY);
      const ownerOf = async (name: string) => (await stat(`${path}/${name}`)).uid;
      assert.equal((await run(["restore", "backup.db", "--store", "./store.db"])).code, 0);
      for (const name of ["store.db", "store.db.lock", "store.db.lock.txt"])
        assert.equal(await ownerOf(name), NOBODY, name);
    });
  });

  it("is no folder and no device, nor the store itself under another name", async () => {
    await inFolder(async ({ run, path }) => {
      openSqlite({ path: `${path}/store.db` }).close();
      await link(`${path}/store.db`, `${path}/same.db`);
      for (const [file, words] of [
        [path, /Nothing was restored: .* is no file/],
        ["/dev/null", /Nothing was restored: \/dev\/null is no file/],
        ["./same.db", /Nothing was restored: .*same\.db is the store itself/],
      ] as const) {
        const { code, err } = await run(["restore", file, "--store", "./store.db"]);
        assert.equal(code, 3, file);
        assert.match(err, words);
      }
      assert.deepEqual(
        (await readdir(path)).filter((name) => name.includes("replaced")),
        [],
      );
    });
  });
});

describe("a backup of what is PostgreSQL's", () => {
  it("is left to PostgreSQL's own tools, whose command is named", async () => {
    await inFolder(async ({ run, write }) => {
      const chat = "chat: { apps: [{ sdk_app_id: 1400000000, allow_unsigned: true }] }\n";
      const connectors = "connectors: { partner: { type: webhook, url: https://partner.example } }\n";
      await write("config/bridge.yaml", `${chat}${connectors}storage: { url: "\${DATABASE_URL}" }\n`);
      const env = { DATABASE_URL: "postgres://bridge:s3cret@127.0.0.1:1/bridge" };
      const made = await run(["backup", "b.db"], { env });
      assert.equal(made.code, 2);
      assert.match(made.err, /pg_dump --schema=unsub_bridge .*"\$DATABASE_URL"/);
      const put = await run(["restore", "b.db"], { env });
      assert.equal(put.code, 2);
      assert.match(put.err, /pg_restore .*"\$DATABASE_URL"/);
      assert.doesNotMatch(made.err + put.err, /s3cret/);
    });
  });
});
