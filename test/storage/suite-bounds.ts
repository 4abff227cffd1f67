/** How much of what is stale a store keeps, and what goes first; what it remembers of clocks. */
import assert from "node:assert/strict";
import type { QuarantineEntry } from "../../src/storage/contract/callbacks.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { type Case, entryOf, HOUR, MINUTE, SECOND } from "./suite-support.ts";

const KIB = 1_024;
const MIB = 1_024 * KIB;
const APP = "1400000000";
/** A whole second, in milliseconds since 1970. */
const NOON = 1_790_000_000_000;

interface Stale {
  readonly requestTime?: number;
  readonly behindMs?: number;
  /** Of its body, in bytes. */
  readonly bytes?: number;
  readonly app?: string;
}

function staleOf(
  id: string,
  { requestTime = NOON, behindMs = 0, bytes = 100, app = APP }: Stale = {},
): QuarantineEntry {
  return { ...freshOf(id, bytes), app, stale: { requestTime, behindMs } };
}

function freshOf(id: string, bytes = 100): QuarantineEntry {
  return entryOf(id, { app: APP, body: new Uint8Array(bytes), size: bytes });
}

function many(count: number, entry: (index: number) => QuarantineEntry): QuarantineEntry[] {
  return Array.from({ length: count }, (_, index) => entry(index));
}

const put = (storage: Storage, quarantine: readonly QuarantineEntry[], quarantineBytes = 64 * MIB) =>
  storage.accept({ callbacks: [], quarantine }, { quarantineBytes });

async function idsIn(storage: Storage): Promise<string[]> {
  return (await storage.quarantined({ limit: 10_000 })).map(({ id }) => id);
}

const far = { requestTime: NOON - HOUR, behindMs: HOUR } as const;

