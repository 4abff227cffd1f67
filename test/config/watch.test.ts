import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Digests, digestOfFile } from "../../src/config/files/digest.ts";
import { type ConfigWatch, watchFiles } from "../../src/config/files/watch.ts";
import { keepAlive } from "../support/keep-alive.ts";
import { inFolder } from "./support.ts";

/** As they are now. */
async function asRead(...files: string[]): Promise<Digests> {
  return new Map(await Promise.all(files.map(async (file) => [file, await digestOfFile(file)] as const)));
}

/** Watches; `changed` resolves at the next change, past or future. */
function watching(files: Digests): { watch: ConfigWatch; changed(): Promise<void> } {
  let pending = 0;
  let waiting: (() => void) | undefined;
  const watch = watchFiles(
    files,
    () => {
      pending += 1;
      waiting?.();
    },
    { quietMs: 5, pollMs: 20 },
  );
  return {
    watch,
    async changed() {
      if (pending === 0) await new Promise<void>((resolve) => (waiting = resolve));
      waiting = undefined;
      pending -= 1;
    },
  };
}

describe("watching", () => {
  keepAlive();

  it("notices a save in place, a save by renaming, and a file that goes and comes back", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "bridge.yaml");
      await writeFile(file, "one");
      const { watch, changed } = watching(await asRead(file));
      await writeFile(file, "two");
      await changed();
      await writeFile(`${file}.new`, "three");
      await rename(`${file}.new`, file);
      await changed();
      await rm(file);
      await changed();
      await writeFile(file, "four");
      await changed();
      watch.close();
    });
  });

  it("notices a folder that is swapped behind a link, as Kubernetes mounts configurations", async () => {
    await inFolder(async (folder) => {
      for (const name of ["..one", "..two"]) {
        await mkdir(join(folder, name));
        await writeFile(join(folder, name, "bridge.yaml"), name);
      }
      await symlink("..one", join(folder, "..data"));
      await symlink("..data/bridge.yaml", join(folder, "bridge.yaml"));
      const { watch, changed } = watching(await asRead(join(folder, "bridge.yaml")));
      await symlink("..two", join(folder, "..data_tmp"));
      await rename(join(folder, "..data_tmp"), join(folder, "..data"));
      await changed();
      watch.close();
    });
  });

  it("notices what changed between reading and watching", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "bridge.yaml");
      await writeFile(file, "one");
      const read = await asRead(file);
      await writeFile(file, "two");
      const { watch, changed } = watching(read);
      await changed();
      watch.close();
    });
  });

  it("watches other files once it is told to, and no longer the former ones", async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, "elsewhere"));
      const [one, two] = [join(folder, "one"), join(folder, "elsewhere/two")];
      await writeFile(one, "1");
      await writeFile(two, "1");
      const { watch, changed } = watching(await asRead(one));
      watch.use(await asRead(two));
      await writeFile(one, "2");
      await writeFile(two, "2");
      await changed();
      watch.close();
    });
  });

  it("calls for one change once: content counts, not the time of saving", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "bridge.yaml");
      const marker = join(folder, "marker");
      await writeFile(file, "one");
      let calls = 0;
      let done: (() => void) | undefined;
      const isDone = new Promise<void>((resolve) => {
        done = resolve;
      });
      /** Under another name first: a file that is written in place is empty for a moment, which is another content. */
      async function saveAgain(): Promise<void> {
        await writeFile(`${file}.new`, "one");
        await rename(`${file}.new`, file);
      }
      const watch = watchFiles(
        await asRead(file, marker),
        async () => {
          calls += 1;
          if ((await digestOfFile(marker)) !== "absent") done?.();
        },
        { quietMs: 5, pollMs: 20 },
      );
      await saveAgain();
      await saveAgain();
      await writeFile(marker, "x");
      await isDone;
      assert.equal(calls, 1);
      watch.close();
    });
  });
});
