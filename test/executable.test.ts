/** The bridge as one executable file, away from any checkout. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { builtInTypes } from "../src/config/connector-types/built-in.ts";
import { ON_BUN_ALONE } from "./support/on-bun.ts";
import { freePortsInARow } from "./support/ports.ts";
import { launchExecutable } from "./support/process.ts";

const HOME = join(import.meta.dirname, "..");

describe("an executable of one file", { skip: ON_BUN_ALONE }, () => {
  let folder = "";
  let file = "";
  const run = (...args: readonly string[]) => runFile(file, args, folder);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-executable-"));
    file = join(folder, "unsub-bridge");
    const built = await runFile(process.execPath, ["run", join(HOME, "src/executable/build.ts"), file], HOME);
    assert.equal(built.code, 0, built.said);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("knows every built-in type, and writes a configuration that it finds well", async () => {
    const made = await run("init", "--sandbox");
    assert.equal(made.code, 0, made.said);
    assert.match((await run("--help")).said, /^Usage: \.\/\S+ \[options\]/);
    const checked = await run("check");
    assert.equal(checked.code, 0, checked.said);
    for (const type of builtInTypes()) assert.match(checked.said, new RegExp(`\\(${type}\\)`));
    const schema = await readFile(join(folder, "config/bridge.schema.json"), "utf8");
    assert.equal(schema, await readFile(join(HOME, "config/bridge.schema.json"), "utf8"));
  });

  it("loads a connector of one's own from a file, which imports the bridge's words", async () => {
    await mkdir(join(folder, "own"));
    await copyFile(join(HOME, "config/example-connector/board.ts"), join(folder, "own/board.ts"));
    const yaml = `chat: { apps: [{ sdk_app_id: 1, token: sandbox-token }] }
connectors: { board: { type: ./board.ts, url: "http://127.0.0.1:9/", token: sandbox-token } }
`;
    await writeFile(join(folder, "own/bridge.yaml"), yaml);
    const { code, said } = await run("check", "--config", "own/bridge.yaml");
    assert.equal(code, 0, said);
    assert.match(said, /is well: board \(board\)/);
    // by the tools that it imports as well
    const previewed = await run("preview", "--user", "jared", "--config", "own/bridge.yaml");
    assert.match(previewed.said, /jared/);
  });

  it("takes a callback, keeps it in its store, delivers it to its own stand-ins, and tells of it", async () => {
    const types = builtInTypes();
    const sandboxPort = await freePortsInARow(types.length + 2);
    const [port, admin] = [sandboxPort + types.length, sandboxPort + types.length + 1];
    const made = await run("init", "--force", "--sandbox", `${sandboxPort}`);
    assert.equal(made.code, 0, made.said);
    const config = join(folder, "config/bridge.yaml");
    const yaml = await readFile(config, "utf8");
    await writeFile(
      config,
      yaml
        .replace("8080", `${port}`)
        .replace("8081", `${admin}`)
        .replace("path: /callback", "path: /callback, drain: 100ms"),
    );
    const sandbox = launchExecutable(file, ["sandbox", "--json", "--port", `${sandboxPort}`], folder);
    const bridge = launchExecutable(file, ["serve"], folder);
    try {
      await bridge.logged("admin.ready");
      const sent = await run("send", "--user", "jared", "--show");
      assert.equal(sent.code, 0, sent.said);
      assert.match(sent.said, /✓ It has arrived everywhere/);
      const status = await run("status");
      assert.match(status.said, /ready +0 +1 +1 /, status.said);
      assert.match((await run("trace", "jared")).said, /delivered/);
    } finally {
      await Promise.all([bridge.stop(), sandbox.kill()]);
    }
    assert.ok(bridge.lines.some((line) => line.includes("bridge.stopped")));
  });
});

function runFile(program: string, args: readonly string[], cwd: string) {
  // what a checkout has beside it must not be found by chance
  const env = { PATH: process.env.PATH, HOME: cwd, NO_COLOR: "1" };
  return new Promise<{ readonly code: number; readonly said: string }>((resolve) => {
    execFile(program, args, { cwd, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code) || 1, said: out + err });
    });
  });
}
