/**
 * No process that a test has started outlives the tests, however these end: a shell beside them is told of each, and kills
 * those that are left when its standard input ends. That happens by itself when the tests are killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { eventually } from "./eventually.ts";

const SCRIPT = `
  pids=" "
  while read -r sign pid; do
    case $sign in
      +) pids="$pids$pid " ;;
      -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
      =) : >"$pid" ;;
    esac
  done
  for pid in $pids; do kill -9 $pid; done 2>/dev/null
`;

/** Begun as this file is loaded: what a test, or a hook, has begun, Bun kills when that test runs out of time. */
const told = guard();

/** Must not keep the tests from ending, and must not end with them: a terminal's Ctrl-C would reach it first. */
function guard(): Writable {
  const shell = spawn("sh", ["-c", `trap "" INT TERM HUP; ${SCRIPT}`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  shell.stdin.on("error", () => undefined);
  (shell.stdin as { unref?: () => void }).unref?.();
  return shell.stdin;
}

/** @param group whether it leads a group of processes (`detached`), all of which are meant */
export function guarded<Child extends ChildProcess>(child: Child, { group = false } = {}): Child {
  if (child.pid === undefined) return child;
  const named = group ? `-${child.pid}` : `${child.pid}`;
  told.write(`+ ${named}\n`);
  child.once("exit", () => told.write(`- ${named}\n`));
  return child;
}

/**
 * Resolves when the shell knows of all that was begun: who is killed before that leaves it behind. The shell says so itself, by a
 * file: that a write is done says on Bun that it is in a buffer of this process, which a kill takes along.
 */
export async function allTold(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "guard-"));
  const file = join(directory, "told");
  told.write(`= ${file}\n`);
  await eventually(() => existsSync(file));
  await rm(directory, { recursive: true });
}
