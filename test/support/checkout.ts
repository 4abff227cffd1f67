/** A checkout as somebody has it who followed the README: configured for stand-ins, with a bridge running in it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { postCallback } from "./callbacks.ts";
import { guarded } from "./guard.ts";
import { freePort } from "./postgres.ts";
import type { CommandResult } from "./process.ts";
import { signalChild } from "./signal.ts";
import { CREDENTIALS, openWorld } from "./world.ts";

const HOME = join(import.meta.dirname, "../..");
/** What is as in the repository. */
const LINKED = [
  "src",
  "connectors",
  "node_modules",
  "package.json",
  "bun.lock",
  "bunfig.toml",
  "deno.json",
  "tsconfig.json",
];

export interface Checkout {
  /** Runs a line as a shell would. */
  run(line: string): Promise<CommandResult>;
  /** Stops the bridge and starts it again. Resolves with the last fact that the first one logged. */
  restart(): Promise<string>;
  close(): Promise<void>;
}

/** @param start the line that starts the bridge, which has taken a callback for `jared` when this resolves */
export async function openCheckout(start: string): Promise<Checkout> {
  const world = await openWorld({ contacts: ["jared"] });
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-checkout-"));
  await furnish(folder, world.config);
  const env = { PATH: `${join(folder, "bin")}:${process.env.PATH}`, HOME: folder, TERM: "dumb" };
  let bridge = await startBridge(start, folder, env);
  await postCallback(bridge.url, { users: ["jared"] });

  return {
    async run(line) {
      const child = guarded(spawn("sh", ["-c", line], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] }));
      const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
      return { code, out, err };
    },
    async restart() {
      const last = await bridge.stop();
      bridge = await startBridge(start, folder, env);
      return last;
    },
    async close() {
      await bridge.stop();
      await world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function furnish(folder: string, config: string): Promise<void> {
  for (const name of LINKED) await symlink(join(HOME, name), join(folder, name));
  await mkdir(join(folder, "config"));
  // `send` asks at the port that the configuration names
  const yaml = (await readFile(config, "utf8")).replace("port: 0", `port: ${await freePort()}`);
  await writeFile(join(folder, "config/bridge.yaml"), yaml);
  const credentials = Object.entries(CREDENTIALS).map(([name, value]) => `${name}=${value}\n`);
  for (const name of [".env", "config/.env.example"]) await writeFile(join(folder, name), credentials.join(""));
  for (const ending of [".ts", ".test.ts"]) {
    const example = await readFile(join(HOME, `config/example-connector/board${ending}`), "utf8");
    await writeFile(
      join(folder, `config/my-connector${ending}`),
      example.replaceAll("./board.ts", "./my-connector.ts"),
    );
  }
  await mkdir(join(folder, "bin"));
  // npx would ask the registry for what runs these tests
  await program(
    join(folder, "bin/npx"),
    `case "$1" in bun@*) shift; exec '${process.execPath}' "$@";; *) exit 127;; esac`,
  );
  for (const name of ["bun", "deno"]) await program(join(folder, "bin", name), `exec '${process.execPath}' "$@"`);
}

async function program(path: string, line: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${line}\n`);
  await chmod(path, 0o755);
}

interface RunningBridge {
  readonly url: string;
  /** Resolves with the last fact that it logged. */
  stop(): Promise<string>;
}

/** A line that starts a bridge is a runner above it: the signal goes to all of them, as a terminal's does. */
async function startBridge(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<RunningBridge> {
  const started = spawn("sh", ["-c", `exec ${line}`], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const child = guarded(started, { group: true });
  const exited = once(child, "close");
  const errors = text(child.stderr);
  let last = "";
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const fact = factIn(text);
      last = fact?.fact ?? last;
      if (fact?.fact === "bridge.ready") resolve(`${fact.url}${fact.path}`);
    });
    void exited.then(async () => reject(new Error(`${line} ended: ${await errors}`)));
  });
  return {
    url,
    async stop() {
      signalChild(child, "SIGTERM", { group: true });
      await exited;
      return last;
    },
  };
}

function factIn(line: string): { readonly fact: string; readonly [key: string]: unknown } | undefined {
  return line.startsWith('{"') ? JSON.parse(line) : undefined;
}
