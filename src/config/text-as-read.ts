/** The text of a configuration's file, as long as it is what was read. */
import type { Config } from "./checked-config.ts";
import { readTextFile } from "./files/read-text.ts";
import { LARGEST_BYTES } from "./load.ts";

/** Undefined when the file was saved since: nobody knows all secrets of another one. What is judged and what is shown is one reading. */
export async function textAsRead({ file, readFrom }: Pick<Config, "file" | "readFrom">): Promise<string | undefined> {
  const read = await readTextFile(file, LARGEST_BYTES);
  return read.ok && read.digest === readFrom.get(file) ? read.text : undefined;
}
