/** What is old and settled goes; what is needed stays. */
import assert from "node:assert/strict";
import { ACCOUNT_DESTROYED } from "../../src/callback.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import {
  arrive,
  arriveTogether,
  type Case,
  callbackOf,
  DAY,
  dead,
  delivered,
  drain,
  entryOf,
  HOUR,
  later,
  queue,
  queueUsers,
  register,
  route,
  settle,
  skipped,
  stateOf,
  statusOf,
  take,
  timesOf,
  users,
} from "./suite-support.ts";

/** By this retention whatever happened until an hour from now is old: no clock need be turned. */
const ALL_IS_OLD = -HOUR;
const STATE = { writes: "state" } as const;

interface Limits {
  readonly retentionMs?: number | null;
  readonly rawRetentionMs?: number | null;
  readonly quarantineBytes?: number;
}

/** Prunes until there is no more to do. Returns how many rows went. */
async function prune(storage: Storage, limits: Limits = {}): Promise<number> {
  let rows = 0;
  for (let round = 0; round < 100; round += 1) {
    const all = { retentionMs: ALL_IS_OLD, rawRetentionMs: null, quarantineBytes: 1e9, ...limits };
    const pruned = await storage.prune(all);
    rows += pruned.rows;
    if (!pruned.more) return rows;
  }
  throw new Error("pruning has no end");
}

