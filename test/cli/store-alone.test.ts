/** Commands that need the store alone, beside a configuration that is faulty, in a shell without its secrets, or without any. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { runCommand } from "../support/command.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import type { CommandOptions, CommandResult } from "../support/process.ts";
import { openSeeded, type Seeded, seedEverything } from "./seed.ts";

let seeded: Seeded;
beforeEach(async () => {
  seeded = await openSeeded(seedEverything);
});
afterEach(() => seeded.close());

/** Each command that needs the store alone, with the exit code that it has beside a good configuration. */
async function everyCommand(run: (...args: string[]) => Promise<CommandResult>): Promise<void> {
  const id = await seeded.id("rejected-1", "crm");
  for (const [args, said] of [
    [["status"], /crm +webhook/],
    [["trace", "rejected-1"], /gave up|refused/],
    [["deliveries", "list"], /retried-1/],
    [["dead-letters", "list"], /rejected-1/],
    [["dead-letters", "show", id], /refused/],
    [["dead-letters", "export"], /rejected-1/],
    [
      ["dead-letters", "replay", "--connector", "crm", "--class", "expired", "--yes"],
      /Replayed 1 dead letter|nothing to replay/,
    ],
    [["deliveries", "show", id], /rejected-1/],
    [["quarantine", "list"], /none|empty|nothing|quarantine/i],
    [["audit", "list"], /replay/],
    [["alerts", "list"], /No alarm is on/],
    [["alerts", "silence", "paused_after/crm", "2h", "--why", "it moves"], /is silenced until/],
    [["reconcile", "status"], /No roster is kept/],
    [["reconcile", "show"], /./],
    [["backup", join(await mkdtemp(join(seeded.folder, "backups-")), "backup.db")], /is whole/],
    [["pause", "crm"], /crm is paused/],
    [["resume", "--connector", "crm"], /crm goes on/],
    [["retry", "--now", "--all"], /partner: \d+ deliveries waiting/],
  ] as const) {
    const { code, out, err } = await run(...args);
    assert.ok(code === 0 || code === 1, `${args.join(" ")}: ${code} ${err}`);
    assert.match(out + err, said, args.join(" "));
  }
}

/** What is sent after all depends on the settings. */
const REREAD = ["callbacks", "reread", "--since", "2d"];

const bare =
  (cwd: string, env: CommandOptions["env"] = {}) =>
  (...args: string[]) =>
    runCommand(args, { cwd, env });

describe("a shell without the secrets of the connectors", () => {
  it("can ask and steer the store all the same, and says that the configuration has faults", async () => {
    const run = bare(seeded.folder);
    await everyCommand((...args) => run(...args, "--config", "bridge.yaml"));
    const { err, out } = await run("status", "--config", "bridge.yaml");
    assert.equal(err, "bridge.yaml has 3 faults (`check` shows them); the store that it names is asked all the same\n");
    assert.doesNotMatch(out, /not configured|not in the configuration/);
  });

  it("still cannot serve, check, preview or send", async () => {
    const run = bare(seeded.folder);
    for (const args of [["serve"], ["check"], ["preview", "--user", "x"], ["send", "--user", "x"], REREAD]) {
      const { code, err } = await run(...args, "--config", "bridge.yaml");
      assert.ok(code === 1 || code === 2, args.join(" "));
      assert.match(err, /environment variables? (is|are) not set/);
    }
  });
});

