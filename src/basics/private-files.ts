/**
 * Files that hold people's ids, as they are found at start: whoever made them (an editor, a copy, a rotation, an older umask)
 * may have left them open to everybody on the machine.
 *
 * Looked at and changed by their names: whoever opened a database's files and closed them again would take away its locks.
 */
import { chmod, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Logger } from "./logger.ts";
import { realFile } from "./real-file.ts";

const GROUP_READS = 0o040;
/** What is left: the owner's rights, and the group's to read, which somebody may have given on purpose. */
const KEPT = 0o740;

/**
 * Takes away the rights of others on these files and on what lies beside them under the same name and more (`-wal`,
 * `.unreadable`, a rotated one), and every right but reading of their groups. Links are followed. Never rejects: says what it could not do.
 */
export async function closeToOthers(paths: readonly string[], log: Logger): Promise<void> {
  const found = new Set((await Promise.all(paths.map(realFile).map(familyOf))).flat());
  for (const path of found) await closeOne(path, log);
}

async function familyOf(path: string): Promise<string[]> {
  const name = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((one) => one === name || one.startsWith(`${name}.`) || one.startsWith(`${name}-`))
    .map((one) => join(dirname(path), one));
}

async function closeOne(path: string, log: Logger): Promise<void> {
  const file = await stat(path).catch(() => undefined);
  if (file === undefined || !file.isFile()) return;
  const mode = file.mode & 0o777;
  const left = mode & KEPT;
  if (left !== mode) {
    try {
      await chmod(path, left);
      const keys = { path, was: octal(mode), is: octal(left) };
      log.warn({
        fact: "file.closed_to_others",
        ...keys,
        reason: "it holds people's ids, and others had rights on it",
      });
    } catch (error) {
      const todo = `take their rights away: chmod ${octal(left)}`;
      log.warn({ fact: "file.open_to_others", path, mode: octal(mode), reason: String(error), todo });
      return;
    }
  }
  if ((left & GROUP_READS) === 0) return;
  const todo = "if its group need not read it: chmod g-r";
  log.warn({ fact: "file.readable_by_group", path, mode: octal(left), todo });
}

const octal = (mode: number): string => mode.toString(8).padStart(3, "0");
