/** Whole reports: no part of one store's answer says more, or less, than the other's. */
import assert from "node:assert/strict";
import { READY } from "../../src/storage/contract/connectors.ts";
import type { RepairReport } from "../../src/storage/contract/ledger.ts";
import { act } from "../support/act.ts";
import {
  arrive,
  type Case,
  changeState,
  dead,
  delivered,
  drain,
  entryOf,
  HOUR,
  later,
  queue,
  queueUsers,
  register,
  registrationOf,
  route,
  settle,
  skipped,
  take,
} from "./suite-support.ts";

/** The order in which a store looks is its own. */
const inOrder = ({ changed, left }: RepairReport): RepairReport => ({
  changed,
  left: left.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
});

const FATES = { died: dead, delivered, skipped, waiting: later(HOUR), discarded: later(HOUR) };

export const reportCases: readonly Case[] = [
  ...(["replay", "discard"] as const).map(
    (repair): Case => ({
      what: `a ${repair} by id says in one report what it changed, and of all else why not`,
      async prove({ storage }) {
        await register(storage, "crm", { writes: "state" });
        const events = await queueUsers(storage, ...Object.keys(FATES));
        const [older] = await queue(storage, { user: "superseded", at: 1 }, { user: "superseded", at: 2 });
        await settle(storage, await take(storage), (delivery) => {
          const fate = Object.entries(FATES).find(([user]) => user === delivery.event.user)?.[1];
          return (fate ?? delivered)(delivery);
        });
        await storage.discard({ user: "discarded" }, act());
        const [died, ...others] = [...events, older].map((event) => `${event?.id}:crm`);
        assert.ok(died);
        const [, , waiting] = others;
        const left = [
          ...others.map((id, n) => ({
            id,
            why: ["delivered", "skipped", "waiting", "discarded", "superseded"][n] ?? "",
          })),
          ...["nonsense", `${died}ish`].map((id) => ({ id, why: "unknown" })),
        ].filter(({ id }) => repair === "replay" || id !== waiting);
        const ids = [died, ...others, "nonsense", `${died}ish`];
        const report = inOrder({ changed: repair === "replay" ? 1 : 2, left });
        assert.deepEqual(inOrder(await storage[repair]({ ids }, "dry run")), report, "a dry run says the same");
        assert.deepEqual(inOrder(await storage[repair]({ ids }, act())), report);
      },
    }),
  ),
  {
    what: "a registration that renames, sends elsewhere and adds says all of it in one report",
    async prove({ storage }) {
      await storage.register([registrationOf("old"), registrationOf("moved"), registrationOf("same")]);
      await arrive(storage, { user: "a" }, { user: "b" });
      await route(storage, ["old", "moved", "same"]);
      await drain(storage, delivered, 1, "moved");
      const report = await storage.register([
        registrationOf("new", { was: "old" }),
        registrationOf("moved", { destination: "portal 2" }),
        registrationOf("same"),
        registrationOf("old", { start: "now" }),
      ]);
      const [adopted, redirected] = [report.adopted, report.redirected];
      assert.deepEqual(report, { adopted, redirected, refused: [] });
      assert.deepEqual(adopted, [{ from: "old", to: "new", waiting: 2 }]);
      assert.deepEqual(redirected, [{ name: "moved", from: "nowhere", to: "portal 2", waiting: 0 }]);
      assert.equal((await storage.connector("old"))?.origin, "old#2");
    },
  },
  {
    what: "a registration that is refused names every connector that is in the way, and does nothing else",
    async prove({ storage }) {
      await storage.register([registrationOf("a"), registrationOf("b")]);
      const report = await storage.register([
        registrationOf("a", { type: "webhook" }),
        registrationOf("c", { type: "webhook", was: "b" }),
        registrationOf("d", { destination: "portal 2" }),
      ]);
      assert.deepEqual(
        { ...report, refused: report.refused.map(({ name }) => name) },
        { adopted: [], redirected: [], refused: ["a", "c"] },
      );
      assert.deepEqual([await storage.connector("c"), await storage.connector("d")], [null, null]);
    },
  },
  {
    what: "an entry that was kept already, and has to go for one that comes with it, is told as not kept",
    async prove({ storage }) {
      const body = new Uint8Array(100);
      const old = entryOf("old", { body, size: 100, stale: { requestTime: 1_790_000_000_000, behindMs: HOUR } });
      const roomy = { quarantineBytes: 1_000_000 };
      assert.deepEqual(await storage.accept({ callbacks: [], quarantine: [old] }, roomy), { refused: [] });
      const quarantine = [old, entryOf("fresh", { body, size: 100 })];
      const answer = await storage.accept({ callbacks: [], quarantine }, { quarantineBytes: 400 });
      assert.deepEqual(answer, { refused: [], unkept: ["old"] });
      assert.deepEqual(
        (await storage.quarantined({ limit: 10 })).map(({ id }) => id),
        ["fresh"],
      );
    },
  },
  {
    what: "the status of a store that has seen a bit of everything is this, and no other",
    async prove({ storage }) {
      await register(storage);
      const [first] = await queueUsers(storage, "a", "b", "c");
      await settle(storage, await take(storage, 1), delivered);
      await settle(storage, await take(storage, 1), dead);
      await arrive(storage, { user: "d" });
      await storage.accept({ callbacks: [], quarantine: [entryOf("odd")] });
      await storage.count({ received: 3, refused: 1 });
      const putOff = [{ event: first?.seq ?? 0, reason: { words: "not now" } }];
      const state = { ...READY, status: "paused", cause: "gone", failures: 2, putOff } as const;
      await changeState(storage, { state });
      const { connectors, bytes: _, faults: __, ...rest } = await storage.status();
      const [crm, ...others] = connectors;
      assert.ok(crm);
      const { since, clock, cursor, ...row } = crm;
      assert.deepEqual(
        [typeof since, typeof clock, cursor],
        ["number", "number", first === undefined ? 0 : first.seq + 2],
      );
      assert.deepEqual(others, []);
      assert.deepEqual(row, {
        ...{ name: "crm", origin: "crm", type: "scripted", destination: "nowhere", fingerprint: "as it was" },
        ...{ state, version: 2, probeAt: null, takenWith: null },
        ...{ waiting: 2, oldestWaitingAt: first?.receivedAt, dead: 1 },
        deadOf: { rejected: 1, expired: 0, unmatched: 0 },
        ...{ deliveredLastHour: 1, deliveredLastDay: 1, deadLastHour: 1, deadLastDay: 1 },
      });
      assert.deepEqual(rest, {
        unread: 0,
        quarantined: { entries: 1, bytes: entryOf("odd").body.length },
        ...{ clocksOff: [], counters: { received: 3, refused: 1 } },
      });
    },
  },
];
