/**
 * The data folder of a new PostgreSQL server. `initdb` costs most of a second of a processor's time, and dozens of servers are
 * started in a run: the first one's folder is kept beside the packages, and the others are copies of it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export interface FolderOptions {
  /** The folder of the server's programs. */
  readonly binaries: string;
  readonly env: Readonly<Record<string, string>>;
  /** Who runs the server; whoever runs the tests unless set. */
  readonly user: { readonly uid?: number; readonly gid?: number };
}

const KEPT = fileURLToPath(new URL("../../node_modules/.cache/unsub-bridge-postgres", import.meta.url));

/** Makes `data`, whose parent belongs to the user, as `initdb` does. */
export async function layOut(data: string, options: FolderOptions): Promise<void> {
  await finish("cp", ["-a", await keptFolder(options), data], {});
}

async function keptFolder(options: FolderOptions): Promise<string> {
  const { size, mtimeMs } = await stat(join(options.binaries, "postgres"));
  const kept = join(KEPT, `${size}-${mtimeMs}-${options.user.uid ?? process.getuid?.() ?? ""}`);
  if (!existsSync(kept)) await keep(kept, options);
  return kept;
}

/** Others may be at it, too: it appears there whole, and the first one stays. */
async function keep(kept: string, { binaries, env, user }: FolderOptions): Promise<void> {
  await mkdir(KEPT, { recursive: true });
  const own = await mkdtemp(join(KEPT, "new-"));
  try {
    if (user.uid !== undefined) await chown(own, user.uid, user.gid ?? user.uid);
    const data = join(own, "data");
    const how = ["-U", "postgres", "--auth=trust", "--no-sync", "--no-locale", "-E", "UTF8"];
    await finish(join(binaries, "initdb"), ["-D", data, ...how], { ...user, cwd: own, env });
    await rename(data, kept).catch((error: unknown) => {
      if (!existsSync(kept)) throw error;
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function finish(file: string, args: readonly string[], options: object): Promise<void> {
  const child = spawn(file, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`${file} failed: ${errors}`);
}