describe("a faulty configuration", () => {
  const yaml = (storage: string, more = "") =>
    `chat: { apps: [{ sdk_app_id: many }] }\n${storage}\nconnectors: { crm: { type: webook }, partner: { type: webhook, url: x } }\n${more}`;
  const status = async (text: string, env: CommandOptions["env"] = {}) => {
    await writeFile(join(seeded.folder, "faulty.yaml"), text);
    return bare(seeded.folder, env)("status", "--config", "faulty.yaml");
  };

  it("does as long as it says for certain which store is meant", async () => {
    for (const storage of [
      "",
      "storage: { url: sqlite:./data/bridge.db }",
      "storage: { url: sqlite:./data/bridge.db, retention: soon }",
      'storage: { url: "${STORE}" }',
    ]) {
      const { code, out, err } = await status(yaml(storage), { STORE: "sqlite:./data/bridge.db" });
      assert.match(out, /crm +webhook/, `${storage}: ${code} ${err}`);
      assert.match(
        err,
        /^faulty\.yaml has \d faults? \(`check` shows them\); the store that it names is asked all the same\n$/,
      );
    }
  });

  it("says nothing of which connectors there are where that name is mistyped", async () => {
    await writeFile(join(seeded.folder, "faulty.yaml"), yaml("").replace("connectors:", "conectors:"));
    for (const args of [["status"], ["trace", "retried-1"]]) {
      const { out } = await bare(seeded.folder)(...args, "--config", "faulty.yaml");
      assert.match(out, /crm/);
      assert.doesNotMatch(out, /not configured|not in the configuration/);
    }
  });

  it("is refused, with the way out on one line, when it leaves the store in doubt; no other store is asked or made", async () => {
    const before = await readdir(join(seeded.folder, "data"));
    for (const text of [
      yaml('storage: { url: "${STORE}" }'),
      yaml("storage: { url: mysql://x }"),
      yaml("storage: { ulr: sqlite:./data/bridge.db }"),
      yaml("storage: { url: { file: ./x } }"),
      yaml("storage: sqlite:./data/bridge.db"),
      yaml("storag: { url: sqlite:./data/bridge.db }"),
      yaml("Storage: { url: sqlite:./data/bridge.db }"),
      yaml("", "log: { storage: { url: sqlite:./elsewhere.db } }"),
      `${yaml("")}  x: [`,
      "- a list\n",
      "",
    ]) {
      const { code, out, err } = await status(text);
      assert.deepEqual([code, out], [2, ""], text);
      assert.match(
        err,
        /^faulty\.yaml has \d faults? \(`check` shows them\) and does not say for certain which store is meant: .*--store PATH.*\n$/,
        text,
      );
    }
    assert.deepEqual(await readdir(join(seeded.folder, "data")), before);
  });

  it("is not needed with --store, whatever stands in it, and not even there", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "unsub-bridge-nowhere-"));
    try {
      const path = seeded.path("data/bridge.db");
      await everyCommand((...args) => bare(elsewhere)(...args, "--store", path));
      await everyCommand((...args) =>
        bare(elsewhere, { BRIDGE_STORE: `sqlite:${path}` })("--store", "BRIDGE_STORE", ...args),
      );
      assert.deepEqual(await readdir(elsewhere), []);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it("--store makes no store, takes no password from the command line, and is of no use to serve", async () => {
    const run = bare(seeded.folder);
    const missing = await run("status", "--store", "./data/another.db");
    assert.deepEqual([missing.code, missing.out], [3, ""]);
    assert.match(missing.err, /^--store: there is no store at .*another\.db\n$/);
    assert.ok(!(await readdir(seeded.path("data"))).includes("another.db"));
    const unset = await run("status", "--store", "NOT_SET");
    assert.match(unset.err, /there is no environment variable NOT_SET/);
    const shown = await run("status", "--store", "postgres://me:canary-pw@db.example/x");
    assert.equal(shown.code, 2);
    assert.match(shown.err, /a URL with a password is seen by everybody/);
    assert.doesNotMatch(shown.err + shown.out, /canary/);
    for (const args of [["serve"], ["check"], ["preview", "--user", "x"], ["send", "--user", "x"], REREAD]) {
      const { code, err } = await run(...args, "--store", "./data/bridge.db", "--config", "bridge.yaml");
      assert.equal(code, 2);
      assert.match(
        err,
        new RegExp(
          `^--store is of no use to \`${args.filter((each) => /^[a-z]+$/.test(each) && each !== "x").join(" ")}\``,
        ),
      );
    }
  });
});

