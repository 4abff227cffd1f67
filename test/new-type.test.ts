/** A connector type of the bridge's own is a folder, and a row in the README's table: nothing else is written by hand. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

const HOME = join(import.meta.dirname, "..");
const COPIED = ["src", "connectors", "config", "test", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE"];
const MANIFESTS = [
  "package.json",
  "deno.json",
  "tsconfig.json",
  "bunfig.toml",
  "bun.lock",
  ".dockerignore",
  "Dockerfile",
];
/** Tests that speak of every type. */
const TESTS = [
  "connectors/board",
  "test/config/generated.test.ts",
  "test/config/faults.test.ts",
  "test/cli/init.test.ts",
];

let folder = "";

function run(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const options = { cwd: folder, env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code) || 1, said: out + err });
    });
  });
}
const isDeno = "Deno" in globalThis;
const program = (file: string, ...args: readonly string[]) =>
  isDeno ? run("run", "--no-prompt", "--allow-all", file, ...args) : run("run", file, ...args);
const tests = (...files: readonly string[]) =>
  isDeno ? run("test", "--no-check", "--allow-all", ...files) : run("test", "--timeout", "120000", ...files);

/** The example, moved into the bridge. */
async function addBoard(): Promise<void> {
  const example = join(folder, "config/example-connector");
  const board = join(folder, "connectors/board");
  await mkdir(board);
  const moved = (text: string) =>
    text
      .replace(
        /"unsub-bridge\/(connector|tools)"/g,
        (_, name) => `"../../src/connector${name === "tools" ? "-tools" : ""}.ts"`,
      )
      .replace(/"unsub-bridge\/(conformance|sandbox)"/g, '"../kit/$1.ts"')
      .replaceAll("./board.ts", "./index.ts");
  const source = moved(await readFile(join(example, "board.ts"), "utf8"));
  await writeFile(join(board, "index.ts"), source.replace(/example: "type: [^\\]*\\n/, 'example: "type: board\\n'));
  await writeFile(join(board, "index.test.ts"), moved(await readFile(join(example, "board.test.ts"), "utf8")));
  await writeFile(join(board, "README.md"), "# Board\n\n<!-- settings:begin -->\n<!-- settings:end -->\n");
  const readme = await readFile(join(folder, "README.md"), "utf8");
  const row = "| `board` | posts a line to our message board | [connectors/board](connectors/board/README.md) |\n";
  await writeFile(join(folder, "README.md"), readme.replace(/^(?=\| `hubspot`)/m, row));
}

describe("a new connector type", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-type-"));
    for (const name of [...COPIED, ...MANIFESTS]) await cp(join(HOME, name), join(folder, name), { recursive: true });
    await symlink(join(HOME, "node_modules"), join(folder, "node_modules"));
    await addBoard();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("is in the schema and has its table of settings once `generate` has run", async () => {
    const { code, said } = await program("src/config/derived/generate.ts");
    assert.equal(code, 0, said);
    const schema = JSON.parse(await readFile(join(folder, "config/bridge.schema.json"), "utf8"));
    assert.deepEqual(schema.definitions.board.properties.type.const, "board");
    assert.match(
      await readFile(join(folder, "connectors/board/README.md"), "utf8"),
      /^\| `token` +\| The board's token\./m,
    );
  });

  it("passes the suite, and all that is tested of every type", async () => {
    const { code, said } = await tests(...TESTS, "test/architecture.test.ts");
    assert.equal(code, 0, said);
    assert.match(said, /board: what every connector keeps/);
    assert.match(said, /board runs the conformance suite in a test of its own folder/);
    assert.match(said, /makes a configuration of board alone that is faultless/);
  });

  it("is offered by `init`", async () => {
    const help = await program("src/main.ts", "init", "--help");
    assert.match(help.said.replace(/\s+/g, " "), /where events go: board, /);
  });
});
