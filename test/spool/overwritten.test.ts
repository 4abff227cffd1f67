/** A spool's file that somebody cuts, or writes over in its place: what it held is remembered, as far as memory may go. */
import assert from "node:assert/strict";
import {
  appendFile,
  copyFile,
  open as openFile,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { currentSegment } from "../../src/spool/current-segment.ts";
import { segmentsOf } from "../../src/spool/names.ts";
import { missingIn, remember } from "../../src/spool/remembered.ts";
import type { LostName } from "../../src/spool/rescue.ts";
import { openSpool, type Spool } from "../../src/spool/spool.ts";
import { memoryLog } from "../intake/harness.ts";
import { DOWN, filesOf, inFolder, intake, type TestTaker, taker, UNTOLD } from "./spool-support.ts";

const CUT = "somebody has cut it, or written over it in its place";

interface Scene {
  readonly path: string;
  readonly spool: Spool;
  readonly store: TestTaker;
  /** Facts of the log, with what was told of callbacks. */
  said(): readonly (readonly unknown[])[];
}

const inScene = (test: (scene: Scene) => Promise<void>) =>
  inFolder(async (folder) => {
    const path = join(folder, "spool.jsonl");
    const log = memoryLog();
    const spool = await openSpool(path, { log });
    const said = () =>
      log.lines.map(({ fact, level, bytes, reason, file }) => [fact, level, bytes, reason, typeof file]);
    await test({ path, spool, store: taker(), said });
    await spool.close();
  });

/** As many bytes as there are, in the same file. */
async function writeOver(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await openFile(path, "r+");
  await file.write(Buffer.alloc(size, "x"), 0, size, 0);
  await file.close();
}

const harms: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "is written over with as many bytes": writeOver,
  "is written over with as many bytes, and has the time that it had": async (path) => {
    const { atime, mtime } = await stat(path);
    await writeOver(path);
    await utimes(path, atime, mtime);
  },
  "is cut to nothing": (path) => truncate(path, 0),
  "is copied away and cut, as logrotate does": async (path) => {
    await copyFile(path, `${path}.1`);
    await truncate(path, 0);
    await rm(`${path}.1`);
  },
  "gets another content by cp": async (path) => {
    await writeFile(`${path}.other`, "something else\n");
    await copyFile(`${path}.other`, path);
    await rm(`${path}.other`);
  },
  "is cut within a line": async (path) => truncate(path, (await stat(path)).size - 1),
};

for (const [harm, act] of Object.entries(harms)) {
  describe(`a file of the spool that ${harm}`, () => {
    it("loses nothing where it is taken over next", () =>
      inScene(async ({ path, spool, store, said }) => {
        await spool.append(intake("a"));
        await act(path);
        await spool.take(store);
        await spool.take(store);
        assert.deepEqual(new Set(store.got), new Set(["a"]));
        assert.deepEqual(said()[0]?.slice(0, 2), ["spool.gone", "error"]);
        assert.deepEqual(await filesOf(path).then((files) => files.filter((file) => /taking|^spool$/.test(file))), []);
      }));

    it("loses nothing where another callback comes next", () =>
      inScene(async ({ path, spool, store }) => {
        await spool.append(intake("a"));
        await act(path);
        await spool.append(intake("b"));
        await spool.look();
        await spool.take(store);
        await spool.take(store);
        assert.deepEqual(new Set(store.got), new Set(["a", "b"]));
      }));

    it("loses nothing where it was set aside, and the store does not take it yet", () =>
      inScene(async ({ path, spool, store }) => {
        store.behave = DOWN;
        await spool.append(intake("a"));
        await assert.rejects(spool.take(store));
        await spool.look();
        const [segment = ""] = await segmentsOf(path);
        await act(segment);
        store.behave = () => ({ refused: [] });
        await spool.take(store);
        await spool.take(store);
        assert.deepEqual(new Set(store.got), new Set(["a"]));
      }));

    it("loses nothing where the bridge is stopped next", () =>
      inScene(async ({ path, spool, store }) => {
        await spool.append(intake("a"));
        await act(path);
        await spool.close();
        const next = await openSpool(path);
        await next.take(store);
        assert.deepEqual(new Set(store.got), new Set(["a"]));
        await next.close();
      }));
  });
}

