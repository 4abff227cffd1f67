/** Paths of the YAML made absolute: they are relative to its file, unless they are as by default and a folder is named for those. */
import { basename, resolve } from "node:path";
import { withEnvironment } from "../basics/postgres-url.ts";
import { realFile } from "../basics/real-file.ts";
import { sqlitePath } from "../basics/sqlite-files.ts";
import type { Env } from "./decoding/variables.ts";
import { Settings } from "./schema.ts";

export function withAbsolutePaths(settings: Settings, folder: string, env: Env): Settings {
  const { storage, dead_letters } = settings;
  const file = placer(folder, env)(dead_letters.file, Settings.properties.dead_letters.properties.file.default);
  return {
    ...settings,
    storage: withAbsoluteStorage(storage, folder, env),
    dead_letters: { ...dead_letters, file },
  };
}

/** Where a path is as by default, `UNSUB_BRIDGE_DATA` may name the folder: the image sets it. */
function placer(folder: string, { UNSUB_BRIDGE_DATA: data }: Env) {
  return (path: string, byDefault: unknown): string =>
    data !== undefined && data !== "" && path === byDefault ? resolve(data, basename(path)) : resolve(folder, path);
}

export function withAbsoluteStorage(storage: Settings["storage"], folder: string, env: Env): Settings["storage"] {
  const place = placer(folder, env);
  const { url, spool } = Settings.properties.storage.properties;
  const path = sqlitePath(storage.url);
  const isFile = path !== undefined && path !== ":memory:";
  return {
    ...storage,
    url: isFile ? `sqlite:${place(path, sqlitePath(String(url.default)) ?? "")}` : withEnvironment(storage.url, env),
    // it is renamed and made anew all the time: where it is, not what leads there
    spool: realFile(place(storage.spool, spool.default)),
  };
}
