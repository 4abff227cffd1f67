/** Commands that only ask, beside a store that takes no row of them: it is read-only, or busy. They answer, and say what the audit misses. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, readdir } from "node:fs/promises";
import { userInfo } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import postgres from "postgres";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { runCommand } from "../support/command.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { type CommandResult, runProcess } from "../support/process.ts";
import { ENV, openSeeded, type Seeded, seedEverything } from "./seed.ts";

const ASKING = [
  ["trace", "delivered-1"],
  ["deliveries", "list", "--user", "delivered-1"],
] as const;

/** Root may write everywhere, but without these rights; the runtime itself may lie where nobody else may read. */
const AS_ANYBODY =
  userInfo().uid === 0 ? ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"] : [];
const [program, ...rights] = [...AS_ANYBODY, "true"];
const IS_BOUND = spawnSync(String(program), rights).status === 0;
if (!IS_BOUND) console.error("!! left out: root without the right to write everywhere; setpriv is missing, or may not");

/** @param why what the store says to the row */
function assertAnswered({ code, out, err }: CommandResult, why: RegExp): void {
  assert.equal(code, 0, err);
  assert.match(out, /delivered/);
  const [said = "", ...others] = err.trimEnd().split("\n");
  assert.match(said, /^The audit does not hold that this was looked up: /);
  assert.match(said, why);
  assert.deepEqual(others, []);
}

describe("a store that only asks can be made of", { skip: ON_BUN_ALONE }, () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(seedEverything);
  });
  after(() => seeded.close());

  it("because another writes without an end: it is answered, and said what the audit misses", async () => {
    const writer = new DatabaseSync(seeded.path("data/bridge.db"));
    writer.exec("BEGIN IMMEDIATE");
    try {
      assertAnswered(await seeded.command("trace", "delivered-1"), /database is locked/);
    } finally {
      writer.close();
    }
    assert.equal((await seeded.command("status")).err, "");
  });

  it("because file and folder may only be read: a copy on a volume, or somebody else's", {
    skip: !IS_BOUND && "root may write everywhere",
  }, async () => {
    seeded.leave();
    const files = (await readdir(seeded.path("data"))).map((name) => seeded.path(`data/${name}`));
    for (const file of files) await chmod(file, 0o444);
    await chmod(seeded.path("data"), 0o555);
    try {
      const run = (...command: readonly string[]) =>
        runProcess([...command, "--config", seeded.config], {
          env: { ...ENV, HOME: seeded.folder },
          through: AS_ANYBODY,
        });
      for (const command of ASKING) assertAnswered(await run(...command), /readonly database|permission denied/);
      const { out, err } = await run("status");
      assert.match(out, /^no bridge has run on this store/, err);
      const { code } = await run("pause", "crm");
      assert.notEqual(code, 0, "who wants to change something is told");
    } finally {
      await chmod(seeded.path("data"), 0o755);
    }
  });
});

describe("a database that only asks can be made of", { skip: ON_BUN_ALONE }, () => {
  let server: PrivateServer;
  before(async () => {
    server = await startPrivatePostgres({ fsync: "off" });
  });
  after(() => server.stop());

  it("because the role may do no more: it is answered, and said what the audit misses", async () => {
    const schema = server.schema();
    const storage = await openPostgres({ url: server.url, schema, max: 2 });
    await seedEverything(storage);
    await storage.close();
    const sql = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
    await sql.unsafe(`CREATE ROLE reader LOGIN PASSWORD 'reader-password'; GRANT USAGE ON SCHEMA ${schema} TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO reader`);
    await sql.end();
    const url = new URL(server.url);
    [url.username, url.password] = ["reader", "reader-password"];
    for (const command of ASKING) {
      const args = [...command, "--store", "READER_URL", "--store-schema", schema];
      assertAnswered(await runCommand(args, { env: { READER_URL: url.href } }), /permission denied/);
    }
  });
});
