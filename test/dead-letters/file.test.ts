import assert from "node:assert/strict";
import { appendFile, mkdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { openDeadLetterFile } from "../../src/dead-letters/file.ts";
import { inFolder } from "./support.ts";

describe("the dead-letter file", () => {
  it("is made with its folder when there is something to write, for its owner alone", () =>
    inFolder(async (folder) => {
      const path = join(folder, "a", "b", "letters.jsonl");
      const file = openDeadLetterFile(path);
      await file.append([]);
      await assert.rejects(stat(join(folder, "a")), "nothing was made yet");
      await file.append(["one", "two"]);
      await file.append(["three"]);
      assert.equal(await readFile(path, "utf8"), "one\ntwo\nthree\n");
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      await file.close();
    }));

  it("is continued by the next run, and can be used again after closing", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      await writeFile(path, "old\n");
      const file = openDeadLetterFile(path);
      await file.append(["one"]);
      await file.close();
      await file.append(["two"]);
      await file.close();
      assert.equal(await readFile(path, "utf8"), "old\none\ntwo\n");
    }));

  it("keeps a torn last line as it is and begins a new one, wherever it was torn", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const before = '{"v":1,"id":"é"}\n{"v":1,"id":"b"}\n';
      const bytes = Buffer.from(before);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        await writeFile(path, bytes.subarray(0, cut));
        const file = openDeadLetterFile(path);
        await file.append(["one"]);
        await file.close();
        const between = cut === 0 || bytes[cut - 1] === 0x0a ? "" : "\n";
        const expected = Buffer.concat([bytes.subarray(0, cut), Buffer.from(`${between}one\n`)]);
        assert.deepEqual(await readFile(path), expected, `cut at ${cut}`);
      }
    }));

  it("may be rotated under the running bridge", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const file = openDeadLetterFile(path);
      await file.append(["one"]);
      await rename(path, `${path}.1`);
      await file.append(["two"]);
      await rename(path, `${path}.2`);
      await writeFile(path, "by the rotation, torn");
      await file.append(["three"]);
      assert.equal(await readFile(`${path}.1`, "utf8"), "one\n");
      assert.equal(await readFile(`${path}.2`, "utf8"), "two\n");
      assert.equal(await readFile(path, "utf8"), "by the rotation, torn\nthree\n");
      await file.close();
    }));

  it("may be removed, with its folder, or emptied under the running bridge", () =>
    inFolder(async (folder) => {
      const path = join(folder, "data", "letters.jsonl");
      const file = openDeadLetterFile(path);
      await file.append(["one"]);
      await rm(path);
      await file.append(["two"]);
      assert.equal(await readFile(path, "utf8"), "two\n");
      await rm(dirname(path), { recursive: true });
      await file.append(["three"]);
      assert.equal(await readFile(path, "utf8"), "three\n");
      await truncate(path);
      await file.append(["four"]);
      assert.equal(await readFile(path, "utf8"), "four\n");
      await file.close();
    }));

  it("shares its file with others who append", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const file = openDeadLetterFile(path);
      await file.append(["one"]);
      await appendFile(path, "foreign\n");
      await file.append(["two"]);
      assert.equal(await readFile(path, "utf8"), "one\nforeign\ntwo\n");
      await file.close();
    }));

  it("says what is in its way and what to do, and works once that is mended", () =>
    inFolder(async (folder) => {
      const path = join(folder, "data", "letters.jsonl");
      const file = openDeadLetterFile(path);
      await writeFile(dirname(path), "a file");
      await assert.rejects(file.append(["one"]), /the dead-letter file .* cannot be used \(.+\): .*dead_letters\.file/);
      await rm(dirname(path));
      await mkdir(path, { recursive: true });
      await assert.rejects(file.append(["one"]), /\(it is a folder\): name a file/);
      await rm(path, { recursive: true });
      await file.append(["one"]);
      assert.equal(await readFile(path, "utf8"), "one\n");
      await file.close();
    }));

  it("does not take a full disk for a written line", async () => {
    // Deno does not even open devices without all permissions: words differ, the refusal must not
    const words = "Deno" in globalThis ? /cannot be used/ : /\(the disk is full\): make room/;
    const file = openDeadLetterFile("/dev/full");
    await assert.rejects(file.append(["one"]), words);
    await assert.rejects(file.append(["two"]), words);
  });
});
