/**
 * A disk that is full for one process and for nobody else: its limit of file sizes. Unlike a small file system it takes no
 * rights, and it can be changed under the running process.
 */
import { spawnSync } from "node:child_process";

const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;
if (!hasPrlimit)
  console.error("NOT TESTED: a disk that refuses to grow files. Install prlimit (util-linux) to see it.");

/** Why a test that needs the limit is skipped; false where it can run. */
export const NO_FULL_DISK = hasPrlimit ? false : "there is no prlimit here";

/** Bytes beyond which no file can be written. */
export type Limit = number | "unlimited";

/** Start a bridge through it: a write beyond a limit then fails as on a full disk, where a signal would end the process. */
export const LIMITABLE = ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"];

/** The same, with a limit from its first moment on. */
export const limitedTo = (limit: Limit): readonly string[] => [...LIMITABLE, "prlimit", `--fsize=${limit}:`];

/** Sets the limit of a running process. Throws with what `prlimit` says. */
export function limitFiles(pid: number | undefined, limit: Limit): void {
  const { status, stderr } = spawnSync("prlimit", ["--pid", String(pid), `--fsize=${limit}:`], { encoding: "utf8" });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}
