/**
 * The file by which somebody on this machine gets in where the settings name no account: whoever may read it, may read the store
 * beside it as well.
 */
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileTrouble, ifThere, PRIVATE } from "../basics/durable.ts";
import { sqlitePath } from "../basics/sqlite-files.ts";
import type { Config } from "../config/checked-config.ts";

export interface LocalAccess {
  /** Where the listener is: `http://127.0.0.1:8081`, without the base path. */
  readonly url: string;
  readonly token: string;
}

/** Beside the store where that is a file, else beside the spool. */
export function tokenFileOf({ url, spool }: Pick<Config["storage"], "url" | "spool">): string {
  const store = sqlitePath(url);
  return `${store === undefined || store === ":memory:" ? spool : store}.admin`;
}

/** Nobody but its owner reads it, not even while it is written. Rejects with words for people. */
export async function writeTokenFile(path: string, access: LocalAccess): Promise<void> {
  const beside = `${path}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    // one that somebody left there keeps its mode
    await rm(beside, { force: true });
    await writeFile(beside, `${JSON.stringify(access)}\n`, { mode: PRIVATE, flag: "wx" });
    await chmod(beside, PRIVATE);
    await rename(beside, path);
  } catch (error) {
    throw fileTrouble("the token of the admin listener", path, "that of the store beside it, or of the spool", error);
  }
}

/** Undefined where there is none, or nothing of ours in it. */
export async function readTokenFile(path: string): Promise<LocalAccess | undefined> {
  const text = await ifThere(readFile(path, "utf8"));
  try {
    const { url, token } = JSON.parse(text ?? "") as Partial<LocalAccess>;
    return typeof url === "string" && typeof token === "string" ? { url, token } : undefined;
  } catch {
    return undefined;
  }
}

export async function removeTokenFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
