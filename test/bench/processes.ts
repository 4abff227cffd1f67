/** Processes of the bench: the bridge, the bare server, the destinations. All end with the bench. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

export interface Process {
  readonly pid: number;
  /** The first line of JSON that it printed with one of these keys. */
  readonly said: Readonly<Record<string, string>>;
  /** Milliseconds from its start to that line. */
  readonly readyMs: number;
  /** Resident memory in MB (Linux). */
  residentMb(): Promise<number>;
  /** The most that was ever resident, in MB (Linux); 0 when it has ended. */
  peakMb(): Promise<number>;
  /** What all its threads have used of the processors so far, in milliseconds (Linux, which tells it in steps of ten). */
  cpuMs(): Promise<number>;
  /** Resolves once a line of JSON satisfies this: of those that it prints from now on, and the latest that nobody waited for. */
  until(isIt: (line: Line) => boolean): Promise<void>;
  /** Stands still until `resume`, so that it does not disturb what is measured. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** A line of JSON that a process printed. */
export type Line = Readonly<Record<string, unknown>>;

const MOST_UNHEARD = 100;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** What runs a script: a program, and what stands before the script's name. */
export interface Runtime {
  readonly program: string;
  readonly args: readonly string[];
}

const THIS_RUNTIME: Runtime = { program: process.execPath, args: ["run"] };

/** Starts a script, on this runtime unless told otherwise, and resolves when it prints a line of JSON that has `key`. */
export async function start(
  args: readonly string[],
  key: string,
  env: Record<string, string> = {},
  runtime = THIS_RUNTIME,
): Promise<Process> {
  const started = performance.now();
  const child = spawn(runtime.program, [...runtime.args, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      running.delete(child);
      resolve();
    });
  });
  const listeners = new Set<(line: Line) => void>();
  let unheard: string[] = [];
  if (child.stdout === null) throw new Error("no output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith("{")) return;
    if (listeners.size === 0) {
      unheard = [...unheard.slice(-MOST_UNHEARD), line];
      return;
    }
    const parsed = JSON.parse(line) as Line;
    for (const listener of listeners) listener(parsed);
  });
  const until = (isIt: (line: Line) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const listener = (line: Line) => {
        if (!isIt(line)) return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
      for (const line of unheard.splice(0)) listener(JSON.parse(line) as Line);
      void exited.then(() => reject(new Error(`${args.join(" ")} ended too early`)));
    });
  let said: Record<string, string> = {};
  await until((line) => {
    said = line as Record<string, string>;
    return key in line;
  });
  const readyMs = performance.now() - started;
  const pid = child.pid ?? 0;
  return {
    pid,
    said,
    readyMs,
    residentMb: () => memoryOf(pid, /VmRSS:\s+(\d+)/),
    peakMb: () => memoryOf(pid, /VmHWM:\s+(\d+)/),
    cpuMs: () => cpuOf(pid),
    until,
    pause() {
      child.kill("SIGSTOP");
    },
    resume() {
      child.kill("SIGCONT");
    },
    async stop() {
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function memoryOf(pid: number, line: RegExp): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(line.exec(status)?.[1] ?? 0) / 1024;
}

/** Fields 14 and 15 of proc_pid_stat(5), in ticks of which Linux has a hundred a second. */
async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // the second field is a name in brackets, and may hold anything
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
