import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { HAS_NOTICES, openFolderWatch } from "../../src/config/files/folder-watch.ts";
import { inFolder } from "./support.ts";

describe("notices of the file system", { skip: HAS_NOTICES ? false : "there are none on Deno" }, () => {
  it("come from a folder that is watched, also beside one that is not there", async () => {
    await inFolder(async (folder) => {
      const noticed = Promise.withResolvers<void>();
      const watch = openFolderWatch(noticed.resolve);
      watch.use(new Set([join(folder, "gone"), folder]));
      await writeFile(join(folder, "bridge.yaml"), "one");
      await noticed.promise;
      watch.close();
    });
  });

  it("come from a folder that is named later", async () => {
    await inFolder(async (folder) => {
      const noticed = Promise.withResolvers<void>();
      const watch = openFolderWatch(noticed.resolve);
      watch.use(new Set());
      watch.use(new Set([folder]));
      await writeFile(join(folder, "bridge.yaml"), "one");
      await noticed.promise;
      watch.close();
    });
  });
});