describe("--store on PostgreSQL", () => {
  let server: TestServer | undefined;
  after(() => server?.stop());

  it("names the variable that holds the URL, and makes no tables where there are none", async () => {
    server = await startPostgres();
    const schema = server.schema();
    const run = bare(tmpdir(), { DATABASE_URL: server.url });
    const none = await run("status", "--store", "DATABASE_URL", "--store-schema", schema);
    assert.equal(none.code, 3);
    assert.match(none.err, /^--store: there is no store in the schema /);
    assert.equal((await run("status", "--store", "DATABASE_URL", "--store-schema", schema)).code, 3, "none was made");
    await (await openPostgres({ url: server.url, schema })).close();
    const { out, err } = await run("status", "--store", "DATABASE_URL", "--store-schema", schema);
    assert.equal(err, "");
    assert.match(out, /store {2}postgres/);
  });
});

describe("connectors by hand", () => {
  it("are named in either form, several at once, or all", async () => {
    const states = async () =>
      (await seeded.json("status")).connectors.map(({ name, condition }: { name: string; condition: string }) => [
        name,
        condition === "paused",
      ]);
    const both = (isPaused: boolean) => [
      ["crm", isPaused],
      ["partner", isPaused],
    ];
    for (const form of [
      ["crm", "partner"],
      ["--connector", "crm", "--connector", "partner"],
      ["crm", "--connector", "partner"],
      ["--all"],
    ]) {
      assert.equal((await seeded.command("pause", ...form)).code, 0, form.join(" "));
      assert.deepEqual(await states(), both(true));
      assert.match((await seeded.command("retry", "--now", ...form)).out, /crm: .*\npartner: /);
      assert.equal((await seeded.command("resume", ...form)).code, 0);
      assert.deepEqual(await states(), both(false));
    }
  });

  it("are left alone when one of them is unknown, or nobody says which", async () => {
    for (const args of [
      ["crm", "partners"],
      ["--connector", "crm", "--connector", "nobody"],
    ]) {
      const { code, err } = await seeded.command("pause", ...args);
      assert.equal(code, 2);
      assert.match(err, /There is no connector/);
    }
    for (const args of [[], ["crm", "--all"], ["--connector", "crm", "--all"]]) {
      const { code, err } = await seeded.command("pause", ...args);
      assert.equal(code, 2);
      assert.match(err, /^Say which: NAME, --connector NAME, or --all/);
    }
    assert.doesNotMatch((await seeded.command("status")).out, /paused/);
  });
});

describe("UNSUB_BRIDGE_CONFIG", () => {
  it("is the configuration where none is named, as the image and the pods set it", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "unsub-bridge-nowhere-"));
    try {
      const run = bare(elsewhere, { UNSUB_BRIDGE_CONFIG: seeded.config });
      assert.match((await run("status")).out, /crm +webhook/);
      assert.match(
        (await run("status", "--config", "other.yaml")).err,
        /^other\.yaml: the configuration cannot be read/,
      );
    } finally {
      await rm(elsewhere, { recursive: true });
    }
    const root = join(import.meta.dirname, "../..");
    assert.match(
      await readFile(join(root, "Dockerfile"), "utf8"),
      /ENV .*UNSUB_BRIDGE_CONFIG=\/app\/config\/bridge\.yaml/,
    );
    for (const name of ["sqlite.yaml", "postgres.yaml"]) {
      const text = await readFile(join(root, "config/kubernetes", name), "utf8");
      assert.match(text, /env: \[\{ name: UNSUB_BRIDGE_CONFIG, value: \/etc\/unsub-bridge\/bridge\.yaml \}\]/);
      assert.match(text, /\{ name: config, mountPath: \/etc\/unsub-bridge, readOnly: true \}/);
      assert.doesNotMatch(text, /--config/);
    }
  });
});
