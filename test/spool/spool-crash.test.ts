import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { spoolLines } from "../../src/spool/line.ts";
import type { Spool } from "../../src/spool/spool.ts";
import type { Intake } from "../../src/storage/contract/callbacks.ts";
import { timesHere } from "../support/on-bun.ts";
import { DOWN, filesOf, inFolder, intake, quarantined, taker, textOf } from "./spool-support.ts";

const PROMISED: Intake = { ...intake("a", "b"), quarantine: [quarantined("q")] };

/** Opens the spool as the next run does, appends, and gives what the store gets. */
async function nextRun(spool: Spool) {
  await spool.append(intake("new"));
  const store = taker();
  await spool.take(store);
  assert.equal(spool.pending(), false);
  return store;
}

describe("a crash in the middle of an append", () => {
  it("loses nothing that was promised, wherever it cuts what was not", () =>
    inFolder(async (folder, open) => {
      const kept = Buffer.from(spoolLines(PROMISED));
      const tail = Buffer.from(spoolLines(intake("c", "d")));
      const endOfC = tail.indexOf("\n");
      for (let cut = 0; cut <= tail.length; cut += 1) {
        const path = join(folder, `${cut}`, "spool.jsonl");
        await mkdir(dirname(path));
        await writeFile(path, Buffer.concat([kept, tail.subarray(0, cut)]));
        const { got, torn, refusals } = await nextRun(await open(path));
        // a line that lacks only its line break is whole
        const whole = ["c", "d"].slice(0, cut >= tail.length - 1 ? 2 : cut >= endOfC ? 1 : 0);
        assert.deepEqual(got.sort(), ["a", "b", "q", ...whole, "new"].sort(), `cut at ${cut}`);
        const left = [tail.subarray(0, Math.min(cut, endOfC)), tail.subarray(endOfC + 1, cut)][whole.length];
        assert.deepEqual(torn, left === undefined || left.length === 0 ? [] : [left.length], `cut at ${cut}`);
        assert.deepEqual(refusals, []);
        const aside = torn.length === 0 ? "" : await readFile(`${path}.unreadable`, "latin1");
        assert.equal(aside, torn.length === 0 ? "" : `${left}\n`, "what is not whole is kept");
      }
    }));

  it("loses nothing when the file system left zeros, or old bytes, behind what was promised", () =>
    inFolder(async (folder, open) => {
      for (const garbage of [
        Buffer.alloc(4096),
        Buffer.from("\u0000\n\n{}\nnull\n[\n"),
        Buffer.from([0xff, 0xfe, 0x0a]),
      ]) {
        const path = join(folder, `${garbage.length}.jsonl`);
        await writeFile(path, Buffer.concat([Buffer.from(spoolLines(PROMISED)), garbage]));
        const { got, torn } = await nextRun(await open(path));
        assert.deepEqual(got.sort(), ["a", "b", "new", "q"]);
        assert.ok(torn.length > 0);
        assert.equal((await stat(`${path}.unreadable`)).mode & 0o777, 0o600);
      }
    }));

  it("loses nothing that was promised before and after the disk refused to grow the file", () =>
    inFolder(async (folder, open) => {
      const path = join(folder, "spool.jsonl");
      const script = join(import.meta.dirname, "spool-full-disk.ts");
      const run = "Deno" in globalThis ? "run --no-check --allow-read --allow-write --allow-env --allow-sys" : "run";
      // without the signal, a write beyond the limit is cut short and then refused, as on a full disk
      const command = `trap "" XFSZ; ulimit -f 20; exec "$RUNTIME" ${run} "$0" "$1"`;
      const env = { ...process.env, RUNTIME: process.execPath };
      const output = execFileSync("sh", ["-c", command, script, path], { encoding: "utf8", env });
      const { promised, refusal } = JSON.parse(output) as { promised: string[]; refusal: string };
      assert.match(refusal, /the spool .* cannot be used/);
      assert.ok(promised.length > 2 && promised.at(-1) === "after", `${promised.length} promised`);
      assert.deepEqual(await filesOf(path), ["spool", "spool.taking"], "the file that failed is not used again");
      const store = taker();
      await (await open(path)).take(store);
      assert.deepEqual(
        promised.filter((text) => !store.got.includes(text)),
        [],
      );
      assert.equal(store.torn.length, 1, "the torn line is named");
    }));
});

describe("a spool's random life", () => {
  type Step =
    | { readonly do: "append"; readonly sizes: readonly number[] }
    | { readonly do: "take"; readonly portions: number }
    | { readonly do: "crash" };

  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      do: fc.constant("append" as const),
      sizes: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ do: fc.constant("take" as const), portions: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ do: fc.constant("crash" as const) }),
  );

  it("brings everything that was promised to the store, whatever fails and crashes in between", async () => {
    const life = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) =>
      inFolder(async (folder, open) => {
        const path = join(folder, "spool.jsonl");
        const store = taker();
        const promised: string[] = [];
        let number = 1;
        let spool = await open(path);
        for (const next of steps) {
          if (next.do === "crash") spool = await open(path);
          if (next.do === "append") {
            // overlapping: while the store takes over, too
            const appends = next.sizes.map(async (size) => {
              const texts = Array.from({ length: size }, (_, index) => `${number + index}`);
              number += size;
              await spool.append(intake(...texts));
              promised.push(...texts);
            });
            await Promise.all([...appends, spool.take(store).catch(() => undefined)]);
          }
          if (next.do === "take") {
            let left = next.portions;
            store.behave = () => {
              left -= 1;
              return left < 0 ? DOWN() : { refused: [] };
            };
            await spool.take(store).catch(() => undefined);
          }
        }
        spool = await open(path);
        store.behave = ({ callbacks }) =>
          callbacks.some((one) => textOf(one) === "1") && callbacks.length > 1 ? DOWN() : { refused: [] };
        for (let turn = 0; turn < 30 && spool.pending(); turn += 1) await spool.take(store).catch(() => undefined);
        assert.equal(spool.pending(), false);
        const got = new Set(store.got);
        assert.deepEqual(
          promised.filter((text) => !got.has(text)),
          [],
        );
        assert.deepEqual(await filesOf(path), []);
      }),
    );
    await fc.assert(life, { numRuns: timesHere(30) });
  });
});
