/** Where a setting stands in the file, for what is found after loading: by a destination, in the store. */
import { readFile } from "node:fs/promises";
import { openSource, type SourcePlace } from "./source.ts";
import { child, type Path, rangeAt } from "./tree.ts";
import { parseYaml } from "./yaml.ts";

/** The place of the innermost part of a path that the file has; undefined when it has none of it. */
export type Places = (path: Path) => SourcePlace | undefined;

/** Never rejects: a file that is gone or faulty meanwhile has no places. */
export async function placesIn(file: string): Promise<Places> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const parsed = text === undefined ? undefined : parseYaml(text);
  if (text === undefined || !parsed?.ok) return () => undefined;
  const source = openSource(file, text);
  const { root } = parsed;
  return (path) => (child(root, String(path[0])) === undefined ? undefined : source.placeOf(rangeAt(root, path)[0]));
}
