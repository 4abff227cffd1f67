import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { exportDeadLetters } from "../../src/dead-letters/export.ts";
import { type DeadLetterFile, openDeadLetterFile } from "../../src/dead-letters/file.ts";
import { startJournal } from "../../src/dead-letters/journal.ts";
import { lineOf } from "../../src/dead-letters/line.ts";
import type { DeadLetter, LedgerEntry } from "../../src/storage/contract/ledger.ts";
import { memoryLog } from "../intake/harness.ts";
import { eventually } from "../support/eventually.ts";
import { assertNoSecret, formsOfSecret, inFolder, letter, redact } from "./support.ts";

/** Verdicts of death as a store holds them, and a store that may fail. */
function verdicts(...letters: DeadLetter[]) {
  const store = {
    waiting: letters,
    asked: 0,
    journaledFails: false,
    async unjournaled(limit: number) {
      store.asked += 1;
      return store.waiting.slice(0, limit);
    },
    async journaled(done: readonly { readonly id: string; readonly generation: number }[]) {
      if (store.journaledFails) throw new Error("the store is down");
      const keys = new Set(done.map(({ id, generation }) => `${id} ${generation}`));
      store.waiting = store.waiting.filter(({ id, generation }) => !keys.has(`${id} ${generation}`));
    },
  };
  return store;
}

const many = (count: number) => Array.from({ length: count }, (_, seq) => letter(seq));
const idsIn = async (path: string): Promise<string[]> =>
  (await readFile(path, "utf8").catch(() => ""))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).id);

describe("the journal of dead letters", () => {
  it("writes what is waiting at the start, all of it, then notes it as written", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const storage = verdicts(...many(450));
      const log = memoryLog();
      const journal = startJournal({ storage, file: openDeadLetterFile(path), log, redact });
      await eventually(() => storage.waiting.length === 0);
      await journal.stop();
      assert.deepEqual(
        await idsIn(path),
        many(450).map(({ id }) => id),
      );
      assert.deepEqual(log.lines, []);
    }));

  it("writes new ones when it is woken, and what is pending when it is stopped", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const storage = verdicts();
      const journal = startJournal({ storage, file: openDeadLetterFile(path), log: memoryLog(), redact });
      await eventually(() => storage.asked > 0);
      storage.waiting = [letter(1)];
      journal.wake();
      await eventually(() => storage.waiting.length === 0);
      storage.waiting = [letter(2)];
      await journal.stop();
      assert.deepEqual(await idsIn(path), ["event-1:crm", "event-2:crm"]);
      assert.equal(storage.waiting.length, 0);
    }));

  it("notes nothing as written before it is on disk", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const storage = verdicts(...many(250));
      const noted: string[] = [];
      const watching = {
        unjournaled: storage.unjournaled,
        async journaled(done: readonly { readonly id: string; readonly generation: number }[]) {
          const written = await idsIn(path);
          for (const { id } of done) assert.ok(written.includes(id), `${id} is not in the file`);
          noted.push(...done.map(({ id }) => id));
          await storage.journaled(done);
        },
      };
      const log = memoryLog();
      const journal = startJournal({ storage: watching, file: openDeadLetterFile(path), log, redact });
      await eventually(() => storage.waiting.length === 0);
      await journal.stop();
      assert.equal(noted.length, 250);
      assert.deepEqual(log.lines, []);
    }));

  it("retries a file that cannot be written, says why once, and goes on by itself", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      await mkdir(path);
      const storage = verdicts(letter(1), letter(2));
      const log = memoryLog();
      const journal = startJournal({ storage, file: openDeadLetterFile(path), log, redact });
      await eventually(() => log.lines.length > 0);
      const asked = storage.asked;
      journal.wake();
      await eventually(() => storage.asked > asked);
      assert.equal(storage.waiting.length, 2, "nothing is noted as written");
      await rm(path, { recursive: true });
      journal.wake();
      await eventually(() => storage.waiting.length === 0);
      await journal.stop();
      const [failed, again, ...rest] = log.lines;
      assert.match(String(failed?.reason), /the dead-letter file .* cannot be used \(it is a folder\): name a file/);
      assert.deepEqual(
        { ...failed, reason: "" },
        {
          fact: "dead_letters.unwritten",
          file: path,
          letters: 2,
          reason: "",
          level: "error",
        },
      );
      assert.deepEqual(again, { fact: "dead_letters.written_again", file: path, level: "info" });
      assert.deepEqual(rest, []);
      assert.deepEqual(await idsIn(path), ["event-1:crm", "event-2:crm"]);
    }));

  it("repeats a line, and loses none, when it ended between writing and noting", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const storage = verdicts(letter(1));
      storage.journaledFails = true;
      const log = memoryLog();
      const first = startJournal({ storage, file: openDeadLetterFile(path), log, redact });
      await eventually(() => log.lines.length > 0);
      await first.stop();
      const written = (await idsIn(path)).length;
      storage.journaledFails = false;
      const second = startJournal({ storage, file: openDeadLetterFile(path), log: memoryLog(), redact });
      await eventually(() => storage.waiting.length === 0);
      await second.stop();
      assert.deepEqual(await idsIn(path), Array(written + 1).fill("event-1:crm"));
    }));

  it("loses no letter to a crash, wherever it cuts the bytes that were being written", () =>
    inFolder(async (folder) => {
      const line = `${lineOf(letter(1), redact)}\n`;
      for (let cut = 0; cut <= line.length; cut += 1) {
        const path = join(folder, `${cut}.jsonl`);
        await writeFile(path, `${lineOf(letter(0), redact)}\n${line.slice(0, cut)}`);
        // the store has not heard of it: it comes again
        const storage = verdicts(letter(1));
        const file = openDeadLetterFile(path);
        const journal = startJournal({ storage, file, log: memoryLog(), redact });
        await journal.stop();
        const text = await readFile(path, "utf8");
        assert.ok(text.endsWith(`\n${line}`), `cut at ${cut}`);
        assert.ok(text.startsWith(lineOf(letter(0), redact)));
      }
    }));

  it("stops, and keeps the letters in the store, when neither file nor store can be used", async () => {
    const log = memoryLog();
    const storage = {
      unjournaled: () => Promise.reject(new Error("the store is down")),
      journaled: () => Promise.reject(new Error("the store is down")),
    };
    let closed = false;
    const file: DeadLetterFile = {
      path: "nowhere",
      append: () => Promise.reject(new Error("the disk is full")),
      close: async () => {
        closed = true;
      },
    };
    await startJournal({ storage, file, log, redact }).stop();
    assert.ok(closed);
    assert.ok(log.lines.some(({ fact }) => fact === "dead_letters.left"));
  });

  it("brings no secret into the file, whatever a vendor sends back", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const letters = formsOfSecret().map((message, seq) =>
        letter(seq, {
          reason: { words: "refused", message: `${"<p>".repeat(seq * 12)}${message}`, category: message },
        }),
      );
      const storage = verdicts(...letters);
      await startJournal({ storage, file: openDeadLetterFile(path), log: memoryLog(), redact }).stop();
      assert.equal((await idsIn(path)).length, letters.length);
      assertNoSecret(await readFile(path, "utf8"));
    }));
});

