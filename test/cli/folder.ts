/** A folder as a user has it, with the command line run in it: in this process, or as a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Io, Output } from "../../src/cli/io.ts";
import { guarded } from "../support/guard.ts";
import { quietIo, recorder } from "../support/io.ts";
import { runListed } from "../support/listed-exits.ts";
import { commandLine } from "../support/process.ts";

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Former names of settings; in this process only. */
  readonly deprecated?: Io["deprecated"];
  /** What is typed, question by question; without it there is no terminal. */
  readonly answers?: readonly string[];
  /** Ctrl-C is pressed as soon as somebody listens for it; in this process only. */
  readonly stops?: true;
}

export interface Folder {
  readonly path: string;
  write(name: string, content: string): Promise<void>;
  read(name: string): Promise<string>;
  /** In this process. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** As a process of its own. */
  spawn(args: readonly string[], options?: Pick<RunOptions, "env">): Promise<Ran>;
}

/** Calls `use` with a folder that is removed afterwards. */
export async function inFolder<T>(use: (folder: Folder) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), "unsub-bridge-cli-"));
  try {
    return await use(folderAt(path));
  } finally {
    await rm(path, { recursive: true });
  }
}

function folderAt(path: string): Folder {
  return {
    path,
    async write(name, content) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), content);
    },
    read: (name) => readFile(join(path, name), "utf8"),
    async run(args, { env = {}, answers, deprecated, stops } = {}) {
      const out = recorder(100);
      const err = recorder(100);
      const io = {
        ...ioOf(path, env, out, err, answers),
        ...(deprecated && { deprecated }),
        ...(stops && { onStopSignal: pressedAtOnce }),
      };
      const code = await runListed(args, io);
      return { code, out: out.text(), err: err.text() };
    },
    async spawn(args, { env = {} } = {}) {
      const { file, args: all } = commandLine(args);
      const stdio = ["ignore", "pipe", "pipe"] as const;
      const child = guarded(spawn(file, all, { cwd: path, env: { ...process.env, ...env }, stdio: [...stdio] }));
      const exited = once(child, "exit");
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
      await exited;
      return { code: child.exitCode, out, err };
    },
  };
}

function pressedAtOnce(listener: (count: number) => void): () => void {
  listener(1);
  return () => undefined;
}

function ioOf(cwd: string, env: Io["env"], out: Output, err: Output, answers: readonly string[] | undefined): Io {
  const left = answers === undefined ? undefined : [...answers];
  const ask = async (question: string) => {
    err.write(question);
    const answer = left?.shift();
    if (answer === undefined) throw new Error(`nobody answers "${question}"`);
    return answer;
  };
  return quietIo({ version: "test", env, cwd, out, err, ask: left && ask });
}
