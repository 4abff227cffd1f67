/** The file that the spool is being written to. */
import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { currentSegment } from "../../src/spool/current-segment.ts";
import { remember } from "../../src/spool/remembered.ts";
import { inFolder, UNTOLD } from "./spool-support.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("the file that is being written", () => {
  it("is begun at the first write, and told of before anything is in it", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      let begun = 0;
      const current = currentSegment(path, {
        ...UNTOLD,
        remembered: remember(),
        onBegun: () => {
          begun += 1;
        },
      });
      assert.deepEqual(await readdir(folder), []);
      await current.write(bytes("one\n"));
      await current.write(bytes("two\n"));
      await current.close();
      assert.equal(await readFile(path, "utf8"), "one\ntwo\n");
      assert.ok(begun > 0);
    }));

  it("is another one after somebody has moved it away: what comes then has the spool's name", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const current = currentSegment(path, { ...UNTOLD, remembered: remember() });
      await current.write(bytes("one\n"));
      await rename(path, `${path}.elsewhere`);
      await current.write(bytes("two\n"));
      await current.close();
      assert.equal(await readFile(path, "utf8"), "two\n");
      assert.match(await readFile(`${path}.elsewhere`, "utf8"), /^one\n/);
    }));

  it("is given up when something keeps moving it away, and says so", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      let moves = 0;
      const current = currentSegment(path, {
        ...UNTOLD,
        remembered: remember(),
        onBegun: () => {
          moves += 1;
          renameSync(path, `${path}.${moves}`);
        },
      });
      await assert.rejects(current.write(bytes("one\n")), /something keeps moving it away/);
      assert.ok(moves > 1, "it has tried but once");
      await current.close();
    }));

  it("leaves the spool's name to the next one when it is set aside, with all that was in it", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const current = currentSegment(path, { ...UNTOLD, remembered: remember() });
      await current.write(bytes("one\n"));
      await current.setAside();
      await current.write(bytes("two\n"));
      await current.close();
      const names = (await readdir(folder)).toSorted();
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
      assert.deepEqual(texts, ["two\n", "one\n"]);
    }));
});
