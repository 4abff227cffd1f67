/** What is told of a spool, by looking at its files. */
import assert from "node:assert/strict";
import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { spoolFigures } from "../../src/metrics/spool-figures.ts";
import { spoolLines } from "../../src/spool/line.ts";

const line = (receivedAt: number, bytes = 10): string => {
  const body = new Uint8Array(bytes);
  return spoolLines({
    callbacks: [{ app: "1", command: "c", platform: "iOS", clientIp: "::1", receivedAt, body }],
    quarantine: [],
  });
};

describe("what is told of a spool", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-spool-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("is nothing while there is none", async () => {
    const look = spoolFigures(join(folder, "none.jsonl"));
    assert.deepEqual(await look(), { entries: 0, bytes: 0, oldestAt: undefined });
  });

  it("is its lines and bytes and its oldest receipt, through what is added, set aside and taken over", async () => {
    const path = join(folder, "spool.jsonl");
    const look = spoolFigures(path);
    await writeFile(path, line(5_000) + line(4_000));
    const first = await look();
    assert.deepEqual([first.entries, first.oldestAt], [2, 5_000]);
    await appendFile(path, line(6_000));
    assert.equal((await look()).entries, 3);
    await rename(path, `${path}.taking-1`);
    await writeFile(path, line(9_000));
    const both = await look();
    assert.deepEqual([both.entries, both.oldestAt, both.bytes], [4, 5_000, 4 * line(5_000).length]);
    await rm(`${path}.taking-1`);
    const last = await look();
    assert.deepEqual([last.entries, last.oldestAt], [1, 9_000]);
  });

  it("is estimated where more was written than is read at a glance, and counted at the next looks", async () => {
    const path = join(folder, "large.jsonl");
    const look = spoolFigures(path);
    const one = line(1_000, 6_000);
    await writeFile(path, one.repeat(2_000));
    const { entries } = await look();
    assert.ok(Math.abs(entries - 2_000) < 100, `${entries}`);
    for (let turn = 0; turn < 5; turn += 1) await look();
    assert.equal((await look()).entries, 2_000);
  });
});
