/** What goes into the image: the program, and nothing of anybody's data. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { dirname, extname, join, relative } from "node:path";
import { before, describe, it } from "node:test";
import { imageMemory } from "./bench/setup.ts";
import { contextOf } from "./support/docker-context.ts";

const HOME = join(import.meta.dirname, "..");

/** What lies in a checkout in which somebody runs a bridge. */
const PERSONAL = [
  ...["config/data/bridge.db", "config/data/bridge.db-wal", "config/data/bridge.db-shm", "config/data/bridge.db.lock"],
  ...["config/data/bridge.db.replaced-20260101T000000Z", "config/data/bridge.db.rescued-20260101T000000Z"],
  ...["config/data/spool.jsonl", "config/data/spool.jsonl.taking-1", "config/data/spool.jsonl.refused"],
  ...["config/data/dead-letters.jsonl", "config/dead-letters.jsonl", "config/letters/dead-letters.jsonl.1"],
  ...["config/.env", "config/.env.local", ".env", ".env.example", "config/secrets/hubspot-token", "config/key.pem"],
  ...["config/store/bridge.db", "config/backup.db", "backup.db", "config/bridge.sqlite3", "out.jsonl", "src/bridge.db"],
  ...["connectors/mine/key.pem", "connectors/mine/credentials.json", "connectors/braze/token.txt", "src/dump.sql"],
  ...[
    "src/backup.tar.gz",
    "connectors/mine/data/people.ts",
    "config/secrets.json",
    "config/people.csv",
    "secrets.yaml",
  ],
  ...[
    "config/kubernetes/secret.yaml",
    "config/kubernetes/overlays/production/token.yml",
    "config/monitoring/alertmanager.yaml",
  ],
  ...["config/secrets.yaml", "config/production/hubspot-secret.yml", "config/credentials.ts"],
  ...["config/data/export.yaml", "src/.env", "connectors/data/seen.json", ".git/config", ".npmrc", "bench.json"],
];

async function filesOf(...patterns: string[]): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of glob(patterns, { cwd: HOME, withFileTypes: true })) {
    if (entry.isFile()) files.push(relative(HOME, join(entry.parentPath, entry.name)));
  }
  return files;
}

/** The files that a module needs, itself included, by the imports that stand in them. */
async function neededBy(file: string, known = new Set<string>()): Promise<Set<string>> {
  if (known.has(file)) return known;
  known.add(file);
  if (!/\.tsx?$/.test(file)) return known;
  const text = await readFile(join(HOME, file), "utf8");
  for (const [, target = ""] of text.matchAll(/^(?!\s*(?:\*|\/\/)).*(?:from|import|URL)\s*\(?\s*"(\.[^"]+)"/gm)) {
    const needed = join(dirname(file), target);
    // one that stands in a text is none, nor is a folder
    if (extname(needed) !== "" && existsSync(join(HOME, needed))) await neededBy(needed, known);
  }
  return known;
}

