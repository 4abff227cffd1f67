/** Where files lie whose names are links. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { realFile } from "../../src/basics/real-file.ts";

async function inFolder(test: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "real-file-")));
  try {
    await test((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("a path", () => {
  it("that is no link is where its file lies, there or not", () =>
    inFolder(async (path) => {
      await writeFile(path("file"), "");
      await mkdir(path("folder"));
      for (const name of ["file", "folder", "missing", "missing/file", "file/below"]) {
        assert.equal(realFile(path(name)), path(name));
      }
      assert.equal(realFile(":memory:"), ":memory:");
    }));

  it("that is a link, or a link to one, is where those lead, though nothing is there", () =>
    inFolder(async (path) => {
      await symlink(path("missing/file"), path("one"));
      await symlink("one", path("two"));
      assert.equal(realFile(path("two")), path("missing/file"));
    }));

  it("below a folder that is a link stays as it is, and what is a link there leads on from where it lies", () =>
    inFolder(async (path) => {
      await mkdir(path("there/deep"), { recursive: true });
      await symlink("there/deep", path("folder"));
      await symlink("../file", path("there/deep/link"));
      assert.equal(realFile(path("folder/plain")), path("folder/plain"));
      assert.equal(realFile(path("folder/link")), path("there/file"));
    }));

  it("that leads in a circle stays as it is: whoever opens it says so", () =>
    inFolder(async (path) => {
      await symlink("two", path("one"));
      await symlink("one", path("two"));
      assert.equal(realFile(path("one")), path("one"));
    }));
});
