/** What 0.1.0 has written, as it lies in test/fixtures/0.1.0 (make.mjs there says how it was made). */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CREDENTIALS } from "./world.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/0.1.0");

/** The text of one of its files. */
export const textOf010 = (name: string): Promise<string> => readFile(join(FIXTURES, name), "utf8");

export interface Left {
  /** The YAML file. */
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  /** A file in its folder. */
  path(name: string): string;
  close(): Promise<void>;
}

/** A folder as a stopped bridge of 0.1.0 left it: configuration, store, dead letters and spool. */
export async function copyOf010(env: Readonly<Record<string, string>> = {}): Promise<Left> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-0.1.0-"));
  const path = (name: string) => join(folder, name);
  await mkdir(path("data"));
  for (const [from, to] of [
    ["bridge.yaml", "bridge.yaml"],
    ["bridge.sqlite", "data/bridge.db"],
    ["dead-letters.jsonl", "data/dead-letters.jsonl"],
    ["spool.jsonl", "data/spool.jsonl"],
  ] as const) {
    await copyFile(join(FIXTURES, from), path(to));
  }
  return {
    path,
    config: path("bridge.yaml"),
    env: { ...CREDENTIALS, ...env },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A release that can be run. */
export interface Release {
  /** Its `src/main.ts`. */
  readonly main: string;
  close(): Promise<void>;
}

/** 0.1.0 itself, unpacked, with the packages that this release has. */
export async function unpack010(): Promise<Release> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-0.1.0-release-"));
  await promisify(execFile)("tar", ["-xzf", join(FIXTURES, "source.tar.gz"), "-C", folder]);
  await symlink(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
  return { main: join(folder, "src/main.ts"), close: () => rm(folder, { recursive: true, force: true }) };
}
