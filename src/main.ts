/** The command line's process: the only file that touches `process`. */
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import meta from "../package.json" with { type: "json" };
import { programName } from "./cli/called.ts";
import { EXIT, type Io, type Output } from "./cli/io.ts";
import { keepExit } from "./cli/own-exit.ts";
import { explainError, run } from "./cli/program.ts";
import { systemUserName } from "./cli/system-user.ts";
import { whyNotWaiting } from "./cli/terminal/editor.ts";
import { isAnyWaiting } from "./config/connector-types/loading.ts";
import { readEnvFile } from "./config/env-file.ts";
import { fileErrorLine } from "./config/files/error-line.ts";
import { addDemo } from "./demo/command.ts";

const exit: (code?: number) => never = keepExit({ node: process, deno: Reflect.get(globalThis, "Deno") });

/** Set once the process is to outlive what nobody caught. */
let onStray: ((error: unknown) => void) | undefined;
let explainStray = (error: unknown): void => {
  explainError(error, process.env, (text) => process.stderr.write(`${text}\n`));
};

process.on("uncaughtException", stray);
process.on("unhandledRejection", stray);
/** Milliseconds for what is about to end by itself. */
const LINGER_MS = 200;
/** Milliseconds. The terminal and a runner above us (`bun run`, `deno task`, npx) each pass on the same press of Ctrl-C. */
const SAME_PRESS_MS = 500;

process.exitCode = await main();
// what was written goes out first
process.stdout.write("", () => process.stderr.write("", end));

/** A timer or a connection of somebody's connector would hold the process open for ever. */
function end(): void {
  if (isAnyWaiting()) exit();
  setTimeout(() => exit(), LINGER_MS).unref();
}

async function main(): Promise<number> {
  const out = outputTo(process.stdout);
  const err = outputTo(process.stderr);
  const envFile = openEnvFile();
  const io: Io = {
    envFile,
    name: callName(),
    version: meta.version,
    env: process.env,
    cwd: process.cwd(),
    get user() {
      return systemUser();
    },
    out,
    err,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    ...editing(),
    input: async () => Buffer.concat(await Array.fromAsync(process.stdin as AsyncIterable<Uint8Array>)),
    onStopSignal,
    onReloadSignal: (listener) => onSignals(["SIGHUP"], listener),
    endure(listener) {
      onStray = listener;
    },
    explainStray(explain) {
      explainStray = explain;
    },
    abandon: (exitCode) => exit(exitCode),
    lingerAtMost(ms) {
      setTimeout(() => exit(), ms).unref();
    },
  };
  return await run(process.argv.slice(2), io, [addDemo]);
}

/** As git runs it: what the variable says is a command, with arguments or without. */
function editing(): Pick<Io, "edit"> {
  const editor = process.env.VISUAL || process.env.EDITOR;
  if (!editor || !process.stdin.isTTY || !process.stdout.isTTY) return {};
  const why = whyNotWaiting(editor);
  const edit = async (file: string) => {
    if (why !== undefined) return why;
    try {
      const stdio = "inherit";
      const child =
        process.platform === "win32"
          ? spawn(`${editor} "${file}"`, { shell: true, stdio })
          : spawn("sh", ["-c", `${editor} "$1"`, "sh", file], { stdio });
      const [code] = (await once(child, "exit")) as [number | null];
      return code === 0 ? undefined : `${editor} ended with exit code ${code}`;
    } catch (error) {
      // Deno runs nothing unless it is told that it may
      return `${editor} cannot be run: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return { edit };
}

/** In a container it may have no name. */
function systemUser(): string {
  return systemUserName(
    process.getuid?.() ?? -1,
    orEmpty(() => readFileSync("/etc/passwd", "utf8")),
    orEmpty(() => userInfo().username),
  );
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

/** A bug of ours, or of somebody's connector. */
function stray(error: unknown): void {
  if (onStray === undefined) {
    explainStray(error);
    exit(EXIT.unreachable);
  }
  onStray(error);
}

/** Variables of the environment itself win. `process.loadEnvFile` would do, but that of Deno 2.9 lets the file win. */
function openEnvFile(): NonNullable<Io["envFile"]> {
  const file = resolve(process.cwd(), ".env");
  const real = ownEnvironment();
  let names: readonly string[] = [];
  const use = (variables: Readonly<Record<string, string>>) => {
    for (const name of names) delete process.env[name];
    names = Object.keys(variables).filter((name) => !(name in real));
    for (const name of names) process.env[name] = variables[name];
  };
  use(readEnvFile(file).variables);
  return { file, real, use };
}

/** What this process was started with: Bun puts .env in by itself, in its own reading, where no bunfig.toml forbids it. */
function ownEnvironment(): Io["env"] {
  const all = { ...process.env };
  if (!("Bun" in globalThis)) return all;
  try {
    const given = readFileSync("/proc/self/environ", "utf8").split("\0");
    const names = new Set(given.map((entry) => entry.slice(0, entry.indexOf("="))));
    return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  } catch {
    return all;
  }
}

function callName(): string {
  const { env, execPath, argv, versions } = process;
  const [, file = ""] = argv;
  const isExecutable = /\$bunfs|~BUN/.test(file);
  return programName({
    ...{ env, cwd: process.cwd(), version: versions.bun },
    file: isExecutable ? execPath : file,
    by: isExecutable ? "itself" : "Deno" in globalThis ? "deno" : "bun",
  });
}

function outputTo(stream: NodeJS.WriteStream): Output {
  let isOpen = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    isOpen = false;
    if (onStray !== undefined) return;
    // whoever read it has left (`| head`): nobody is there to be told
    if (error.code === "EPIPE") exit(EXIT.ok);
    if (stream === process.stdout) process.stderr.write(`What is said cannot be written: ${fileErrorLine(error)}\n`);
    exit(EXIT.unreachable);
  });
  return {
    write: (text) => {
      if (isOpen) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      // some terminals say 0
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows ?? 24;
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
