/** Who did what, and who looked up whom. */
import assert from "node:assert/strict";
import type { Act, Actor, AuditFilter, AuditRow, LookUp } from "../../src/storage/contract/audit.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { ACTOR, act } from "../support/act.ts";
import {
  type Case,
  callbackOf,
  DAY,
  dead,
  drain,
  entryOf,
  HOUR,
  later,
  MINUTE,
  queueUsers,
  register,
  settle,
  take,
  users,
} from "./suite-support.ts";

const BEN: Actor = { name: "ben", front: "page", proven: true };
const KEPT = { retentionMs: null, rawRetentionMs: null, quarantineBytes: 1e9 } as const;

const rows = (storage: Storage, filter: AuditFilter = {}): Promise<readonly AuditRow[]> =>
  storage.audited(filter, { limit: 1_000 });

/** Newest last. */
const told = async (storage: Storage, filter?: AuditFilter) =>
  (await rows(storage, filter)).toReversed().map(({ operation, count }) => [operation, count]);

function look(change: Partial<LookUp> = {}): LookUp {
  return { actor: ACTOR, operation: "search", person: "jared", filter: {}, count: 1, ...change };
}

/** Each changes something; by its name, and with how much. */
const REPAIRS: readonly (readonly [Act["operation"], number, (storage: Storage, act: Act) => Promise<unknown>])[] = [
  ["replay", 2, (storage, by) => storage.replay({ class: "rejected" }, by)],
  ["discard", 3, (storage, by) => storage.discard({}, by)],
  ["retry", 1, (storage, by) => storage.retryNow("crm", by)],
  ["pause", 1, (storage, by) => storage.pause("crm", by)],
  ["resume", 1, (storage, by) => storage.resume("crm", by)],
  [
    "quarantine_replay",
    1,
    (storage, by) => storage.takeIn([{ callback: callbackOf("a"), quarantine: [], served: ["odd"] }], by),
  ],
  [
    "callbacks_reread",
    1,
    async (storage, by) => {
      const [traced] = await storage.trace("a");
      await storage.correct([{ seq: traced?.event.seq ?? 0, operator: "", byAdmin: false, again: [] }], by);
    },
  ],
];

/** Two dead letters, one that waits, and an entry of the quarantine. */
async function fill(storage: Storage): Promise<void> {
  await register(storage);
  await queueUsers(storage, "a", "b", "c");
  await settle(storage, await take(storage, 2), dead);
  await settle(storage, await take(storage), later(HOUR));
  await storage.accept({ callbacks: [], quarantine: [entryOf("odd")] });
}

