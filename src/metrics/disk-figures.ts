/** What the bridge's files take, and how much room their volumes have left. Nothing is opened but the spool. */
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { realFile } from "../basics/real-file.ts";
import type { Config } from "../config/checked-config.ts";
import { sqliteFile } from "../storage/open.ts";
import { type SpoolFigures, spoolFigures } from "./spool-figures.ts";

export const VOLUMES = ["store", "spool", "dead_letters"] as const;
export type Volume = (typeof VOLUMES)[number];

export interface VolumeRoom {
  /** Bytes that this user may still write. */
  readonly free: number;
  /** Bytes that the volume holds in all. */
  readonly size: number;
}

export interface DiskFigures {
  readonly spool: SpoolFigures;
  /** Bytes of a SQLite store's file, and of its log beside it; `undefined`: there is no such file. */
  readonly storeBytes: number | undefined;
  readonly walBytes: number | undefined;
  readonly volumes: Readonly<Partial<Record<Volume, VolumeRoom>>>;
}

/** @param config as it was at the start: these places take a restart */
export function diskFigures({ storage, dead_letters }: Pick<Config, "storage" | "dead_letters">) {
  const spool = spoolFigures(storage.spool);
  const store = sqliteFile(storage);
  const file = store === ":memory:" ? undefined : store;
  return async (): Promise<DiskFigures> => ({
    spool: await spool(),
    storeBytes: file === undefined ? undefined : await bytesOf(file),
    walBytes: file === undefined ? undefined : ((await bytesOf(`${realFile(file)}-wal`)) ?? 0),
    volumes: {
      ...(file && (await roomAt("store", file))),
      ...(await roomAt("spool", storage.spool)),
      ...(await roomAt("dead_letters", dead_letters.file)),
    },
  });
}

async function bytesOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}

async function roomAt(volume: Volume, file: string): Promise<Partial<Record<Volume, VolumeRoom>>> {
  try {
    const { bavail, blocks, bsize } = await statfs(dirname(file));
    return { [volume]: { free: bavail * bsize, size: blocks * bsize } };
  } catch {
    return {};
  }
}