describe("the image", () => {
  let dockerignore: string;
  let context: string[];
  before(async () => {
    dockerignore = await readFile(join(HOME, ".dockerignore"), "utf8");
    const files = await filesOf("*", "{src,connectors,config,test}/**/*");
    context = contextOf(dockerignore, [...files, ...PERSONAL]);
  });

  it("gets no store, no spool, no dead letter, no backup and no credentials, wherever they lie", () => {
    assert.deepEqual(contextOf(dockerignore, PERSONAL), []);
  });

  it("gets nothing but the program, its connectors and what says how to run it", () => {
    const others = context.filter(
      (file) => !/^(src|connectors)\/[\w./-]+\.tsx?$|^src\/(console|api)\/browser\/[\w.-]+$/.test(file),
    );
    const [own, rest] = [(file: string) => file.startsWith("config/"), (file: string) => !file.startsWith("config/")];
    assert.deepEqual(others.filter(rest).sort(), ["LICENSE", "bun.lock", "package.json"]);
    const foreign = others.filter(own).filter((file) => !/\.(ya?ml|m?[jt]s)$/.test(file));
    assert.deepEqual(foreign, ["config/bridge.schema.json"]);
  });

  it("gets no tests, nor what only these need", () => {
    assert.deepEqual(
      context.filter((file) => /\.test\.|testing\.ts$/.test(file)),
      // for tests of connectors of one's own
      ["connectors/kit/testing.ts"],
    );
  });

  it("gets everything that the program imports, and a configuration and connectors that were put beside it", async () => {
    const needed = await neededBy("src/main.ts");
    // found by their folders
    for (const type of await filesOf("connectors/*/index.ts")) await neededBy(type, needed);
    // what a connector of one's own imports from the bridge
    const { exports } = JSON.parse(await readFile(join(HOME, "package.json"), "utf8"));
    for (const file of Object.values<string>(exports)) await neededBy(relative(".", file), needed);
    assert.ok(needed.size > 100, "imports are found");
    for (const file of [...needed, "src/storage/sqlite/thread-entry.ts"]) {
      assert.ok(context.includes(file), file);
    }
    const own = ["config/bridge.yaml", "config/tests/a.yaml", "config/my-crm.ts", "config/connectors/my-crm.ts"];
    assert.deepEqual(contextOf(dockerignore, own), own);
  });

  it("needs no shell, since it has none: whatever is run in it is named without one", async () => {
    const dockerfile = await readFile(join(HOME, "Dockerfile"), "utf8");
    const stages = dockerfile.split(/^(?=FROM )/m);
    const last = stages.at(-1) ?? "";
    assert.match(last, /^FROM scratch$/m);
    assert.doesNotMatch(last, /^RUN /m);
    for (const word of ["ENTRYPOINT", "CMD", "HEALTHCHECK .*\\\\\n +CMD"])
      assert.match(last, new RegExp(`^${word} \\["`, "m"));
    const files = ["compose.yaml", "config/kubernetes/sqlite.yaml", "config/kubernetes/postgres.yaml"];
    for (const file of files) {
      const text = await readFile(join(HOME, file), "utf8");
      assert.doesNotMatch(text, /CMD-SHELL|"(?:\/bin\/)?(?:ba)?sh"|command: \[?sh\b/, file);
    }
  });

  it("gets all that its Dockerfile copies, and no TypeScript", async () => {
    const dockerfile = await readFile(join(HOME, "Dockerfile"), "utf8");
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = ""]) =>
      files.split(" "),
    );
    assert.ok(copied.length > 0);
    for (const name of copied)
      assert.ok(
        context.some((file) => file === name || file.startsWith(`${name}/`)),
        name,
      );
    assert.match(dockerfile, /rm -rf node_modules\/typescript node_modules\/@typescript/);
  });
});

describe("the image's memory", () => {
  it("is measured as the image runs, and every example gives a container the same", async () => {
    assert.deepEqual(await imageMemory(), { BUN_JSC_forceRAMSize: String(128 * 1024 * 1024) });
    const read = (file: string) => readFile(join(HOME, file), "utf8");
    const [compose, sqlite, postgres] = await Promise.all(
      ["compose.yaml", "config/kubernetes/sqlite.yaml", "config/kubernetes/postgres.yaml"].map(read),
    );
    assert.equal(compose?.match(/mem_limit: (\d+)m/)?.[1], "384");
    for (const pod of [sqlite, postgres]) assert.equal(pod?.match(/limits: \{ memory: (\d+)Mi/)?.[1], "384");
  });
});

describe("a .dockerignore", () => {
  for (const [patterns, left] of [
    ["*\n!a", ["a", "a/b.ts", "a/c/d.ts"]],
    ["*\n!a\na/c", ["a", "a/b.ts"]],
    ["**/*.ts", ["a", "e/.env"]],
    ["*.ts", ["a", "a/b.ts", "a/c/d.ts", "e/.env"]],
    ["**/.env*\n# **", ["a", "a/b.ts", "a/c/d.ts"]],
    ["*\n!a/**/*.ts", ["a/b.ts", "a/c/d.ts"]],
    ["/a/\n!a/c/", ["a/c/d.ts", "e/.env"]],
  ] as const) {
    it(`is read as Docker does: ${JSON.stringify(patterns)}`, () => {
      assert.deepEqual(contextOf(patterns, ["a", "a/b.ts", "a/c/d.ts", "e/.env"]), left);
    });
  }
});
