/** The file for logrotate, by logrotate itself, under a bridge that goes on writing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openDeadLetterFile } from "../../src/dead-letters/file.ts";
import { inFolder } from "../cli/folder.ts";

const FILE = join(import.meta.dirname, "../../config/linux/unsub-bridge.logrotate");

const hasLogrotate = spawnSync("logrotate", ["--version"]).error === undefined;
// Bun prints nothing for what is skipped
if (!hasLogrotate) console.error("!! left out: logrotate is not installed; nobody rotates the dead-letter file");
const skip = !hasLogrotate && "logrotate is not installed";

/** Rotates now whatever lies in this folder under the names that the file knows, as who runs the tests. */
async function rotator(folder: string): Promise<() => void> {
  const text = (await readFile(FILE, "utf8"))
    .replaceAll("/var/lib/unsub-bridge", folder)
    .replaceAll("/var/log/unsub-bridge", folder)
    .replace(/^\tsu .*$/m, "");
  const file = join(folder, "rotate.conf");
  await writeFile(file, text, { mode: 0o600 });
  // it takes nothing from a folder that others may write in
  await chmod(folder, 0o755);
  return () => {
    const { status, stderr } = spawnSync("logrotate", ["--force", "--state", join(folder, "state"), file], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  };
}

describe("the dead-letter file", () => {
  it("is begun anew after each rotation, for its owner alone, and no letter is lost or cut", { skip }, () =>
    inFolder(async ({ path }) => {
      const rotate = await rotator(path);
      const letters = openDeadLetterFile(join(path, "dead-letters.jsonl"));
      for (const letter of ["one", "two", "three"]) {
        await letters.append([letter]);
        rotate();
        // the file is not made by the rotation: there was nothing to write yet
        await assert.rejects(stat(join(path, "dead-letters.jsonl")));
      }
      await letters.append(["four"]);
      await letters.close();
      const names = (await readdir(path)).filter((name) => name.startsWith("dead-letters")).sort();
      // the one before is not compressed yet: a letter that was under way may still go into it
      assert.deepEqual(
        names,
        ["dead-letters.jsonl", ".1", ".2.gz", ".3.gz"].map((end, at) => (at === 0 ? end : `dead-letters.jsonl${end}`)),
      );
      const held = names.map(
        (name) => spawnSync(name.endsWith(".gz") ? "zcat" : "cat", [join(path, name)], { encoding: "utf8" }).stdout,
      );
      assert.deepEqual(held, ["four\n", "three\n", "two\n", "one\n"]);
      assert.equal((await stat(join(path, "dead-letters.jsonl"))).mode & 0o777, 0o600);
    }),
  );
});

describe("a log that is written to a file", () => {
  it("is cut in its place, and goes on at its beginning: it is opened for appending", { skip }, () =>
    inFolder(async ({ path }) => {
      const rotate = await rotator(path);
      // as `>>` and StandardOutput=append: open it
      const log = await open(join(path, "bridge.log"), "a");
      await log.write("before\n");
      rotate();
      await log.write("after\n");
      await log.close();
      assert.equal(await readFile(join(path, "bridge.log"), "utf8"), "after\n");
      assert.equal(await readFile(join(path, "bridge.log.1"), "utf8"), "before\n");
    }),
  );
});