export const boundsCases: readonly Case[] = [
  {
    what: "a stale entry comes back with its RequestTime and how far it lay behind",
    async prove({ storage }) {
      const stale = { requestTime: NOON, behindMs: 11 * MINUTE };
      await put(storage, [{ ...freshOf("one"), stale }, freshOf("two")]);
      assert.deepEqual((await storage.quarantineEntry("one"))?.stale, stale);
      assert.equal((await storage.quarantineEntry("two"))?.stale, undefined);
    },
  },
  {
    what: "of one RequestTime a thousand bodies are kept, and the answer names the others",
    async prove({ storage }) {
      await put(
        storage,
        many(600, (n) => staleOf(`a${n}`)),
      );
      const { refused, unkept = [] } = await put(
        storage,
        many(500, (n) => staleOf(`b${n}`)),
      );
      assert.deepEqual(refused, []);
      assert.equal(unkept.length, 100);
      assert.equal((await idsIn(storage)).length, 1_000);
      const others = [
        staleOf("next second", { requestTime: NOON + SECOND }),
        staleOf("other app", { app: "1400000001" }),
      ];
      assert.deepEqual(await put(storage, [...others, staleOf("a1"), freshOf("fresh")]), { refused: [] });
    },
  },
  {
    what: "of one RequestTime eight mebibytes of bodies are kept",
    async prove({ storage }) {
      for (let n = 0; n < 8; n += 1) await put(storage, [staleOf(`${n}`, { bytes: MIB })]);
      assert.deepEqual((await put(storage, [staleOf("more", { bytes: 1 })])).unkept, ["more"]);
      assert.equal((await idsIn(storage)).length, 8);
    },
  },
  {
    what: "what lies far behind has ten mebibytes an app, whatever its RequestTimes",
    async prove({ storage }) {
      const old = (n: number, app: string) =>
        staleOf(`${app} ${n}`, { ...far, requestTime: NOON - HOUR - n * SECOND, bytes: 2 * MIB, app });
      for (let n = 0; n < 6; n += 1) await put(storage, [old(n, APP)]);
      assert.equal((await idsIn(storage)).length, 4);
      assert.equal((await put(storage, [old(0, "1400000001")])).unkept, undefined);
      assert.equal((await put(storage, [staleOf("near", { bytes: 2 * MIB })])).unkept, undefined);
    },
  },
  {
    what: "what is removed makes room again",
    async prove({ storage }) {
      const old = (n: number) => staleOf(`${n}`, { ...far, bytes: 2 * MIB });
      for (let n = 0; n < 4; n += 1) await put(storage, [old(n)]);
      assert.deepEqual((await put(storage, [old(9)])).unkept, ["9"]);
      await storage.takeIn([{ quarantine: [], served: ["0", "1"] }], act());
      assert.equal((await put(storage, [old(9)])).unkept, undefined);
      assert.deepEqual(await idsIn(storage), ["2", "3", "9"]);
    },
  },
  {
    what: "the same entry again takes no room, however full it is",
    async prove({ storage }) {
      await put(
        storage,
        many(1_000, (n) => staleOf(`${n}`)),
      );
      assert.deepEqual(await put(storage, [staleOf("7")]), { refused: [] });
    },
  },
  {
    what: "the quarantine is bounded when something comes: the oldest goes, and the answer says how many did",
    async prove({ storage }) {
      const most = 10 * (KIB + 256);
      for (let n = 0; n < 10; n += 1)
        assert.equal((await put(storage, [freshOf(`${n}`, KIB)], most)).dropped, undefined);
      assert.equal((await put(storage, [freshOf("10", KIB), freshOf("11", KIB)], most)).dropped, 2);
      assert.deepEqual(await idsIn(storage), ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
    },
  },
  {
    what: "what lay far behind goes first, then what is stale from the oldest RequestTime on, and what came fresh last",
    async prove({ storage }) {
      const most = 5 * (KIB + 256);
      const near = (id: string, minutes: number) => staleOf(id, { requestTime: NOON - minutes * MINUTE, bytes: KIB });
      const first = [
        freshOf("fresh", KIB),
        near("near 90", 90),
        staleOf("far", { ...far, bytes: KIB }),
        near("near 2", 2),
      ];
      await put(storage, [...first, near("near 1", 1)], most);
      const gone: string[][] = [];
      for (const id of ["a", "b", "c", "d"]) {
        const before = await idsIn(storage);
        await put(storage, [freshOf(id, KIB)], most);
        const after = await idsIn(storage);
        gone.push(before.filter((one) => !after.includes(one)));
      }
      assert.deepEqual(gone, [["far"], ["near 90"], ["near 2"], ["near 1"]]);
      await put(storage, [freshOf("e", KIB)], most);
      assert.deepEqual(await idsIn(storage), ["a", "b", "c", "d", "e"]);
    },
  },
  {
    what: "what is stale drives out nothing that came fresh, nor anything that is newer",
    async prove({ storage }) {
      const most = 3 * (KIB + 256);
      const newer = staleOf("newer", { requestTime: NOON + SECOND, bytes: KIB });
      await put(storage, [freshOf("a", KIB), freshOf("b", KIB), newer], most);
      assert.deepEqual(await put(storage, [staleOf("old", { bytes: KIB })], most), { refused: [], unkept: ["old"] });
      const next = staleOf("newest", { requestTime: NOON + 2 * SECOND, bytes: 2 * KIB });
      assert.deepEqual((await put(storage, [next], most)).unkept, ["newest"]);
      assert.deepEqual(await idsIn(storage), ["a", "b"]);
    },
  },
  {
    what: "a bound that was lowered holds for what is stale at once, although removing takes its time",
    async prove({ storage }) {
      for (let n = 0; n < 6; n += 1) {
        await put(
          storage,
          many(1_000, (m) => staleOf(`${n} ${m}`, { requestTime: NOON + n * SECOND })),
        );
      }
      const { unkept } = await put(storage, [staleOf("last", { requestTime: NOON + HOUR })], 256);
      assert.deepEqual(unkept, ["last"]);
      const limits = { retentionMs: null, rawRetentionMs: null, quarantineBytes: 256 };
      while ((await storage.prune(limits)).more);
      assert.deepEqual(await idsIn(storage), []);
    },
  },
  {
    what: "large and small ones beside each other are bounded to the byte",
    async prove({ storage }) {
      const most = 100 * KIB;
      let size = 0;
      for (let n = 0; n < 60; n += 1) {
        const bytes = (n * 7_919) % (9 * KIB);
        const entry = n % 3 === 0 ? freshOf(`${n}`, bytes) : staleOf(`${n}`, { requestTime: NOON + n * SECOND, bytes });
        await put(storage, [entry], most);
        const { entries, bytes: kept } = (await storage.status()).quarantined;
        size = kept + 256 * entries;
        assert.ok(size <= most, `${size} bytes after ${n}`);
      }
      // no more had to go than was needed
      assert.ok(size > most - 9 * KIB - 256);
    },
  },
  {
    what: "the newest RequestTime of each app is remembered, and never goes back",
    async prove({ storage }) {
      assert.deepEqual(await storage.noteClocks({ newest: {} }), {});
      await storage.noteClocks({ newest: { [APP]: NOON, other: NOON - 5 } });
      assert.deepEqual(await storage.noteClocks({ newest: { [APP]: NOON - 1, other: NOON } }), {
        [APP]: NOON,
        other: NOON,
      });
    },
  },
  {
    what: "it outlives the process",
    needs: "reopen",
    async prove({ storage, reopen }) {
      await storage.noteClocks({ newest: { [APP]: NOON } });
      assert.deepEqual(await (await reopen()).noteClocks({ newest: {} }), { [APP]: NOON });
    },
  },
  {
    what: "a host whose clock is off stands in the status, since when it is, until it is right again",
    async prove({ storage, moment }) {
      const clocks = async () => (await storage.status()).clocksOff;
      assert.deepEqual(await clocks(), []);
      await storage.noteClocks({ newest: {}, clock: { host: "one", offMs: 90_000 } });
      await moment();
      await storage.noteClocks({ newest: {}, clock: { host: "one", offMs: 91_000 } });
      const [one] = await clocks();
      assert.deepEqual([one?.host, one?.offMs], ["one", 91_000]);
      assert.ok(one !== undefined && one.at > one.since);
      await storage.noteClocks({ newest: {}, clock: { host: "another", offMs: null } });
      assert.equal((await clocks()).length, 1);
      await storage.noteClocks({ newest: {}, clock: { host: "one", offMs: null } });
      assert.deepEqual(await clocks(), []);
    },
  },
];
