import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { readSpoolLine, spoolLines } from "../../src/spool/line.ts";
import { segmentsOf } from "../../src/spool/names.ts";
import { openSpool, type Spool } from "../../src/spool/spool.ts";
import type { Intake } from "../../src/storage/contract/callbacks.ts";
import { memoryLog } from "../intake/harness.ts";
import { callback, DOWN, filesOf, inFolder, intake, quarantined, taker } from "./spool-support.ts";

const linesIn = async (path: string) => (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `user ${index}`);

describe("a line of the spool", () => {
  it("gives callbacks and quarantine entries back, byte by byte", () => {
    const body = Buffer.from([0, 10, 13, 34, 92, 128, 255]);
    const odd = callback("", { body: body.subarray(1), platform: "\u2028\n\ud800", command: "€" });
    const entry = { ...quarantined("q"), fault: "line\nbreak" };
    const lines = spoolLines({ callbacks: [odd], quarantine: [entry] }).split("\n");
    assert.equal(lines.length, 3, "one line each, and nothing behind the last line break");
    const [first, second] = lines.map((line) => readSpoolLine(Buffer.from(line)));
    assert.deepEqual(first, { kind: "callback", callback: odd });
    assert.deepEqual(second, { kind: "quarantine", entry });
  });

  it("is not read when any one byte of it is missing or different", () => {
    const line = Buffer.from(spoolLines(intake("jared")).trimEnd());
    assert.ok(readSpoolLine(line));
    for (let at = 0; at < line.length; at += 1) {
      assert.equal(readSpoolLine(line.subarray(0, at)), undefined, `cut at ${at}`);
      const changed = Buffer.from(line);
      changed[at] = (line[at] ?? 0) ^ 1;
      assert.equal(readSpoolLine(changed), undefined, `changed at ${at}`);
    }
    assert.equal(readSpoolLine(Buffer.concat([line, line])), undefined);
  });
});

describe("the spool", () => {
  it("makes folder and file only when they are needed, for its owner alone", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "a", "b", "spool.jsonl");
      const spool = await open(path);
      assert.equal(spool.pending(), false);
      await spool.take(taker());
      await assert.rejects(stat(join(folder, "a")), "nothing was made yet");
      await spool.append(intake("jared"));
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.equal(spool.pending(), true);
    }));

  it("has each append on disk when it resolves, however they overlap", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      let checked = 0;
      const appendAndLook = async (text: string) => {
        await spool.append(intake(text));
        const encoded = Buffer.from(text).toString("base64");
        assert.ok((await readFile(path, "utf8")).includes(`"${encoded}"`), `${text} was promised and is not there`);
        checked += 1;
      };
      await Promise.all(numbered(50).map(appendAndLook));
      assert.equal(checked, 50);
      assert.equal((await linesIn(path)).length, 50, "each of them once");
    }));

  it("hands everything to the store and leaves no file behind", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append({ callbacks: [callback("a"), callback("b")], quarantine: [quarantined("q")] });
      await spool.append(intake("c"));
      const store = taker();
      await spool.take(store);
      assert.deepEqual(store.got, ["a", "b", "c", "q"]);
      assert.equal(store.counted, 4);
      assert.equal(spool.pending(), false);
      assert.deepEqual(await filesOf(path), []);
    }));

  it("hands over in portions that one transaction can hold", () =>
    inFolder(async (folder, open) => {
      const spool = await open(join(folder, "spool.jsonl"));
      await spool.append(intake(...numbered(1_100)));
      await spool.append(intake("x".repeat(3 * 1024 * 1024), "y".repeat(3 * 1024 * 1024)));
      const store = taker();
      await spool.take(store);
      assert.deepEqual(store.sizes, [500, 500, 100, 1, 1]);
    }));

  it("takes over what an earlier run has left, finished or in the middle of being taken", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const crashed = await open(path);
      await crashed.append(intake("a"));
      const down = taker();
      down.behave = DOWN;
      await assert.rejects(crashed.take(down), /the store is down/);
      await crashed.append(intake("b"));
      assert.deepEqual(await filesOf(path), ["spool", "spool.taking"]);

      const next = await open(path);
      assert.equal(next.pending(), true);
      const store = taker();
      await next.take(store);
      assert.deepEqual(store.got.sort(), ["a", "b"]);
      assert.deepEqual(await filesOf(path), []);
    }));

  it("keeps what comes while the store is taking over", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("a"));
      const store = taker();
      store.behave = async ({ callbacks }) => {
        if (callbacks[0] !== undefined && store.got.length === 0) await spool.append(intake("b"));
        return { refused: [] };
      };
      await spool.take(store);
      assert.deepEqual(store.got, ["a"]);
      assert.equal(spool.pending(), true);
      await spool.take(store);
      assert.deepEqual(store.got, ["a", "b"]);
      assert.equal(spool.pending(), false);
    }));

  it("goes on where the store stopped taking, without handing the rest twice", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      const all = numbered(1_200);
      await spool.append(intake(...all));
      const store = taker();
      store.behave = () => (store.sizes.length === 1 ? DOWN() : { refused: [] });
      await assert.rejects(spool.take(store), /the store is down/);
      assert.equal(store.got.length, 500);
      assert.equal(spool.pending(), true);
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      assert.deepEqual(store.got, all);
      assert.deepEqual(await filesOf(path), []);
    }));

  it("does not make more and more files while the store takes nothing", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      const store = taker();
      store.behave = DOWN;
      for (const text of numbered(40)) {
        await spool.append(intake(text));
        await assert.rejects(spool.take(store), /the store is down/);
      }
      assert.ok((await filesOf(path)).length <= 21, `${(await filesOf(path)).length} files`);
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      if (spool.pending()) await spool.take(store);
      assert.deepEqual([...new Set(store.got)].sort(), numbered(40).sort());
      assert.deepEqual(await filesOf(path), []);
    }));

  it("stops between two portions when told so, and knows that there is more", () =>
    inFolder(async (folder, open) => {
      const spool = await open(join(folder, "spool.jsonl"));
      await spool.append(intake(...numbered(600)));
      const store = taker();
      store.behave = () => {
        store.stopping = true;
        return { refused: [] };
      };
      await spool.take(store);
      assert.equal(store.got.length, 500);
      assert.equal(spool.pending(), true);
      store.stopping = false;
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      assert.equal(store.got.length, 600);
    }));
});

