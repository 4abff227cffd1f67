/** `backup` and `restore` as the image runs them: from what it gets, with Bun and nothing else beside. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { postCallback } from "./support/callbacks.ts";
import { contextOf } from "./support/docker-context.ts";
import { guarded } from "./support/guard.ts";
import { signalChild } from "./support/signal.ts";
import { CREDENTIALS, openWorld, type World } from "./support/world.ts";

const HOME = join(import.meta.dirname, "..");
const IS_DENO = "Deno" in globalThis;

// the image runs Bun
describe("in the image", { skip: IS_DENO }, () => {
  let app: string;
  let data: string;
  let command: string;
  let world: World;
  before(async () => {
    app = await mkdtemp(join(tmpdir(), "unsub-bridge-image-"));
    data = await mkdtemp(join(tmpdir(), "unsub-bridge-volume-"));
    world = await openWorld();
    await copyContext(app);
    await Promise.all([
      symlink(join(HOME, "node_modules"), join(app, "node_modules")),
      cp(world.config, join(app, "config/bridge.yaml")),
    ]);
    command = await writeCommand(app);
  });
  after(async () => {
    await world.close();
    for (const folder of [app, data]) await rm(folder, { recursive: true, force: true });
  });

  /** Its entry point; no other program is found. */
  function begin(...args: string[]) {
    const where = { UNSUB_BRIDGE_DATA: data, UNSUB_BRIDGE_CONFIG: join(app, "config/bridge.yaml") };
    const own = { NODE_ENV: "production", UNSUB_BRIDGE_PROGRAM: "unsub-bridge", PATH: join(app, "nothing") };
    const env = { ...CREDENTIALS, ...where, ...own };
    const child = guarded(spawn(command, args, { cwd: app, env, stdio: ["ignore", "pipe", "pipe"] }));
    const exited = once(child, "close");
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Uint8Array) => {
        said += new TextDecoder().decode(chunk);
      });
    }
    return { child, ended: async () => ({ code: Number((await exited)[0]), said }) };
  }
  const run = (...args: string[]) => begin(...args).ended();

  async function serve() {
    const { child, ended } = begin("serve");
    for await (const line of createInterface({ input: child.stdout })) {
      const { fact, url, path } = JSON.parse(line) as Record<string, string>;
      if (fact !== "bridge.ready") continue;
      child.stdout.resume();
      return {
        url: `${url}${path}`,
        async stop() {
          signalChild(child, "SIGTERM");
          const { code, said } = await ended();
          assert.equal(code, 0, said);
        },
      };
    }
    throw new Error((await ended()).said);
  }

  it("the command says its version, and what it is called", async () => {
    const { version } = JSON.parse(await readFile(join(HOME, "package.json"), "utf8"));
    assert.deepEqual(await run("--version"), { code: 0, said: `${version}\n` });
    assert.match((await run("help")).said, /^Usage: unsub-bridge /);
  });

  it("a backup is made beside the bridge and put back without it, and no other program is asked", async () => {
    const file = join(data, "backup.db");
    const bridge = await serve();
    assert.ok(await postCallback(bridge.url, { users: ["early"] }));
    const made = await run("backup", file);
    assert.equal(made.code, 0, made.said);
    assert.match(made.said, /It was looked through, and is whole/);
    assert.ok(await postCallback(bridge.url, { users: ["late"] }));
    assert.notEqual((await run("restore", file)).code, 0, "a bridge runs");
    await bridge.stop();

    const restored = await run("restore", file);
    assert.equal(restored.code, 0, restored.said);
    const again = await serve();
    assert.equal((await run("trace", "early")).code, 0);
    assert.equal((await run("trace", "late")).code, 1);
    await again.stop();
  });
});

/** The file that the Dockerfile writes, with Bun and the program where they are here. */
async function writeCommand(app: string): Promise<string> {
  const dockerfile = await readFile(join(HOME, "Dockerfile"), "utf8");
  const [, text = ""] = /printf '(.+)' > usr\/local\/bin\/unsub-bridge/.exec(dockerfile) ?? [];
  const here = text.replaceAll("\\n", "\n").replace("/usr/local/bin/bun", process.execPath).replace("/app/", `${app}/`);
  assert.notEqual(here, text);
  const file = join(app, "unsub-bridge");
  await writeFile(file, here, { mode: 0o755 });
  return file;
}

async function copyContext(to: string): Promise<void> {
  const files: string[] = [];
  for await (const entry of glob(["*", "{src,connectors,config}/**/*"], { cwd: HOME, withFileTypes: true })) {
    if (entry.isFile()) files.push(relative(HOME, join(entry.parentPath, entry.name)));
  }
  const dockerignore = await readFile(join(HOME, ".dockerignore"), "utf8");
  for (const file of contextOf(dockerignore, files)) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(HOME, file), join(to, file));
  }
}
