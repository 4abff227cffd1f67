/** A setting that was renamed or removed: taken with a warning for one minor release, and rewritten by `check --fix`. */
import assert from "node:assert/strict";
import { chmod, lstat, readdir, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadBuiltIn } from "../../src/config/connector-types/built-in.ts";
import { rewriteOutdated } from "../../src/config/deprecated/rewrite.ts";
import type { Deprecated } from "../../src/config/deprecated/table.ts";
import { configJsonSchema } from "../../src/config/derived/json-schema.ts";
import { loadConfig } from "../../src/config/load.ts";
import { type Folder, inFolder } from "../cli/folder.ts";
import { inShort } from "./support.ts";

/** Made up: as if these had other names, or more of them, in the release before. */
const TABLE: readonly Deprecated[] = [
  { path: ["storage", "spool_limit"], to: "spool_max", until: "0.4.0" },
  { path: ["chat", "apps", "*", "app_id"], to: "sdk_app_id", until: "0.4.0" },
  { path: ["connectors", "*", "address"], type: "webhook", to: "url", until: "0.4.0" },
  { path: ["connectors", "*", "burst"], instead: 'use "rate" instead', until: "0.4.0" },
];

const ENV = { TOKEN: "chat-callback-token", SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };

const OLD = `# ours
chat:
  apps:
    - app_id: 1400000000   # the one in Singapore
      token: "\${TOKEN}"

storage: { "spool_limit": 2 GiB, spool: ./spool.jsonl } # on the large disk
connectors:
  partner:
    type: webhook
    # asked on Mondays
    address:   'https://partner.example/unsubscribes'
    burst: 20 # as agreed
    secret: \${SECRET}
`;

const NEW = `# ours
chat:
  apps:
    - sdk_app_id: 1400000000   # the one in Singapore
      token: "\${TOKEN}"

storage: { spool_max: 2 GiB, spool: ./spool.jsonl } # on the large disk
connectors:
  partner:
    type: webhook
    # asked on Mondays
    url:   'https://partner.example/unsubscribes'
    # as agreed
    secret: \${SECRET}
`;

const inPlace = (use: (folder: Folder) => Promise<void>, yaml = OLD): Promise<void> =>
  inFolder(async (folder) => {
    await folder.write("bridge.yaml", yaml);
    await use(folder);
  });

const check = (folder: Folder, ...args: string[]) =>
  folder.run(["check", "--config", "bridge.yaml", ...args], { env: ENV, deprecated: TABLE });

describe("a setting under its old name", () => {
  it("is taken, and warned of at its place with what to write", () =>
    inPlace(async ({ path }) => {
      const loaded = await loadConfig(join(path, "bridge.yaml"), ENV, undefined, TABLE);
      assert.ok(loaded.ok);
      assert.equal(loaded.config.storage.spool_max, 2 * 1024 ** 3);
      assert.equal(loaded.config.connectors[0]?.settings.url, "https://partner.example/unsubscribes");
      assert.deepEqual(loaded.config.warnings.map(inShort), [
        '4:7 chat.apps[0].app_id: warning: "app_id" is now "sdk_app_id"; use "sdk_app_id" instead (`check --fix` rewrites it); 0.4.0 knows it no longer',
        '7:12 storage.spool_limit: warning: "spool_limit" is now "spool_max"; use "spool_max" instead (`check --fix` rewrites it); 0.4.0 knows it no longer',
        '12:5 connectors.partner.address: warning: "address" is now "url"; use "url" instead (`check --fix` rewrites it); 0.4.0 knows it no longer',
        '13:5 connectors.partner.burst: warning: "burst" has no effect any more; use "rate" instead (`check --fix` takes it out); 0.4.0 knows it no longer',
      ]);
    }));

  it("is an error where the new name stands beside it", () =>
    inPlace(
      async (folder) => {
        const { code, err } = await check(folder);
        assert.equal(code, 1);
        assert.match(err, /"address" is now "url", and both stand here; delete "address"/);
        assert.equal((await check(folder, "--fix")).code, 1);
        assert.match(await folder.read("bridge.yaml"), /address:.*\n {4}url: https:\/\/other\.example/);
      },
      OLD.replace("    burst: 20 # as agreed\n", "    url: https://other.example\n"),
    ));

  it("is unknown to a release whose table has it no longer", () =>
    inPlace(async ({ path }) => {
      const loaded = await loadConfig(join(path, "bridge.yaml"), ENV);
      assert.ok(!loaded.ok && loaded.faults.some(({ what }) => what === 'unknown setting "address"'));
    }));

  it("shows no credential that it held", () =>
    inPlace(
      async (folder) => {
        const { err } = await check(folder);
        assert.match(err, /burst/);
        assert.doesNotMatch(err, /hush-hush/);
      },
      OLD.replace("burst: 20", "burst: hush-hush"),
    ));
});