export const pruningCases: readonly Case[] = [
  {
    what: "notices go as raw callbacks do",
    async prove({ storage }) {
      const callbacks = [callbackOf("gone", { command: ACCOUNT_DESTROYED })];
      await storage.accept({ callbacks, quarantine: [] });
      assert.equal(await prune(storage, { retentionMs: null, rawRetentionMs: null }), 0);
      assert.equal((await storage.notices(HOUR, 10)).length, 1);
      assert.equal(await prune(storage, { retentionMs: null, rawRetentionMs: ALL_IS_OLD }), 1);
      assert.deepEqual(await storage.notices(HOUR, 10), []);
    },
  },
  {
    what: "what is settled goes, and its event with it",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "delivered", "skipped");
      await settle(storage, await take(storage, 1), delivered);
      await settle(storage, await take(storage, 1), skipped);
      assert.equal(await prune(storage), 4);
      assert.deepEqual(await storage.trace("delivered"), []);
      assert.deepEqual(await storage.deliveries({}, { limit: 10 }), []);
    },
  },
  {
    what: "what is kept for ever stays",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await drain(storage);
      assert.equal(await prune(storage, { retentionMs: null }), 0);
      assert.equal((await storage.trace("a")).length, 1);
    },
  },
  {
    what: "what is younger than the retention stays until its time has come",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      await drain(storage);
      await advance(DAY - HOUR);
      assert.equal(await prune(storage, { retentionMs: DAY }), 0);
      assert.equal(await stateOf(storage, event), "delivered");
      await advance(2 * HOUR);
      assert.equal(await prune(storage, { retentionMs: DAY }), 2);
    },
  },
  {
    what: "what waits stays, and goes out afterwards",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "a", at: 1 }, { user: "a", at: 2 }, { user: "b" });
      await settle(storage, await take(storage), later(0));
      await prune(storage);
      assert.equal((await statusOf(storage)).waiting, 3);
      assert.equal((await drain(storage)).length, 3);
    },
  },
  {
    what: "what is not yet routed to every connector stays",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await queueUsers(storage, "a");
      await drain(storage);
      await prune(storage);
      assert.equal(await route(storage, ["partner"]), 1);
      assert.equal((await drain(storage, delivered, 10, "partner")).length, 1);
    },
  },
  {
    what: "what is dead stays, and can be replayed",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await drain(storage, dead);
      assert.equal(await prune(storage), 0);
      assert.equal((await storage.replay({}, act())).changed, 1);
      assert.equal((await drain(storage)).length, 1);
      assert.equal(await prune(storage), 2);
    },
  },
  {
    what: "a delivered row stays while an earlier one of the same person is dead: a replay must not overwrite it",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const [older] = await queue(storage, { user: "a", at: 1 });
      assert.ok(older);
      await drain(storage, dead);
      const [newer] = await queue(storage, { user: "a", at: 2 });
      assert.ok(newer);
      await drain(storage);
      await prune(storage);
      assert.equal(await stateOf(storage, newer), "delivered");
      await storage.replay({}, act());
      assert.deepEqual(await drain(storage), []);
      assert.equal(await stateOf(storage, older), "superseded");
      await prune(storage);
      assert.deepEqual(await storage.trace("a"), []);
    },
  },
  {
    what: "a newer wish that nobody wanted stays while an earlier one is dead: it still overtakes",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const [older] = await queue(storage, { user: "a", at: 1 });
      assert.ok(older);
      await drain(storage, dead);
      await arrive(storage, { user: "a", at: 2, kind: "subscribed" });
      await route(storage, ["crm"], () => "not wanted");
      await prune(storage);
      await storage.replay({}, act());
      assert.deepEqual(await drain(storage), []);
      assert.equal(await stateOf(storage, older), "superseded");
    },
  },
  {
    what: "somebody else's dead letter keeps nobody's rows",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "dead", "delivered");
      await settle(storage, await take(storage, 1), dead);
      await drain(storage);
      assert.equal(await prune(storage), 2);
      assert.deepEqual(await storage.trace("delivered"), []);
    },
  },
  {
    what: "rows that must stay do not hide those behind them",
    async prove({ storage }) {
      await register(storage);
      const crowd = users("user", 2_500);
      await arriveTogether(
        storage,
        crowd.map((user) => ({ user, at: 1 })),
      );
      await route(storage);
      await drain(storage, dead, 1_000);
      await arriveTogether(
        storage,
        crowd.map((user) => ({ user, at: 2 })),
      );
      await route(storage);
      await drain(storage, delivered, 1_000);
      await queue(storage, { user: "behind", at: 3 });
      await drain(storage);
      assert.equal(await prune(storage), 2);
      assert.deepEqual(await storage.trace("behind"), []);
      assert.equal((await statusOf(storage)).dead, 2_500);
    },
  },
  {
    what: "a large heap goes in batches",
    async prove({ storage }) {
      await register(storage);
      await arriveTogether(
        storage,
        users("user", 5_000).map((user) => ({ user })),
      );
      await route(storage);
      await drain(storage, delivered, 1_000);
      assert.equal(await prune(storage), 10_000);
      assert.deepEqual(await storage.deliveries({}, { limit: 1 }), []);
      assert.equal((await statusOf(storage)).waiting, 0);
    },
  },
  {
    what: "what comes after a pruning is routed, ordered and delivered as ever",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "a", at: 1 });
      await drain(storage);
      await prune(storage);
      await queue(storage, { user: "a", at: 3 }, { user: "a", at: 2 });
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [2, 3]);
    },
  },
  {
    what: "raw callbacks go when they were expanded, never before",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await storage.accept({ callbacks: [callbackOf("not yet expanded")], quarantine: [] });
      assert.equal(await prune(storage, { retentionMs: null, rawRetentionMs: null }), 0);
      assert.equal(await prune(storage, { retentionMs: null, rawRetentionMs: ALL_IS_OLD }), 1);
      assert.equal((await storage.unread(10)).length, 1);
      assert.equal((await drain(storage)).length, 1);
    },
  },
  {
    what: "after a pruning nothing that was expanded is unread again",
    needs: "reopen",
    async prove({ storage, reopen }) {
      await arrive(storage, { user: "a" });
      await prune(storage, { retentionMs: null, rawRetentionMs: ALL_IS_OLD });
      const again = await reopen();
      await arrive(again, { user: "b" });
      assert.deepEqual(await again.unread(10), []);
      assert.equal((await again.trace("b")).length, 1);
    },
  },
  {
    what: "the quarantine loses its oldest entries, and says how many",
    async prove({ storage }) {
      const body = new Uint8Array(10_000);
      const entries = ["a", "b", "c", "d", "e"].map((id) => entryOf(id, { body, size: body.length }));
      for (const entry of entries) await storage.accept({ callbacks: [], quarantine: [entry] });
      const limits = { retentionMs: null, rawRetentionMs: null };
      const roomy = await storage.prune({ ...limits, quarantineBytes: 100_000 });
      assert.deepEqual(roomy, { rows: 0, quarantineDropped: 0, more: false });
      assert.equal((await storage.prune({ ...limits, quarantineBytes: 25_000 })).quarantineDropped, 3);
      assert.deepEqual(
        (await storage.quarantined({ limit: 10 })).map(({ id }) => id),
        ["d", "e"],
      );
    },
  },
];
