/** Another revision of this repository, to measure against. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface CheckOut {
  readonly folder: string;
  remove(): Promise<void>;
}

/** In a worktree of its own, with the dependencies of this one. */
export async function checkOut(revision: string): Promise<CheckOut> {
  const root = resolve(import.meta.dirname, "../..");
  const parent = await mkdtemp(join(tmpdir(), "unsub-bridge-against-"));
  const folder = join(parent, "checkout");
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  git("worktree", "add", "--detach", folder, revision);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    async remove() {
      git("worktree", "remove", "--force", folder);
      await rm(parent, { recursive: true, force: true });
    },
  };
}