export const auditCases: readonly Case[] = [
  ...REPAIRS.map(
    ([operation, count, repair]): Case => ({
      what: `a ${operation} is one row: who, what was meant, how many, when`,
      async prove({ storage }) {
        await fill(storage);
        const filter = { connector: "crm", since: "2026-01-31T08:00:00.000Z" };
        await repair(storage, act({ actor: BEN, operation, filter, person: "张伟" }));
        const [row, ...others] = await rows(storage);
        assert.deepEqual(others, []);
        assert.ok(row);
        const { id, at, until, ...rest } = row;
        assert.deepEqual(rest, { actor: BEN, operation, person: "张伟", filter, count });
        assert.ok(Number(id) > 0 && at === until && Math.abs(at - Date.now()) < DAY);
      },
    }),
  ),
  {
    what: "what changes nothing is no row: a dry run, what is unknown, what is done already, what is refused",
    async prove({ storage }) {
      await fill(storage);
      await storage.replay({}, "dry run");
      await storage.replay({ ids: ["unknown"] }, act());
      await storage.discard({ user: "nobody" }, act());
      await storage.retryNow("nobody", act());
      await storage.pause("nobody", act());
      await storage.resume("nobody", act());
      await storage.takeIn([{ quarantine: [], served: ["gone"] }], act());
      await storage.correct([], act());
      assert.deepEqual(await rows(storage), []);
    },
  },
  {
    what: "a change that fails is no row",
    async prove({ storage }) {
      await fill(storage);
      const unstorable = { ...callbackOf("a"), receivedAt: Number.NaN };
      const { refused } = await storage.takeIn([{ callback: unstorable, quarantine: [], served: ["odd"] }], act());
      assert.deepEqual(
        refused.map(({ index }) => index),
        [0],
      );
      assert.deepEqual(await rows(storage), []);
      assert.notEqual(await storage.quarantineEntry("odd"), null);
    },
  },
  {
    what: "the steps of one act are one row, whose count grows and whose end moves on",
    async prove({ storage, moment }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      await drain(storage, dead);
      const one = act();
      await storage.replay({ user: "a" }, one);
      await moment();
      await storage.replay({}, one);
      const [row, ...others] = await rows(storage);
      assert.deepEqual([row?.count, others], [3, []]);
      assert.ok(row && row.until > row.at);
    },
  },
  {
    what: "what was done is a row as soon as it is noted, however little it changes, and what it changes is counted in that row",
    async prove({ storage }) {
      const released = act({ operation: "reconcile_release", filter: { account: "@TOA#_news" } });
      for (let time = 0; time < 2; time += 1) await storage.noteAct(released);
      assert.deepEqual(
        (await rows(storage)).map(({ operation, count, filter }) => [operation, count, filter]),
        [["reconcile_release", 0, { account: "@TOA#_news" }]],
      );
    },
  },
  {
    what: "a search is one row a person, actor and hour, however often it is made",
    needs: "advance",
    async prove({ storage, advance }) {
      const toTheHour = HOUR - (Date.now() % HOUR);
      await advance(toTheHour + MINUTE);
      for (let n = 0; n < 3; n += 1) {
        await storage.noteLookUp(look());
        await advance(MINUTE);
      }
      assert.deepEqual(await told(storage), [["search", 1]]);
      await storage.noteLookUp(look({ person: "amy" }));
      await storage.noteLookUp(look({ actor: BEN }));
      await storage.noteLookUp(look({ actor: { ...ACTOR, front: "api" } }));
      await storage.noteLookUp(look({ operation: "export" }));
      assert.equal((await rows(storage)).length, 5);
      await advance(HOUR);
      await storage.noteLookUp(look());
      assert.equal((await rows(storage)).length, 6);
    },
  },
  {
    what: "an export of many is a row each time",
    async prove({ storage }) {
      const { person: _, ...many } = look({ operation: "export", filter: { connector: "crm" }, count: 7 });
      await storage.noteLookUp(many);
      await storage.noteLookUp(many);
      assert.deepEqual(await told(storage), [
        ["export", 7],
        ["export", 7],
      ]);
      assert.deepEqual(
        (await rows(storage)).map(({ person }) => person),
        [null, null],
      );
    },
  },
  {
    what: "rows are told by person, actor, operation and time, all of which must hold",
    async prove({ storage, moment }) {
      await storage.noteLookUp(look({ person: "amy" }));
      await storage.noteLookUp(look({ person: "jared", actor: BEN }));
      await moment();
      await register(storage);
      await storage.pause("crm", act({ operation: "pause", actor: BEN }));
      const since = (await rows(storage))[0]?.at ?? 0;
      assert.deepEqual(await told(storage, { person: "amy" }), [["search", 1]]);
      assert.deepEqual(await told(storage, { person: "AMY" }), []);
      assert.deepEqual(await told(storage, { actor: "ben", operation: "search" }), [["search", 1]]);
      assert.deepEqual(await told(storage, { since }), [["pause", 1]]);
      assert.deepEqual(await told(storage, { since, person: "amy" }), []);
      assert.deepEqual(await told(storage, { since: since + DAY }), []);
      // the pause is the one row that was begun then
      assert.equal((await told(storage, { until: since })).length, (await rows(storage)).length - 1);
      assert.deepEqual(await told(storage, { until: since, operation: "pause" }), []);
    },
  },
  {
    what: "pages go on behind the last row of the one before, newest first",
    async prove({ storage }) {
      for (const person of users("user", 5)) await storage.noteLookUp(look({ person }));
      const persons: (string | null)[] = [];
      for (let after: string | undefined; ; ) {
        const page = await storage.audited({}, { limit: 2, ...(after !== undefined && { after }) });
        persons.push(...page.map(({ person }) => person));
        after = page.at(-1)?.id;
        if (after === undefined) break;
      }
      assert.deepEqual(persons, users("user", 5).toReversed());
      assert.deepEqual(await storage.audited({}, { limit: 2, after: "no number" }), []);
    },
  },
  {
    what: "rows go by a bound of their own, and by none where nothing says so",
    needs: "advance",
    async prove({ storage, advance }) {
      await storage.noteLookUp(look());
      await advance(2 * DAY);
      await storage.noteLookUp(look());
      await storage.prune({ ...KEPT, retentionMs: 0, rawRetentionMs: 0 });
      await storage.prune({ ...KEPT, audit: { retentionMs: null, searches: 10 } });
      assert.equal((await rows(storage)).length, 2);
      const { rows: gone } = await storage.prune({ ...KEPT, audit: { retentionMs: DAY, searches: 10 } });
      assert.equal(gone, 1);
      assert.equal((await rows(storage)).length, 1);
    },
  },
  {
    what: "above the bound of searches the oldest of them go, and never what was changed",
    async prove({ storage }) {
      await register(storage);
      await storage.pause("crm", act({ operation: "pause" }));
      for (const person of users("user", 6)) await storage.noteLookUp(look({ person }));
      await storage.noteLookUp(look({ operation: "export" }));
      await storage.prune({ ...KEPT, audit: { retentionMs: null, searches: 2 } });
      const left = (await rows(storage)).map(({ operation, person }) => person ?? operation);
      assert.deepEqual(left, ["jared", "user-5", "user-4", "pause"]);
    },
  },
];
