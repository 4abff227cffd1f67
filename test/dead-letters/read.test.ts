import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openDeadLetterFile } from "../../src/dead-letters/file.ts";
import { lineOf } from "../../src/dead-letters/line.ts";
import { readDeadLetterIds } from "../../src/dead-letters/read.ts";
import { inFolder, letter, redact } from "./support.ts";

async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const A = lineOf(letter(1), redact);
const B = lineOf(letter(2, { generation: 4 }), redact);

describe("reading a dead-letter file", () => {
  it("gives every delivery once, with its latest generation", async () => {
    const again = lineOf(letter(1, { generation: 2 }), redact);
    const { letters, faults } = await readDeadLetterIds(chunks(`${A}\n${B}\n${again}\n${A}\n`, 1_000));
    assert.deepEqual(letters, [
      { id: "event-1:crm", generation: 2 },
      { id: "event-2:crm", generation: 4 },
    ]);
    assert.deepEqual(faults, []);
  });

  it("names torn, foreign and empty lines by their numbers and reads the others", async () => {
    const lines = [
      A,
      "",
      A.slice(0, 50),
      "not JSON",
      '{"a":1}',
      "null",
      "[]",
      '{"v":2,"id":"x","generation":1}',
      '{"v":1,"generation":1}',
      '{"v":1,"id":"x"}',
      `${B}\r`,
      "x".repeat(100_000),
      B.slice(0, -1),
    ];
    const { letters, faults } = await readDeadLetterIds(chunks(lines.join("\n"), 7));
    assert.deepEqual(
      letters.map(({ id }) => id),
      ["event-1:crm", "event-2:crm"],
    );
    assert.deepEqual(faults, [
      { line: 2, what: "the line is empty", code: "empty" },
      { line: 3, what: "the line is not JSON: it was cut off, or is from another file", code: "no_json" },
      { line: 4, what: "the line is not JSON: it was cut off, or is from another file", code: "no_json" },
      { line: 5, what: "the line is not a dead letter", code: "no_letter" },
      { line: 6, what: "the line is not a dead letter", code: "no_letter" },
      { line: 7, what: "the line is not a dead letter", code: "no_letter" },
      { line: 8, what: "the line is of another version than this release reads, which is 1", code: "other_version" },
      { line: 9, what: "the line names no delivery id", code: "no_id" },
      { line: 10, what: "the line has no generation", code: "no_generation" },
      { line: 12, what: "the line is too long for a dead letter", code: "too_long" },
      { line: 13, what: "the line is not JSON: it was cut off, or is from another file", code: "no_json" },
    ]);
  });

  it("reads the same however the bytes arrive", async () => {
    const text = `${A}\n\n${B}\ntorn`;
    const whole = await readDeadLetterIds(chunks(text, text.length * 4));
    for (let size = 1; size < 40; size += 1) assert.deepEqual(await readDeadLetterIds(chunks(text, size)), whole);
  });

  it("reads a file that a crash has torn and the next run has continued", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      await writeFile(path, `${A}\n${A.slice(0, 99)}`);
      const file = openDeadLetterFile(path);
      await file.append([B]);
      await file.close();
      const { letters, faults } = await readDeadLetterIds(path);
      assert.deepEqual(
        letters.map(({ id }) => id),
        ["event-1:crm", "event-2:crm"],
      );
      assert.deepEqual(
        faults.map(({ line }) => line),
        [2],
      );
    }));

  it("reads a large file without its size in memory, and names no more than a hundred faults", () =>
    inFolder(async (folder) => {
      const path = join(folder, "letters.jsonl");
      const lines = Array.from({ length: 20_000 }, (_, seq) => lineOf(letter(seq), redact));
      await writeFile(path, `${lines.join("\n")}\n${"foreign\n".repeat(1_000)}`);
      const { letters, faults } = await readDeadLetterIds(path);
      assert.equal(letters.length, 20_000);
      assert.equal(faults.length, 100);
      assert.equal(faults[0]?.line, 20_001);
    }));

  it("rejects when the file cannot be read", () =>
    inFolder(async (folder) => {
      await assert.rejects(readDeadLetterIds(join(folder, "nowhere.jsonl")), /ENOENT/);
      await assert.rejects(readDeadLetterIds(folder), /EISDIR|directory/i);
    }));
});