describe("check --fix", () => {
  it("gives the file the new names, and all else in it stays as it was", () =>
    inPlace(async (folder) => {
      const { code, out, err } = await check(folder, "--fix");
      assert.equal(await folder.read("bridge.yaml"), NEW);
      assert.equal(
        out,
        `✓ bridge.yaml chat.apps[0].app_id is now "sdk_app_id"
✓ bridge.yaml storage.spool_limit is now "spool_max"
✓ bridge.yaml connectors.partner.address is now "url"
✓ bridge.yaml connectors.partner.burst is taken out
✓ bridge.yaml is well: partner (webhook)
`,
      );
      assert.deepEqual([code, err], [0, ""]);
      assert.match((await check(folder, "--fix")).out, /^bridge\.yaml: nothing to rewrite\n/);
    }));

  it("says in JSON what it did", () =>
    inPlace(async (folder) => {
      const { fixed, faults } = JSON.parse((await check(folder, "--fix", "--json")).out);
      assert.deepEqual(fixed.done.at(-1), { path: "connectors.partner.burst", to: null });
      assert.deepEqual([fixed.done.length, fixed.left, faults], [4, [], []]);
    }));

  it("keeps the file's rights and a link to it, and leaves nothing beside it", () =>
    inPlace(async (folder) => {
      const [file, real] = [join(folder.path, "bridge.yaml"), join(folder.path, "real.yaml")];
      await rename(file, real);
      await chmod(real, 0o640);
      await symlink("real.yaml", file);
      await check(folder, "--fix");
      assert.equal(await folder.read("real.yaml"), NEW);
      assert.equal((await stat(real)).mode & 0o777, 0o640);
      assert.ok((await lstat(file)).isSymbolicLink());
      assert.deepEqual((await readdir(folder.path)).sort(), ["bridge.yaml", "real.yaml"]);
    }));

  it("says that a file cannot be rewritten, and leaves it whole", () =>
    inPlace(async (folder) => {
      await writeFile(join(folder.path, "bridge.yaml.new"), "somebody's");
      const { code, err } = await check(folder, "--fix");
      assert.equal(code, 1);
      assert.match(err, /^bridge\.yaml cannot be rewritten: .*exist/i);
      assert.equal(await folder.read("bridge.yaml"), OLD);
      assert.equal(await folder.read("bridge.yaml.new"), "somebody's");
    }));

  it("leaves a file that cannot be parsed to check itself", () =>
    inPlace(async (folder) => {
      assert.equal((await check(folder, "--fix")).code, 1);
      assert.equal(await folder.read("bridge.yaml"), "chat: [\n");
    }, "chat: [\n"));
});

/** What stands in the file, and what is made of it; null for what has to be changed by hand. */
const TEXTS: readonly (readonly [what: string, yaml: string, after: string | null])[] = [
  [
    "the last of a flow map",
    "connectors: { a: { type: webhook, burst: 1 } }\n",
    "connectors: { a: { type: webhook } }\n",
  ],
  [
    "the first of a flow map",
    "connectors: { a: { burst: 1, type: webhook } }\n",
    "connectors: { a: { type: webhook } }\n",
  ],
  [
    "line ends of Windows",
    "connectors:\r\n  a:\r\n    burst: 1\r\n    x: 2\r\n",
    "connectors:\r\n  a:\r\n    x: 2\r\n",
  ],
  [
    "a value of several lines",
    "connectors:\n  a:\n    burst:\n      - 1\n\n    # about x\n    x: 2\n",
    "connectors:\n  a:\n\n    # about x\n    x: 2\n",
  ],
  [
    "a text in a block",
    "connectors:\n  a:\n    burst: |\n      one\n      two\n    x: 2\n",
    "connectors:\n  a:\n    x: 2\n",
  ],
  ["nothing behind the colon", "connectors:\n  a:\n    burst:\n    x: 2\n", "connectors:\n  a:\n    x: 2\n"],
  ["the only one of its block", "connectors:\n  a:\n    burst: 1\n", "connectors:\n  a:\n"],
  ["the end without a line break", "connectors:\n  a:\n    x: 2\n    burst: 1", "connectors:\n  a:\n    x: 2\n"],
  [
    "an anchor that two share",
    "connectors:\n  a: &a\n    burst: 1\n    x: 2\n  b: *a\n",
    "connectors:\n  a: &a\n    x: 2\n  b: *a\n",
  ],
  ["a value that an alias needs", "connectors:\n  a:\n    burst: &n 1\n    x: *n\n", null],
  [
    "a block that is shared with another type",
    "connectors:\n  a:\n    type: webhook\n    tls: &x { address: u }\n",
    "connectors:\n  a:\n    type: webhook\n    tls: &x { address: u }\n",
  ],
  [
    "another type",
    "connectors:\n  a:\n    type: hubspot\n    address: u\n",
    "connectors:\n  a:\n    type: hubspot\n    address: u\n",
  ],
];

