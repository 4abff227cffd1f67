/** Where a file lies whose name is a link. */
import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** As many as Linux follows. */
const MOST_LINKS = 40;

/**
 * The name that a link leads to, whether anything is there or not; any other path stays as it is. What belongs beside a file (a log,
 * a lock) belongs beside that name: by another link, or by none, it is the same file. Folders that are links are left alone: what is in
 * them is there by either way.
 */
export function realFile(path: string): string {
  let file = path;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const target = targetOf(file);
    if (target === undefined) return file;
    file = target;
  }
  return path;
}

/** Undefined where it is no link, or nobody can tell. */
function targetOf(file: string): string | undefined {
  try {
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
    return resolve(realpathSync(dirname(file)), readlinkSync(file));
  } catch {
    return undefined;
  }
}
