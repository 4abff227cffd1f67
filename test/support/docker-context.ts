/**
 * What a `.dockerignore` leaves of a folder: the last pattern that matches a file, or a folder that it lies in, decides.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */

interface Pattern {
  readonly takesBack: boolean;
  readonly matches: RegExp;
}

/** The files of these (paths with `/`, relative to the folder) that go into the context. */
export function contextOf(dockerignore: string, files: readonly string[]): string[] {
  const patterns = dockerignore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(patternOf);
  return files.filter((file) => !isIgnored(patterns, file));
}

function isIgnored(patterns: readonly Pattern[], file: string): boolean {
  const parts = file.split("/");
  const itselfAndFolders = parts.map((_, n) => parts.slice(0, n + 1).join("/"));
  const last = patterns.findLast(({ matches }) => itselfAndFolders.some((path) => matches.test(path)));
  return last !== undefined && !last.takesBack;
}

function patternOf(line: string): Pattern {
  const takesBack = line.startsWith("!");
  const path = line.slice(takesBack ? 1 : 0).replace(/^\.?\/+|\/+$/g, "");
  const regex = path.replace(/[.+^${}()|\\]/g, "\\$&").replaceAll(/\*\*\/|\*\*|\*|\?/g, (wild) => WILD[wild] ?? wild);
  return { takesBack, matches: new RegExp(`^${regex}$`) };
}

/** `**` is any number of folders, none included. */
const WILD: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