/** A line as another release, or another program, would write it: whole, with a checksum that is right. */
function foreignLine(entry: unknown, version = 1): string {
  const rest = JSON.stringify(entry).slice(1);
  return `{"v":${version},"sum":"${createHash("sha256").update(rest).digest("hex").slice(0, 16)}",${rest}`;
}

const FOREIGN: Readonly<Record<string, string>> = {
  "of a newer release": foreignLine({ batch: [] }, 2),
  "of a release far newer": foreignLine({ callback: {} }, 12),
  "of a kind that is not known": foreignLine({ heal: { user: "jared" } }),
  "that is empty": foreignLine({}),
  "whose callback lacks its body": foreignLine({ callback: { app: "1", command: "c", platform: "", clientIp: "" } }),
  "whose body is no text": foreignLine({
    callback: { app: "1", command: "c", platform: "", clientIp: "", receivedAt: 1, body: 7 },
  }),
  "whose callback is none": foreignLine({ callback: null }),
  "whose quarantine entry has no fault": foreignLine({
    quarantine: { app: "1", command: "c", platform: "", clientIp: "", receivedAt: 1, body: "", id: "i", size: 1 },
  }),
  "of another program": '{"level":"info","fact":"something else"}',
};

describe("a whole line in the spool", () => {
  for (const [what, line] of Object.entries(FOREIGN)) {
    it(`${what} is set aside loudly, and keeps nothing else`, () =>
      inFolder(async (folder, open) => {
        const path = join(folder, "spool.jsonl");
        const crashed = await open(path);
        await crashed.append(intake("before"));
        await appendFile(path, `${line}\n${spoolLines(intake("behind"))}`);
        const next = await open(path);
        const store = taker();
        await next.take(store);
        assert.deepEqual(store.got, ["before", "behind"]);
        assert.equal(store.foreignLines, 1);
        assert.deepEqual(await filesOf(path), ["spool.foreign"]);
        assert.deepEqual(await linesIn(`${path}.foreign`), [line]);
        assert.equal((await stat(`${path}.foreign`)).mode & 0o777, 0o600);
      }));
  }

  it("is taken over with what an editor on Windows has put around it", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const lines = spoolLines({ ...intake("a", "b"), quarantine: [quarantined("q")] });
      await writeFile(path, `\ufeff${lines.replaceAll("\n", "\r\n")}`);
      const spool = await open(path);
      const store = taker();
      await spool.take(store);
      assert.deepEqual(store.got, ["a", "b", "q"]);
      assert.deepEqual(await filesOf(path), []);
    }));

  it("that is foreign is set aside once, however often the store did not take its neighbours", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const crashed = await open(path);
      await crashed.append(intake("before"));
      await appendFile(path, `${FOREIGN["of a newer release"]}\n`);
      const next = await open(path);
      const store = taker();
      store.behave = DOWN;
      await assert.rejects(next.take(store));
      await assert.rejects(next.take(store));
      store.behave = () => ({ refused: [] });
      await next.take(store);
      assert.equal((await linesIn(`${path}.foreign`)).length, 1);
    }));
});