describe("rewriting", () => {
  for (const [what, yaml, after] of TEXTS) {
    it(`${after === null ? "leaves to people" : "minds"} ${what}`, () => {
      const { text, left } = rewriteOutdated(yaml, TABLE);
      assert.equal(text, after ?? yaml);
      assert.equal(left.length, after === null ? 1 : 0);
    });
  }
});

/** As if these had stood in other blocks. */
const MOVED: readonly Deprecated[] = [
  { path: ["server", "spool_max"], to: ["storage", "spool_max"], until: "0.4.0" },
  { path: ["chat", "level"], to: ["log", "level"], until: "0.4.0" },
  { path: ["connectors", "*", "give_up"], to: ["connectors", "*", "retry", "give_up_after"], until: "0.4.0" },
];

/** What stands in the file, and what is made of it; null for what has to be moved by hand. */
const MOVES: readonly (readonly [what: string, yaml: string, after: string | null])[] = [
  [
    "a block that is there",
    "server:\n  spool_max: 1GiB # large\n  port: 1\nstorage:\n  # ours\n  url: x\n",
    "server:\n  # large\n  port: 1\nstorage:\n  # ours\n  spool_max: 1GiB\n  url: x\n",
  ],
  [
    "a block above",
    "storage:\n  url: x\nserver: { port: 1, spool_max: 1GiB }\n",
    "storage:\n  spool_max: 1GiB\n  url: x\nserver: { port: 1 }\n",
  ],
  [
    "a block in braces",
    "storage: { url: x }\nserver: { spool_max: 1GiB, port: 1 }\n",
    "storage: { spool_max: 1GiB, url: x }\nserver: { port: 1 }\n",
  ],
  ["a block that is not there", "chat:\n  level: warn\n  x: 1\n", "chat:\n  x: 1\nlog:\n  level: warn\n"],
  [
    "a block of the same connector",
    "connectors:\n  a:\n    give_up: 1h\n    rate: 1/s\n  b:\n    retry:\n      max_delay: 1m\n    give_up: 2h\n",
    "connectors:\n  a:\n    retry:\n      give_up_after: 1h\n    rate: 1/s\n  b:\n    retry:\n      give_up_after: 2h\n      max_delay: 1m\n",
  ],
  ["two that are there", "chat: { level: warn, x: 1 }\nlog: { level: info }\n", null],
  ["a value on many lines", "chat:\n  level: |\n    warn\n  x: 1\n", null],
];

describe("a setting that has moved to another block", () => {
  for (const [what, yaml, after] of MOVES) {
    it(`${after === null ? "is left to people" : "is put into its place"}: ${what}`, () => {
      const { text, left } = rewriteOutdated(yaml, MOVED);
      assert.equal(text, after ?? yaml);
      assert.equal(left.length, after === null ? 1 : 0);
    });
  }

  it("is taken where it stood, and warned of with where it stands now", () =>
    inPlace(async ({ path }) => {
      const loaded = await loadConfig(join(path, "bridge.yaml"), ENV, undefined, MOVED);
      assert.ok(loaded.ok, JSON.stringify(!loaded.ok && loaded.faults));
      assert.equal(loaded.config.log.level, "warn");
      assert.deepEqual(loaded.config.warnings.map(inShort).slice(0, 1), [
        "1:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`",
      ]);
      assert.match(
        loaded.config.warnings.map(inShort).join("\n"),
        /chat\.level: warning: "level" is now "log\.level"; use "log\.level" instead/,
      );
    }, 'chat:\n  apps: [{ sdk_app_id: 1, token: "${TOKEN}" }]\n  level: warn\n'));
});

describe("the schema for editors", () => {
  it("strikes a deprecated setting through, and says what to write", async () => {
    const schema = configJsonSchema([await loadBuiltIn("webhook"), await loadBuiltIn("segment")], [...TABLE, ...MOVED]);
    const at = (...path: string[]) =>
      path.reduce<unknown>((node, part) => Reflect.get(Object(node), part), schema) as Record<string, unknown>;
    const old = at("properties", "storage", "properties", "spool_limit");
    const { deprecated, deprecationMessage, doNotSuggest, ...shape } = old;
    assert.deepEqual([deprecated, doNotSuggest], [true, true]);
    assert.equal(deprecationMessage, 'use "spool_max" instead; 0.4.0 knows it no longer');
    const { description } = at("properties", "storage", "properties", "spool_max");
    assert.equal(shape.description, description);
    assert.match(
      String(at("properties", "chat", "properties", "level").deprecationMessage),
      /use "log\.level" instead/,
    );
    assert.equal(at("properties", "chat", "properties", "apps", "items", "properties", "app_id").deprecated, true);
    for (const type of ["webhook", "segment"]) {
      assert.match(String(at("definitions", type, "properties", "burst").deprecationMessage), /use "rate" instead/);
    }
    assert.equal(at("definitions", "webhook", "properties", "address").deprecated, true);
    assert.equal(at("definitions", "segment", "properties").address, undefined);
  });
});
