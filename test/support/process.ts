/** The real command line in a process of its own, on the runtime that the tests run on. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const IS_DENO = "Deno" in globalThis;

/** What runs `src/main.ts` here. */
export function commandLine(args: readonly string[]): { file: string; args: string[] } {
  const runtime = IS_DENO
    ? ["run", "--no-prompt", "--no-check", "--allow-net", "--allow-env", "--allow-sys", "--allow-read", "--allow-write"]
    : ["run"];
  return { file: process.execPath, args: [...runtime, MAIN, ...args] };
}

export interface LogLine {
  readonly fact: string;
  readonly [key: string]: unknown;
}

/** A running `serve`. */
export interface BridgeProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Where callbacks go. */
  readonly url: string;
  /** Everything that it logged so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line, past or future, of this fact. */
  logged(fact: string): Promise<LogLine>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `serve` and resolves when it is ready. Rejects with what it said when it ends before. */
export async function startBridgeProcess(config: string, env: Record<string, string> = {}): Promise<BridgeProcess> {
  const { file, args } = commandLine(["serve", "--config", config]);
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const look of watchers) look();
    });
  }

  function logged(fact: string): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      let seen = 0;
      const look = () => {
        for (; seen < lines.length; seen += 1) {
          const line = parsed(lines[seen] ?? "");
          if (line?.fact !== fact) continue;
          watchers.delete(look);
          return resolve(line);
        }
      };
      watchers.add(look);
      look();
      void exited.then(() => reject(new Error(`the bridge ended before "${fact}":\n${lines.join("\n")}`)));
    });
  }

  const ready = await logged("bridge.ready");
  return {
    child,
    url: `${ready.url}${ready.path}`,
    lines,
    logged,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      // not child.kill: Deno then takes the process for killed, whatever its exit code
      if (child.pid !== undefined) process.kill(child.pid, "SIGTERM");
      const [code] = await exited;
      return code;
    },
  };
}

function parsed(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on standard input; nothing unless set. */
  readonly input?: string;
}

/** Runs one command to its end, without a terminal. */
export async function runCommand(
  args: readonly string[],
  { cwd, env = {}, input = "" }: CommandOptions = {},
): Promise<CommandResult> {
  const command = commandLine(args);
  const child = spawn(command.file, command.args, { cwd, env: { ...process.env, ...env }, stdio: "pipe" });
  child.stdin.on("error", () => undefined).end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}
