/** The command line's process: the only file that touches `process`. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { parseEnv } from "node:util";
import meta from "../package.json" with { type: "json" };
import type { Output } from "./cli/io.ts";
import { run } from "./cli/program.ts";

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
    abandon: (exitCode) => process.exit(exitCode),
  });
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
  if (process.env.npm_lifecycle_event !== "bridge") return "unsub-bridge";
  return "Deno" in globalThis ? "deno task bridge" : "bun run bridge";
}

function outputTo(stream: NodeJS.WriteStream): Output {
  // whoever read it has left (`| head`): nobody is there to be told
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    write: (text) => {
      stream.write(text);
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
  let count = 0;
  return onSignals(["SIGTERM", "SIGINT"], () => {
    count += 1;
    listener(count);
  });
}

function onSignals(signals: readonly NodeJS.Signals[], listener: () => void): () => void {
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