describe("exporting dead letters", () => {
  const entryOf = ({ id, event, ...rest }: DeadLetter): LedgerEntry => ({
    ...rest,
    id,
    event,
    state: "dead",
    proof: null,
    note: null,
    history: [],
    routedAt: 1,
    settledAt: 2,
    dueAt: null,
  });

  it("writes the lines of the file page by page, each when the one before is written", async () => {
    const letters = many(1_234);
    let writing = false;
    async function* pages() {
      for (let at = 0; at < letters.length; at += 500) {
        assert.equal(writing, false, "the next page waits for the one before");
        yield letters.slice(at, at + 500).map(entryOf);
      }
    }
    let text = "";
    const write = async (lines: string) => {
      writing = true;
      await new Promise((resolve) => setImmediate(resolve));
      text += lines;
      writing = false;
    };
    assert.equal(await exportDeadLetters(pages(), write, redact), 1_234);
    assert.equal(text, letters.map((one) => `${lineOf(one, redact)}\n`).join(""));
  });

  it("writes a letter also where the ledger knows neither reason nor attempt", async () => {
    const bare = { ...entryOf(letter(1)), class: null, reason: null, firstAttemptAt: null, lastAttemptAt: null };
    const written: string[] = [];
    await exportDeadLetters(onePage([bare]), (lines) => void written.push(lines), redact);
    const line = JSON.parse(written.join(""));
    assert.equal(line.id, "event-1:crm");
    assert.equal(line.last_attempt_at, "1970-01-01T00:00:00.002Z");
  });
});

async function* onePage(entries: readonly LedgerEntry[]): AsyncGenerator<readonly LedgerEntry[]> {
  yield entries;
}