describe("what is remembered of the spool's files", () => {
  it("is saved within a second, before a crash can take it, and told once with the place", () =>
    inScene(async ({ path, spool, said }) => {
      await spool.append(intake("a"));
      const text = await readFile(path, "utf8");
      await spool.look();
      await writeOver(path);
      await spool.look();
      await spool.look();
      const saved = (await segmentsOf(path)).find((file) => file.endsWith(".saved")) ?? "";
      assert.equal(await readFile(saved, "utf8"), text);
      assert.deepEqual(said(), [["spool.gone", "error", text.length, CUT, "string"]]);
    }));

  it("is saved of a file that was set aside as well, before the store has it", () =>
    inScene(async ({ path, spool, store, said }) => {
      store.behave = DOWN;
      await spool.append(intake("a"));
      await assert.rejects(spool.take(store));
      await spool.look();
      for (const segment of await segmentsOf(path)) await writeOver(segment);
      await spool.look();
      await spool.look();
      assert.deepEqual(
        said().map(([fact, , , , file]) => [fact, file]),
        [["spool.gone", "string"]],
      );
      assert.equal((await segmentsOf(path)).filter((file) => file.endsWith(".saved")).length, 1);
    }));

  it("is not even needed where the size of a file tells it: the next callback begins another at once", () =>
    inScene(async ({ path, spool, said }) => {
      for (const harm of [() => appendFile(path, "foreign"), () => truncate(path, 0)]) {
        await spool.append(intake("a"));
        const before = (await segmentsOf(path)).length;
        await harm();
        await spool.append(intake("b"));
        assert.ok((await segmentsOf(path)).length > before);
        assert.equal((await readFile(path, "utf8")).split("\n").length, 2, "the line of b, and its end");
      }
      assert.equal(said().length, 1, "foreign bytes take nothing away");
    }));

  it("is saved of a file in whose place another one is read", () =>
    inScene(async ({ path, spool, store }) => {
      store.behave = DOWN;
      for (const text of ["a", "b"]) {
        await spool.append(intake(text));
        await assert.rejects(spool.take(store));
      }
      await spool.look();
      const [, second = ""] = await segmentsOf(path);
      store.behave = async () => {
        await writeFile(`${path}.other`, "");
        await rename(`${path}.other`, second);
        return { refused: [] };
      };
      await spool.take(store);
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      assert.deepEqual(new Set(store.got), new Set(["a", "b"]));
    }));

  it("is not taken for lost where there are too many files to hold all of them", () =>
    inScene(async ({ path, spool, store, said }) => {
      const others = Array.from({ length: 201 }, (_, index) => `${path}.taking-${index}`);
      for (const other of others) await writeFile(other, "");
      await spool.append(intake("a"));
      await appendFile(path, "foreign\n");
      await spool.append(intake("b"));
      await spool.look();
      assert.deepEqual(said(), []);
      await spool.take(store);
      assert.deepEqual([new Set(store.got), said(), await segmentsOf(path)], [new Set(["a", "b"]), [], []]);
    }));

  it("is no reason to say or to save anything while nobody touches them", () =>
    inScene(async ({ path, spool, store, said }) => {
      for (const text of ["a", "b"]) await spool.append(intake(text));
      await spool.look();
      store.behave = DOWN;
      await assert.rejects(spool.take(store));
      await spool.append(intake("c"));
      await spool.look();
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      assert.deepEqual([store.got, said(), await filesOf(path)], [["a", "b", "c"], [], []]);
    }));

  it("is saved where a file that was set aside is removed before anybody has looked", () =>
    inScene(async ({ path, spool, store, said }) => {
      await spool.append(intake("a"));
      // what follows foreign bytes begins another file
      await appendFile(path, "foreign\n");
      await spool.append(intake("b"));
      for (const segment of await segmentsOf(path)) await rm(segment);
      await spool.look();
      await spool.take(store);
      assert.deepEqual([new Set(store.got), said().length], [new Set(["a", "b"]), 1]);
    }));

  it("is saved as soon as that is possible, and told once until then", () =>
    inScene(async ({ path, spool, store, said }) => {
      await spool.append(intake("a"));
      await writeOver(path);
      const folder = dirname(path);
      await rm(folder, { recursive: true });
      await writeFile(folder, "a file");
      for (let look = 0; look < 3; look += 1) await spool.look();
      assert.equal(said().filter(([, , , , file]) => file === "undefined").length, said().length);
      const before = said().length;
      await rm(folder);
      await spool.append(intake("b"));
      await spool.look();
      await spool.take(store);
      assert.ok(store.got.includes("a") && store.got.includes("b"), String(store.got));
      assert.equal(said().length, before + 1);
    }));

  it("is told anew of a file that has the number of one that was given up", () => {
    const remembered = remember();
    assert.deepEqual([remembered.noteFailure("1:2"), remembered.noteFailure("1:2")], [true, false]);
    remembered.forget("1:2");
    assert.equal(remembered.noteFailure("1:2"), true);
  });

  it("is bounded: what was written first is forgotten, and how much of that was cut off is said", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const lost: LostName[] = [];
      const remembered = remember(8);
      const current = currentSegment(path, { ...UNTOLD, remembered, onLost: (one) => void lost.push(one) });
      for (const text of ["one\n", "two\n", "six\n"]) await current.write(Buffer.from(text));
      await truncate(path, 0);
      await current.look();
      await current.close();
      assert.deepEqual(
        lost.map(({ bytes, file }) => [bytes, file !== undefined]),
        [
          [8, true],
          [4, false],
        ],
      );
      assert.equal(await readFile(String(lost[0]?.file), "utf8"), "two\nsix\n");
    }));

  it("is compared where it stands, however much that is", () =>
    inFolder(async (folder) => {
      const path = join(folder, "file");
      const bytes = Array.from({ length: 300 }, (_, index) => Buffer.from(`${String(index % 10).repeat(3_999)}\n`));
      await writeFile(path, Buffer.concat(bytes));
      const pieces = bytes.map((piece, index) => ({ at: index * 4_000, bytes: piece }));
      const file = await openFile(path, "r+");
      assert.deepEqual(await missingIn(file, pieces), []);
      await file.write("x", 200 * 4_000 + 7);
      // the end of the line before
      await file.write("x", 100 * 4_000 - 1);
      await file.truncate(299 * 4_000);
      assert.deepEqual(
        (await missingIn(file, pieces)).map(({ at }) => at / 4_000),
        [99, 100, 200, 299],
      );
      await file.close();
    }));
});
