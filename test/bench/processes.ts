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
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a script on this runtime and resolves when it prints a line of JSON that has `key`. */
export async function start(args: readonly string[], key: string, env: Record<string, string> = {}): Promise<Process> {
  const started = performance.now();
  const child = spawn(process.execPath, ["run", ...args], {
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
  const said = await firstLineWith(child, key);
  const readyMs = performance.now() - started;
  const pid = child.pid ?? 0;
  return {
    pid,
    said,
    readyMs,
    async residentMb() {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    },
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function firstLineWith(child: ChildProcess, key: string): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error("no output"));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const said = JSON.parse(line) as Record<string, string>;
      if (key in said) resolve(said);
    });
    child.once("exit", (code) => reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}`)));
  });
}