describe("a stale entry for which the quarantine has no room", () => {
  it("is not counted as taken over", () =>
    inFolder(async (folder, open) => {
      const spool = await open(join(folder, "spool.jsonl"));
      await spool.append(intake("kept"));
      await spool.append({ callbacks: [], quarantine: [quarantined("outside")] });
      const store = taker();
      store.behave = () => ({ refused: [], unkept: ["outside"] });
      await spool.take(store);
      assert.deepEqual([store.counted, store.outsideEntries], [1, 1]);
    }));
});

describe("how much the spool holds", () => {
  it("is bounded: beyond it appends are refused with words, until the store has taken some", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const log = memoryLog();
      const bound = { bytes: spoolLines(intake("a")).length * 3 };
      const spool = await openSpool(path, { maxBytes: () => bound.bytes, log });
      await spool.append(intake("a"));
      assert.deepEqual(log.lines, []);
      await spool.append(intake("b"));
      assert.deepEqual(
        log.lines.map(({ level, fact }) => [level, fact]),
        [["warn", "spool.half_full"]],
      );
      await spool.append(intake("c"));
      await assert.rejects(spool.append(intake("d")), /storage\.spool_max/);
      assert.equal(spool.isFull(), true);
      const again = await openSpool(path, { maxBytes: () => bound.bytes });
      assert.equal(again.isFull(), true, "what an earlier run left counts");
      const store = taker();
      await spool.take(store);
      assert.deepEqual(store.got, ["a", "b", "c"]);
      assert.equal(spool.isFull(), false);
      await spool.append(intake("e"));
      await Promise.all([spool.close(), again.close()]);
    }));

  it("may be raised while it is full", () =>
    inFolder(async (folder) => {
      const bound = { bytes: 10 };
      const spool = await openSpool(join(folder, "spool.jsonl"), { maxBytes: () => bound.bytes });
      await assert.rejects(spool.append(intake("a")));
      bound.bytes = 10_000;
      await spool.append(intake("a"));
      assert.equal(spool.isFull(), false);
      await spool.close();
    }));
});

describe("what the store does not take from the spool", () => {
  it("is set aside, as it was, when the store refuses it for itself", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("a", "poison", "b"));
      const written = await linesIn(path);
      const store = taker();
      store.behave = () => ({ refused: [{ index: 1, why: "the store cannot hold it" }] });
      await spool.take(store);
      assert.deepEqual(store.got, ["a", "b"]);
      assert.deepEqual(store.refusals, ["the store cannot hold it"]);
      assert.equal(store.counted, 2);
      assert.deepEqual(await filesOf(path), ["spool.refused"]);
      assert.deepEqual(await linesIn(`${path}.refused`), [written[1]]);
      assert.equal((await stat(`${path}.refused`)).mode & 0o777, 0o600);

      // a person who has mended the store gives it its name again
      await rename(`${path}.refused`, path);
      const again = taker();
      await (await open(path)).take(again);
      assert.deepEqual(again.got, ["poison"]);
    }));

  it("begins a line of its own behind one that a full disk has torn", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("poison"));
      const written = await linesIn(path);
      await writeFile(`${path}.refused`, "torn");
      const store = taker();
      store.behave = () => ({ refused: [{ index: 0, why: "no" }] });
      await spool.take(store);
      assert.deepEqual(await linesIn(`${path}.refused`), ["torn", ...written]);
    }));

  it("keeps nothing else, when the store fails as a whole because of it, and is never given up", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("a", "poison", "b", "c"));
      const store = taker();
      const failsOnPoison = ({ callbacks }: Intake) =>
        callbacks.some(({ body }) => Buffer.from(body).toString() === "poison")
          ? Promise.reject(new Error("cannot take poison"))
          : { refused: [] };
      store.behave = failsOnPoison;
      await assert.rejects(spool.take(store), /cannot take poison/);
      await assert.rejects(spool.take(store), /cannot take poison/);
      await spool.append(intake("d"));
      await assert.rejects(spool.take(store), /cannot take poison/);
      assert.deepEqual(store.got, ["a", "b", "c", "d"], "all others, once");
      assert.equal(spool.pending(), true);
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      assert.deepEqual(store.got, ["a", "b", "c", "d", "poison"]);
      assert.deepEqual(await filesOf(path), []);
    }));
});

