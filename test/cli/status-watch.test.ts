/** `status --watch`: what it tells while things change, how it ends, and that it holds up nobody. */
import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import postgres from "postgres";
import { topOf } from "../../src/cli/terminal/drawing.ts";
import { type Cluster, openCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { launchCommand, type ServeProcess } from "../support/process.ts";
import { CREDENTIALS, openWorld, type World } from "../support/world.ts";
import { onTerminal } from "./terminal.ts";

/** Resolves with the first line, of those that come from now on, in which this stands. */
function nextLine({ lines }: ServeProcess, words: RegExp): Promise<string> {
  const from = lines.length;
  return eventually(() => lines.slice(from).find((line) => words.test(line)));
}

/** SIGINT; resolves with the exit code. */
function interrupted(watch: ServeProcess): Promise<number | null> {
  watch.signal("SIGINT");
  return watch.exited;
}

describe("status --watch", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it("tells on a line each, where there is no terminal, that the bridge runs, that it died, and that it is back; Ctrl-C ends it well", async () => {
    const bridge = await world.start();
    const watch = world.begin("status", "--watch");
    const line = await nextLine(watch, /1 bridge runs/);
    assert.match(line, /^\d{4}-\S+Z {2}1 bridge runs; crm ready: 0 waiting, 0 delivered in the last hour, 0 dead; /);
    await bridge.kill();
    await nextLine(watch, /no bridge runs on this store since .* was killed or cut off; crm not served: /);
    const next = await world.start();
    await nextLine(watch, /1 bridge runs/);
    assert.equal(await interrupted(watch), 0);
    assert.ok(watch.lines.every((one) => !one.includes("\u001b")));
    await next.stop();
  });

  it("gives scripts an object on each line", async () => {
    const bridge = await world.start();
    const watch = world.begin("status", "--watch", "--json");
    const told = JSON.parse(await nextLine(watch, /"served":true/));
    assert.deepEqual([told.format, told.trouble, told.connectors.length], [2, null, 3]);
    assert.ok(Date.parse(told.at) > 0);
    assert.equal(await interrupted(watch), 0);
    await bridge.stop();
  });

  it("holds nothing that a writer waits for: beside it the log of the store is emptied", async () => {
    const bridge = await world.start();
    const watch = world.begin("status", "--watch");
    await nextLine(watch, /1 bridge runs/);
    await bridge.stop();
    await nextLine(watch, /no bridge runs/);
    const db = new DatabaseSync(world.path("data/bridge.db"));
    try {
      db.exec("CREATE TABLE of_a_test (x)");
      assert.deepEqual(
        { ...db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() },
        { busy: 0, log: 0, checkpointed: 0 },
      );
    } finally {
      db.exec("DROP TABLE of_a_test");
      db.close();
    }
    assert.equal(await interrupted(watch), 0);
  });

  it("says so while the store is gone, and goes on with it", async () => {
    await (await world.start()).stop();
    const watch = world.begin("status", "--watch");
    await nextLine(watch, /no bridge runs/);
    await rename(world.path("data"), world.path("away"));
    await nextLine(watch, /the store does not answer: there is no store yet/);
    await rename(world.path("away"), world.path("data"));
    await nextLine(watch, /no bridge runs/);
    assert.equal(await interrupted(watch), 0);
  });

  it("is drawn again in its place on a terminal, and knows the configuration as it is by then", async () => {
    const bridge = await world.start();
    await eventually(async () => (await world.command("status")).out.includes("last sign of life"));
    const frames = (out: string) => stripVTControlCharacters(out).split(/as of \S+Z, every 2 s until Ctrl-C/);
    let isTakenOver = false;
    let isEdited = false;
    const { code, out, err } = await onTerminal(["status", "--watch", "--config", world.config], {
      env: CREDENTIALS,
      columns: 400,
      stopsWhen(written) {
        if (!isEdited) {
          isEdited = true;
          void world.edit((yaml) => `${yaml}# changed\n`);
          void bridge.logged("config.reloaded").then(() => {
            isTakenOver = true;
          });
        }
        return isTakenOver && frames(written).length > 3;
      },
    });
    assert.deepEqual([code, err], [0, ""]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.match(out, /\u001b\[\d+A/, "the cursor goes back up");
    const seen = frames(out);
    assert.match(seen[1] ?? "", /\nbridge {2}process \d+ .* serves this store[\s\S]*\ncrm +hubspot +ready/);
    await eventually(async () => !(await world.command("status")).out.includes("has changed since"));
    assert.doesNotMatch(seen.at(-1) ?? "", /has changed since/);
    await bridge.stop();
  });

  it("ends with why, as status does, where there is no store to begin with", async () => {
    const { code, err } = await onTerminal(["status", "--watch", "--config", world.path("none.yaml")]);
    assert.equal(code, 2);
    assert.match(err, /none\.yaml/);
  });
});

describe("status --watch on a shared store", { skip: ON_BUN_ALONE }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await openCluster({ machines: ["a"] });
  });
  after(() => cluster.close());

  it("holds no transaction between two looks, says while the database answers nobody, and goes on when it does", async () => {
    const { database, machines } = cluster;
    const [machine] = machines;
    assert.ok(machine);
    await machine.start();
    const watch = launchCommand(["status", "--watch", "--config", machine.config], { env: CREDENTIALS });
    await nextLine(watch, /1 bridge runs/);
    await machine.stop();
    await nextLine(watch, /no bridge runs/);
    const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
    const open = async () =>
      await sql`SELECT state, query FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
    assert.deepEqual([...(await open())], []);
    await sql.end();
    await database.crash();
    await nextLine(watch, /the store does not answer/);
    await database.start();
    await nextLine(watch, /no bridge runs/);
    await database.freeze();
    await nextLine(watch, /the store does not answer/);
    assert.equal(await interrupted(watch), 0, "although its question is still under way");
    database.thaw();
  });
});

describe("what is drawn", () => {
  it("is cut at its end where the screen has no room for it, long lines counted as what they take", () => {
    assert.equal(topOf("a\nb\nc", 80, 3), "a\nb\nc");
    assert.equal(topOf("a\nb\nc\nd", 80, 3), "a\nb\n… 2 more lines than this screen has room for");
    assert.equal(
      topOf(`${"x".repeat(81)}\nb\nc`, 80, 3),
      `${"x".repeat(81)}\n… 2 more lines than this screen has room for`,
    );
    assert.equal(topOf(`\u001b[31m${"x".repeat(80)}\u001b[39m\nb`, 80, 2), `\u001b[31m${"x".repeat(80)}\u001b[39m\nb`);
  });
});
