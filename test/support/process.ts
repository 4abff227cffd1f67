/** The real command line in a process of its own, on the runtime that the tests run on. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { NEVER_MS } from "./eventually.ts";
import { guarded } from "./guard.ts";
import { signalChild } from "./signal.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const IS_DENO = "Deno" in globalThis;

/** What runs `src/main.ts`, or that of another release, here. */
export function commandLine(args: readonly string[], main = MAIN): { file: string; args: string[] } {
  const runtime = IS_DENO
    ? ["run", "--no-prompt", "--no-check", "--allow-net", "--allow-env", "--allow-sys", "--allow-read", "--allow-write"]
    : ["run"];
  return { file: process.execPath, args: [...runtime, main, ...args] };
}

/** Without what says that the tests themselves were started by a task: the command line would name itself after it. */
export const { INIT_CWD: _, npm_lifecycle_event: __, npm_config_user_agent: ___, ...OWN_ENV } = process.env;

export interface LogLine {
  readonly fact: string;
  readonly [key: string]: unknown;
}

/** A `serve`, or another command that goes on, that was started. */
export interface ServeProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Everything that it logged so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line, past or future, of this fact for which `where` holds. Rejects with all lines when none comes. */
  logged(fact: string, where?: (line: LogLine) => boolean): Promise<LogLine>;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** A `serve` that is ready. */
export interface BridgeProcess extends ServeProcess {
  /** Where callbacks go. */
  readonly url: string;
}

export interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory; that of the tests unless set. */
  readonly cwd?: string;
  /** A command that runs the bridge in its own place, such as `strace -D`. */
  readonly through?: readonly string[];
  /** The `src/main.ts` of another release. */
  readonly main?: string | undefined;
}

/** Starts `serve` and resolves when it is ready. Rejects with what it said when it ends before. */
export async function startBridgeProcess(config: string, options: ServeOptions = {}): Promise<BridgeProcess> {
  return whenReady(launchServe(config, options));
}

/** Resolves when it is ready. Rejects with what it said when it ends before. */
export async function whenReady<S extends Pick<ServeProcess, "logged">>(
  serve: S,
): Promise<S & { readonly url: string }> {
  const { url, path } = await serve.logged("bridge.ready");
  return { ...serve, url: `${url}${path}` };
}

/** Starts `serve`, ready or not. */
export function launchServe(config: string, options: ServeOptions = {}): ServeProcess {
  return launchCommand(["serve", "--config", config], options);
}

/** Starts a command that goes on until it is told to stop. */
export function launchCommand(
  words: readonly string[],
  { env = {}, cwd, through = [], main }: ServeOptions = {},
): ServeProcess {
  const command = commandLine(words, main);
  return launch([...through, command.file, ...command.args], cwd, env);
}

/** The same of a program that is one file. */
export function launchExecutable(file: string, words: readonly string[], cwd: string): ServeProcess {
  return launch([file, ...words], cwd, {});
}

function launch(
  [file = "", ...args]: readonly string[],
  cwd: string | undefined,
  env: Readonly<Record<string, string>>,
): ServeProcess {
  const child = guarded(spawn(file, args, { cwd, env: { ...OWN_ENV, ...env }, stdio: ["ignore", "pipe", "pipe"] }));
  // not at "exit": what it said last may still be on its way then
  const exited = once(child, "close").then(([code]): number | null => code);
  const { lines, logged, add } = collectLines(exited);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", add);

  function signal(name: NodeJS.Signals): void {
    signalChild(child, name);
  }

  return {
    child,
    lines,
    logged,
    exited,
    signal,
    async kill() {
      signal("SIGKILL");
      await exited;
    },
    stop() {
      signal("SIGTERM");
      return exited;
    },
  };
}

/** What a bridge says, line by line. @param exited resolves when it says no more */
export function collectLines(
  exited: Promise<unknown>,
): Pick<ServeProcess, "lines" | "logged"> & { readonly add: (line: string) => void } {
  const lines: string[] = [];
  const watchers = new Set<() => void>();

  function logged(fact: string, where: (line: LogLine) => boolean = () => true): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      let seen = 0;
      const look = () => {
        for (; seen < lines.length; seen += 1) {
          const line = parsed(lines[seen] ?? "");
          if (line?.fact === fact && where(line)) return end(() => resolve(line));
        }
      };
      const giveUp = (why: string) => end(() => reject(new Error(`${why} "${fact}":\n${lines.join("\n")}`)));
      const timer = setTimeout(giveUp, NEVER_MS, `not within ${NEVER_MS / 1000} s:`);
      function end(settle: () => void): void {
        clearTimeout(timer);
        watchers.delete(look);
        settle();
      }
      watchers.add(look);
      look();
      void exited.then(() => giveUp("the bridge ended before"));
    });
  }

  return {
    lines,
    logged,
    add(line) {
      lines.push(line);
      for (const look of watchers) look();
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
  /** A command that runs it in its own place, such as `setpriv`. */
  readonly through?: readonly string[];
}

/** Runs one command to its end as a process of its own, without a terminal. */
export async function runProcess(
  args: readonly string[],
  { cwd, env = {}, through = [] }: CommandOptions = {},
): Promise<CommandResult> {
  const command = commandLine(args);
  const stdio = ["ignore", "pipe", "pipe"] as const;
  const [file = command.file, ...rest] = [...through, command.file, ...command.args];
  const child = guarded(spawn(file, rest, { cwd, env: { ...OWN_ENV, ...env }, stdio: [...stdio] }));
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}