describe("a spool that cannot be used", () => {
  const rejects = async (spool: Spool, words: RegExp) => {
    await assert.rejects(spool.append(intake("a")), words);
  };

  it("says that a part of its path is a file, and works once that is mended", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "data", "spool.jsonl");
      await writeFile(dirname(path), "a file");
      const spool = await open(path);
      await rejects(spool, /the spool .*spool\.jsonl cannot be used \(.*\): .*storage\.spool/);
      await rm(dirname(path));
      await spool.append(intake("b"));
      const store = taker();
      await spool.take(store);
      assert.deepEqual(store.got, ["b"]);
    }));

  it("says that a folder has its name, and touches nothing in it", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      await mkdir(path);
      await writeFile(join(path, "precious"), "x");
      const spool = await open(path);
      await rejects(spool, /it is not a plain file/);
      await assert.rejects(spool.take(taker()), /it is not a plain file/);
      assert.equal(await readFile(join(path, "precious"), "utf8"), "x");
    }));

  it("takes no pipe and no full device for a file", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      execFileSync("mkfifo", [path]);
      await rejects(await open(path), /it is not a plain file/);
      assert.ok((await stat(path)).isFIFO(), "it still has its name");
      await rejects(await open("/dev/full"), /the spool \/dev\/full cannot be used/);
    }));

  it("loses nothing of what its file held that somebody has removed or moved away", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("a"));
      await rm(path);
      await spool.append(intake("b"));
      assert.equal((await linesIn(path)).length, 1, "what is promised can be found");
      await rename(path, join(folder, "moved"));
      await spool.append(intake("c"));
      const store = taker();
      await spool.take(store);
      assert.deepEqual(store.got.toSorted(), ["a", "b", "c"]);
      assert.deepEqual(await filesOf(path), ["moved"]);
    }));

  it("loses nothing of it where nothing comes any more before the store is back, or before the bridge is stopped", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "in/spool.jsonl");
      const spool = await open(path);
      const store = taker();
      await spool.append(intake("a"));
      await rm(path);
      await spool.take(store);
      assert.deepEqual(store.got, ["a"]);
      await spool.append(intake("b"));
      // a volume that is gone
      await rm(dirname(path), { recursive: true });
      await spool.close();
      await (await open(path)).take(store);
      assert.deepEqual(store.got, ["a", "b"]);
    }));

  it("says loudly that its file was removed, and where what it held is", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const log = memoryLog();
      const spool = await openSpool(path, { log });
      await spool.append(intake("a"));
      const { size } = await stat(path);
      await rm(path);
      await spool.close();
      const [said, ...others] = log.lines;
      assert.deepEqual([said?.fact, said?.level, said?.bytes, others], ["spool.gone", "error", size, []]);
      assert.equal((await readFile(String(said?.file), "utf8")).length, size);
      assert.match(String(said?.todo), /find out who removes or moves the spool/);
    }));

  it("writes nothing behind foreign bytes: what comes next begins a file of its own", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spool = await open(path);
      await spool.append(intake("a"));
      await appendFile(path, "no line of ours, and without an end");
      await spool.append(intake("b"));
      const store = taker();
      await spool.take(store);
      assert.deepEqual([new Set(store.got), store.torn.length], [new Set(["a", "b"]), 1]);
    }));

  it("says that what it held is gone where its folder has become a file", () =>
    inFolder(async (folder) => {
      const path = join(folder, "in/spool.jsonl");
      const log = memoryLog();
      const spool = await openSpool(path, { log });
      await spool.append(intake("a"));
      await rm(dirname(path), { recursive: true });
      await writeFile(dirname(path), "a file");
      await spool.look();
      await spool.close();
      assert.deepEqual(
        log.lines.map(({ fact, level, file }) => [fact, level, file]),
        [["spool.gone", "error", undefined]],
      );
    }));

  it("says and saves what was set aside and is removed or moved before the store has it, as well", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const log = memoryLog();
      const spool = await openSpool(path, { log });
      const store = taker();
      store.behave = DOWN;
      await spool.append(intake("a"));
      await assert.rejects(spool.take(store));
      await spool.append(intake("b"));
      await assert.rejects(spool.take(store));
      const [first = "", second = ""] = await segmentsOf(path);
      await rm(first);
      await rename(second, join(folder, "moved"));
      await spool.look();
      assert.deepEqual(
        new Set(log.lines.map(({ fact, level, path: at }) => [fact, level, at].join(" "))),
        new Set([first, second].map((segment) => `spool.gone error ${segment}`)),
      );
      for (const { file, bytes } of log.lines) assert.equal((await stat(String(file))).size, bytes);
      assert.equal(spool.pending(), true);
      // what is removed again and again is told, and given up: another bridge with the same spool may be who does it
      const again = String(log.lines[0]?.file);
      await spool.look();
      await rm(again);
      await spool.look();
      assert.deepEqual(
        log.lines.slice(2).map(({ fact, path: at, file }) => [fact, at, file]),
        [["spool.gone", again, undefined]],
      );
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      assert.deepEqual([store.got.length, await filesOf(path)], [1, ["moved"]]);
      await spool.close();
      assert.equal(log.lines.length, 3);
    }));

  it("tells of a file that is gone before the next callback comes, and of no file that was taken over", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const log = memoryLog();
      const spool = await openSpool(path, { log });
      await spool.append(intake("a"));
      await rm(path);
      await spool.look();
      assert.deepEqual(
        log.lines.map(({ fact }) => fact),
        ["spool.gone"],
      );
      const store = taker();
      await spool.take(store);
      await spool.look();
      await spool.close();
      assert.deepEqual([store.got, log.lines.length], [["a"], 1]);
    }));

  it("saves what an earlier run has left, and somebody removes with its whole folder", () =>
    inFolder(async (folder) => {
      const path = join(folder, "in/spool.jsonl");
      const before = await openSpool(path);
      await before.append(intake("a"));
      await before.close();
      const log = memoryLog();
      const spool = await openSpool(path, { log });
      const store = taker();
      store.behave = DOWN;
      await assert.rejects(spool.take(store));
      await rm(dirname(path), { recursive: true });
      await spool.look();
      store.behave = () => ({ refused: [] });
      await spool.take(store);
      assert.deepEqual([store.got, log.lines.map(({ fact }) => fact)], [["a"], ["spool.gone"]]);
      await spool.close();
    }));

  it("leaves its file to another bridge with the same spool that has set it aside", () =>
    inFolder(async (folder) => {
      const path = join(folder, "spool.jsonl");
      const log = memoryLog();
      const [spool, other] = [await openSpool(path, { log }), await openSpool(path, { log })];
      await spool.append(intake("a"));
      await other.append(intake("b"));
      await Promise.all([spool.close(), other.close()]);
      assert.deepEqual(log.lines, []);
      assert.deepEqual(await filesOf(path), ["spool", "spool.taking"]);
    }));

  it("shared by two bridges loses nothing that either of them was promised", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const spools = [await open(path), await open(path)];
      const promised = ["alone 0", "alone 1"];
      for (const [index, spool] of spools.entries()) await spool.append(intake(`alone ${index}`));
      const store = taker();
      for (let turn = 0; turn < 20; turn += 1) {
        const appends = spools.map(async (spool, index) => {
          const text = `${turn} of ${index}`;
          await spool.append(intake(text)).then(
            () => promised.push(text),
            () => undefined,
          );
        });
        const takes = spools.map((spool) => spool.take(store).catch(() => undefined));
        await Promise.all([...appends, ...takes]);
      }
      await (await open(path)).take(store);
      const got = new Set(store.got);
      assert.deepEqual(
        promised.filter((text) => !got.has(text)),
        [],
      );
    }));
});
