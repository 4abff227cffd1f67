/** What npm packs for authors of connectors: an empty project that installs it can import it, run the suite, and check its types. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand } from "./support/command.ts";

const HOME = join(import.meta.dirname, "..");
const EXAMPLE = join(HOME, "config/example-connector");
/** What of a checkout is packed, or says how. */
const CHECKOUT = ["src", "connectors", "package.json", "deno.json", "LICENSE", "README.md"];
const DENO = join(HOME, "node_modules/.bin/deno");
/** With the runtime that runs these tests, and with Deno in any case, which runs no TypeScript in `node_modules`. */
const RUNNERS: readonly (readonly string[])[] = [
  ...("Deno" in globalThis ? [] : [[process.execPath, "test", "./board.test.ts"]]),
  [DENO, "test", "--no-check", "--allow-all", "./board.test.ts"],
];

interface Ended {
  readonly code: number;
  readonly said: string;
}

function run([file = "", ...args]: readonly string[], cwd: string): Promise<Ended> {
  const env = { ...process.env, npm_config_offline: "true", npm_config_update_notifier: "false", NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1) || 1, said: out + err });
    });
  });
}

/** Packs a copy: the checkout's manifest stands aside meanwhile, which others of these tests would meet. */
async function pack(folder: string): Promise<string> {
  for (const name of CHECKOUT) await cp(join(HOME, name), join(folder, name), { recursive: true });
  await symlink(join(HOME, "node_modules"), join(folder, "node_modules"));
  const manifest = await readFile(join(folder, "package.json"), "utf8");
  // as one leaves it that was cut off before it had packed
  const cutOff = await run([DENO, "run", "--allow-all", "connectors/kit/package.ts", "build"], folder);
  assert.equal(cutOff.code, 0, cutOff.said);
  assert.notEqual(await readFile(join(folder, "package.json"), "utf8"), manifest);
  const packed = await run(["npm", "pack"], folder);
  assert.equal(packed.code, 0, packed.said);
  assert.equal(await readFile(join(folder, "package.json"), "utf8"), manifest, "the manifest is as it was");
  const [, tarball = ""] = /^(unsub-bridge-.*\.tgz)$/m.exec(packed.said) ?? [];
  return join(folder, tarball);
}

/** An empty project with the package in it, its dependencies linked: no registry is asked. */
async function project(folder: string, tarball: string): Promise<void> {
  const installed = join(folder, "node_modules/unsub-bridge");
  await mkdir(installed, { recursive: true });
  const unpacked = await run(["tar", "-xzf", tarball, "--strip-components=1", "-C", installed], folder);
  assert.equal(unpacked.code, 0, unpacked.said);
  const { dependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), "bun-types"]) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(HOME, "node_modules", name), link);
  }
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "mine", type: "module" }));
  for (const name of ["board.ts", "board.test.ts"]) await cp(join(EXAMPLE, name), join(folder, name));
}

describe("the package", () => {
  let folder = "";
  let mine = "";
  let files: readonly string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-package-"));
    const checkout = join(folder, "checkout");
    mine = join(folder, "mine");
    await mkdir(checkout);
    await mkdir(mine);
    const tarball = await pack(checkout);
    files = (await run(["tar", "-tzf", tarball], folder)).said.trim().split("\n");
    await project(mine, tarball);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("holds JavaScript with its declarations, what describes it, and nothing else", () => {
    const others = files.filter((file) => !/^package\/build\/(src|connectors\/kit)\/[\w/-]+\.(js|d\.ts)$/.test(file));
    assert.deepEqual(others.sort(), ["package/LICENSE", "package/README.md", "package/package.json"]);
    for (const file of files.filter((name) => name.endsWith(".js"))) {
      assert.ok(files.includes(file.replace(/\.js$/, ".d.ts")), file);
    }
    const strays = files.filter((file) => /\.test\.|\/(cli|intake|spool|demo|sqlite|postgres|hubspot)\//.test(file));
    assert.deepEqual(strays, []);
  });

  it("exports what the checkout exports, and needs what is imported", async () => {
    const read = async (path: string) => JSON.parse(await readFile(path, "utf8"));
    const [checkout, packed] = [
      await read(join(HOME, "package.json")),
      await read(join(mine, "node_modules/unsub-bridge/package.json")),
    ];
    assert.deepEqual(Object.keys(packed.exports), Object.keys(checkout.exports));
    // Deno goes by a list of its own in a checkout
    const { imports } = await read(join(HOME, "deno.json"));
    const named = Object.entries(checkout.exports).map(([name, file]) => [name.replace(/^\./, "unsub-bridge"), file]);
    assert.deepEqual(imports, Object.fromEntries(named));
    for (const { types, default: built } of Object.values<{ types: string; default: string }>(packed.exports)) {
      for (const file of [types, built]) assert.ok(files.includes(join("package", file)), file);
    }
    assert.deepEqual(Object.keys(packed.dependencies), ["@sinclair/typebox", "liquidjs", "yaml"]);
    assert.equal(packed.devDependencies, undefined);
  });

  for (const runner of RUNNERS) {
    it(`runs the suite over a connector in a project that installed it: ${runner[0]?.split("/").at(-1)}`, async () => {
      const { code, said } = await run(runner, mine);
      assert.equal(code, 0, said);
      assert.match(said, /board: what every connector keeps/);
    });
  }

  it("is checked by tsc as the README says, without types of any runtime, and run by the bridge from there", async () => {
    const readme = await readFile(join(HOME, "README.md"), "utf8");
    const [, config = ""] = /^```json\n(\{ "compilerOptions": .*)\n```$/m.exec(readme) ?? [];
    await writeFile(join(mine, "tsconfig.json"), config);
    const { code, said } = await run([join(HOME, "node_modules/.bin/tsc")], mine);
    await rm(join(mine, "tsconfig.json"));
    assert.equal(code, 0, said);
    const lines = ["type: ../mine/board.ts", "url: https://board.example/messages", 'token: "${BOARD_TOKEN}"'];
    await mkdir(join(folder, "bridge"));
    await writeFile(
      join(folder, "bridge/bridge.yaml"),
      `chat: { apps: [{ sdk_app_id: 1, allow_unsigned: true }] }\nconnectors:\n  board: { ${lines.join(", ")} }\n`,
    );
    const args = ["check", "--config", join(folder, "bridge/bridge.yaml")];
    const checked = await runCommand(args, { env: { BOARD_TOKEN: "a-token-of-the-board" }, cwd: folder });
    assert.match(checked.out, /is well: board \(board\)/, checked.err);
  });

  for (const [module, resolution] of [
    ["Preserve", "bundler"],
    ["NodeNext", "NodeNext"],
  ] as const) {
    it(`has types for a strict project that resolves modules as ${resolution}`, async () => {
      const options = ["--noEmit", "--ignoreConfig", "--strict", "--module", module, "--moduleResolution", resolution];
      const more = ["--allowImportingTsExtensions", "--types", "bun-types", "--target", "ESNext"];
      await writeFile(
        join(mine, "wrong.ts"),
        'import { delivered } from "unsub-bridge/connector";\nexport const wrong: number = delivered();\n',
      );
      const tsc = [join(HOME, "node_modules/.bin/tsc"), ...options, ...more];
      const right = await run([...tsc, "--skipLibCheck", "board.ts", "board.test.ts"], mine);
      assert.equal(right.code, 0, right.said);
      // and they are no `any`
      const { said } = await run([...tsc, "--skipLibCheck", "wrong.ts"], mine);
      assert.match(said, /wrong\.ts\(2,14\): error TS2322/);
    });
  }
});
