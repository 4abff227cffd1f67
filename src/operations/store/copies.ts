/** A SQLite store as one file, and back. */
import { randomUUID } from "node:crypto";
import { shown } from "../../basics/text.ts";
import { type StoreSettings, sqliteFile } from "../../storage/open.ts";
import type { StoreContent } from "../../storage/sqlite/content.ts";
import type { Restored } from "../../storage/sqlite/restore.ts";
import { errorLine } from "../error-line.ts";
import type { Asking } from "../operations.ts";
import { Refused } from "../refused.ts";

export type { Restored, StoreContent };

/**
 * Copies the store to a new file, beside a running bridge: an export, which its audit tells of. Rejects with `Refused`.
 * @param file absolute
 */
export async function backUpStore(
  storage: StoreSettings,
  file: string,
  name: string,
  asking: Asking,
): Promise<StoreContent> {
  const instead = `pg_dump --schema=${storage.schema} --format=custom --file=${shown(name)} "$DATABASE_URL"`;
  const path = fileOf(storage, instead);
  // on demand: whoever asks for something else need not load it
  const [{ backUp }, { noteStoreExport }] = await Promise.all([
    import("../../storage/sqlite/backup.ts"),
    import("../audit/whole-store.ts"),
  ]);
  const content = await backUp(path, file).catch((error: unknown) => {
    throw new Refused("unreachable", `There is no backup: ${errorLine(error)}`);
  });
  await noteStoreExport(storage, asking, { filter: { backup: file }, count: content.events });
  return content;
}

/** What was restored, and where. */
export interface RestoredStore extends Restored {
  /** Of the store. */
  readonly path: string;
}

/** Puts a backup in the place of the store, while no bridge serves it. Rejects with `Refused`. @param file absolute */
export async function restoreStore(
  storage: StoreSettings,
  file: string,
  name: string,
  { actor }: Pick<Asking, "actor">,
): Promise<RestoredStore> {
  const path = fileOf(storage, `pg_restore --clean --if-exists --dbname="$DATABASE_URL" ${shown(name)}`);
  const { restore } = await import("../../storage/sqlite/restore.ts");
  const act = { id: randomUUID(), actor, operation: "restore", filter: { file } } as const;
  const restored = await restore(file, path, act, new Date()).catch((error: unknown) => {
    throw new Refused("unreachable", `Nothing was restored: ${errorLine(error)}`);
  });
  return { ...restored, path };
}

/** @param instead what does it where the store is PostgreSQL's */
function fileOf(storage: StoreSettings, instead: string): string {
  const path = sqliteFile(storage);
  if (path !== undefined && path !== ":memory:") return path;
  const words =
    path === undefined
      ? `This store is PostgreSQL's, which has its own tools: ${instead}`
      : "This store is in memory: there is no file to copy.";
  throw new Refused("unknown", words);
}
