import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { digestOfFile, LARGEST_DIGESTED } from "../../src/config/files/digest.ts";
import { readTextFile, readTextSync, type TextFile } from "../../src/config/files/read-text.ts";
import { inFolder } from "./support.ts";

const KILOBYTE = 1024;

/** Both ways of reading, which must agree. */
async function read(file: string, largest = KILOBYTE): Promise<TextFile> {
  const [one, other] = [await readTextFile(file, largest), readTextSync(file, largest)];
  assert.deepEqual({ ...one, error: undefined }, { ...other, error: undefined });
  return one;
}

describe("a file that is read as text", () => {
  it("is its text without a byte order mark", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "token");
      await writeFile(file, "\ufeffgeheim ü\n");
      const found = await read(file);
      assert.ok(found.ok);
      assert.equal(found.text, "geheim ü\n");
    });
  });

  it("has the digest that the watch finds, whatever became of it: else it would count as changed for ever", async () => {
    await inFolder(async (folder) => {
      const contents: Record<string, string | Uint8Array> = {
        small: "one",
        larger: "x".repeat(KILOBYTE + 1),
        huge: "x".repeat(LARGEST_DIGESTED + 1),
        binary: Uint8Array.of(0xff, 0xfe),
      };
      for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
      for (const name of [...Object.keys(contents), "absent"]) {
        for (const largest of [KILOBYTE, Number.POSITIVE_INFINITY]) {
          const { digest } = await read(join(folder, name), largest);
          assert.equal(digest, await digestOfFile(join(folder, name)), `${name}, of at most ${largest}`);
        }
      }
    });
  });

  it("is no device, which has no end, and of a pipe nothing is read while everybody waits", async () => {
    const device = await read("/dev/zero");
    assert.ok(!device.ok && device.why === "unreadable" && /a pipe or a device/.test(String(device.error)));
    const nothing = await read("/dev/null");
    assert.ok(nothing.ok && nothing.text === "" && nothing.digest === (await digestOfFile("/dev/null")));
    await inFolder(async (folder) => {
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const found = readTextSync(pipe, KILOBYTE);
      assert.ok(!found.ok && found.why === "unreadable");
      assert.equal(found.digest, await digestOfFile(pipe));
      const [written, { digest, ...whole }] = [writeFile(pipe, "geheim"), await readTextFile(pipe, KILOBYTE)];
      await written;
      assert.deepEqual(whole, { ok: true, text: "geheim" });
      assert.equal(digest, await digestOfFile(pipe));
    });
  });

  it("is refused by what is the matter", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "large"), "x".repeat(KILOBYTE + 1));
      await writeFile(join(folder, "binary"), Uint8Array.of(0xff, 0xfe));
      const whys = await Promise.all(["large", "binary", "absent", "."].map((name) => read(join(folder, name))));
      assert.deepEqual(
        whys.map((found) => (found.ok ? "read" : found.why)),
        ["too large", "not UTF-8", "unreadable", "unreadable"],
      );
    });
  });
});
