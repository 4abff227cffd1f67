/** A file in which a person writes with an editor of theirs: for its owner alone, and kept where what was written is not kept elsewhere. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TextDraft {
  readonly file: string;
  /** What stands in it; undefined as long as nothing was changed. */
  read(): Promise<Uint8Array | undefined>;
  remove(): Promise<void>;
}

export async function openDraft(name: string, text: string): Promise<TextDraft> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-"));
  const file = join(folder, name);
  await writeFile(file, text, { mode: 0o600 });
  return {
    file,
    async read() {
      // an editor may have taken it away
      const now = await readFile(file).catch(() => undefined);
      return now === undefined || now.toString("utf8") === text ? undefined : now;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
