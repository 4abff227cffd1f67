/** The command line's process: the only file that touches `process`. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { parseEnv } from "node:util";
import meta from "../package.json" with { type: "json" };
import { EXIT, type Output } from "./cli/io.ts";
import { explainError, run } from "./cli/program.ts";

/** Set once the process is to outlive what nobody caught. */
let onStray: ((error: unknown) => void) | undefined;

process.on("uncaughtException", stray);
process.on("unhandledRejection", stray);
/** Milliseconds. The terminal and a runner above us (`bun run`, `deno task`, npx) each pass on the same press of Ctrl-C. */
const SAME_PRESS_MS = 500;

process.exitCode = await main();

async function main(): Promise<number> {
  const out = outputTo(process.stdout);
  const err = outputTo(process.stderr);
  loadEnvFile(err);
  return await run(process.argv.slice(2), {
    name: callName(),
    version: meta.version,
    env: process.env,
    cwd: process.cwd(),
    out,
    err,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    onStopSignal,
    onReloadSignal: (listener) => onSignals(["SIGHUP"], listener),
    endure(listener) {
      onStray = listener;
    },
    abandon: (exitCode) => process.exit(exitCode),
    lingerAtMost(ms) {
      setTimeout(() => process.exit(), ms).unref();
    },
  });
}

/** A bug of ours, or of somebody's connector. */
function stray(error: unknown): void {
  if (onStray === undefined) {
    explainError(error, process.env, (text) => process.stderr.write(`${text}\n`));
    process.exit(EXIT.unreachable);
  }
  onStray(error);
}

/** Variables that are set already win. Bun loads the file by itself, unless bunfig.toml forbids it. */
function loadEnvFile(err: Output): void {
  const file = resolve(process.cwd(), ".env");
  try {
    if (!existsSync(file)) return;
    // process.loadEnvFile would do, but that of Deno 2.9 lets the file win
    for (const [name, value] of Object.entries(parseEnv(readFileSync(file, "utf8")))) process.env[name] ??= value;
  } catch {
    err.write(`${file} cannot be read and is left out.\n`);
  }
}

/** As it was called, so that examples can be copied. */
function callName(): string {
  const { INIT_CWD, npm_config_user_agent: runner = "", npm_lifecycle_event: script = "" } = process.env;
  // set by `deno task`, which does not name the task
  if ("Deno" in globalThis) return INIT_CWD === undefined ? "unsub-bridge" : "deno task bridge";
  if (!["bridge", "demo"].includes(script)) return "unsub-bridge";
  // by npx: there may be no Bun on the PATH
  return runner.startsWith("npm/") ? `npx bun@${process.versions.bun} run bridge` : "bun run bridge";
}

function outputTo(stream: NodeJS.WriteStream): Output {
  let isOpen = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    isOpen = false;
    // whoever read it has left (`| head`): nobody is there to be told
    if (onStray === undefined) process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.unreachable);
  });
  return {
    write: (text) => {
      if (isOpen) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // the end of the input is an answer, too: an empty one
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return (await Promise.race([lines.question(question), ended])).trim();
  } finally {
    lines.close();
  }
}

function onStopSignal(listener: (count: number) => void): () => void {
  const latest = new Map<NodeJS.Signals, number>();
  let count = 0;
  return onSignals(["SIGTERM", "SIGINT"], (signal) => {
    const now = performance.now();
    const isEcho = now - (latest.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_PRESS_MS;
    latest.set(signal, now);
    if (isEcho) return;
    count += 1;
    listener(count);
  });
}

function onSignals(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
