/** States, stories, the ledger. */
import assert from "node:assert/strict";
import type { Settlement } from "../../src/storage/contract/deliveries.ts";
import { act } from "../support/act.ts";
import {
  arrive,
  type Case,
  changeState,
  DAY,
  dead,
  delivered,
  drain,
  entry,
  HOUR,
  later,
  MINUTE,
  queue,
  queueUsers,
  register,
  route,
  settle,
  statusOf,
  take,
  users,
} from "./suite-support.ts";

export const askingCases: readonly Case[] = [
  {
    what: "an empty store has nothing to say",
    async prove({ storage }) {
      // the server of these tests keeps nothing through a crash, and says so
      const { bytes, faults: _, ...status } = await storage.status();
      assert.ok(bytes > 0, "its tables take room all the same");
      const nothing = { connectors: [], unread: 0, quarantined: { entries: 0, bytes: 0 }, clocksOff: [], counters: {} };
      assert.deepEqual(status, nothing);
      assert.deepEqual(await storage.trace("jared"), []);
      assert.deepEqual(await storage.deliveries({}, { limit: 10 }), []);
      assert.deepEqual(await storage.unjournaled(10), []);
    },
  },
  {
    what: "what waits is counted, what is not yet routed included, whether due, claimed or behind another",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "a", at: 1 }, { user: "a", at: 2 }, { user: "b" }, { user: "c" });
      await settle(storage, await take(storage, 1), later(HOUR));
      await take(storage, 1);
      await arrive(storage, { user: "d" }, { user: "e" });
      assert.equal((await statusOf(storage)).waiting, 6);
      await route(storage);
      assert.equal((await statusOf(storage)).waiting, 6);
    },
  },
  {
    what: "the oldest that waits is known by the time when it was received, routed or not",
    async prove({ storage }) {
      await register(storage);
      assert.equal((await statusOf(storage)).oldestWaitingAt, null);
      const [a] = await arrive(storage, { user: "a", at: 1_000 }, { user: "b", at: 2_000 });
      assert.equal((await statusOf(storage)).oldestWaitingAt, a?.receivedAt);
      await route(storage);
      assert.equal((await statusOf(storage)).oldestWaitingAt, a?.receivedAt);
      await settle(storage, await take(storage, 1), delivered);
      const [c] = await arrive(storage, { user: "c", at: 3_000 });
      assert.equal((await statusOf(storage)).oldestWaitingAt, (a?.receivedAt ?? 0) + 1_000);
      await settle(storage, await take(storage, 1), delivered);
      assert.equal((await statusOf(storage)).oldestWaitingAt, c?.receivedAt);
      await route(storage);
      await drain(storage);
      assert.equal((await statusOf(storage)).oldestWaitingAt, null);
    },
  },
  {
    what: "what was delivered and what died is counted",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, ...users("user", 5).map((user) => ({ user })));
      await route(storage, ["crm", "partner"]);
      await settle(storage, await take(storage, 3), delivered);
      await settle(storage, await take(storage, 1), dead);
      const {
        waiting,
        dead: died,
        deliveredLastHour,
        deliveredLastDay,
        deadLastHour,
        deadLastDay,
      } = await statusOf(storage);
      assert.deepEqual([waiting, died], [1, 1]);
      assert.deepEqual([deliveredLastHour, deliveredLastDay, deadLastHour, deadLastDay], [3, 3, 1, 1]);
      assert.equal((await statusOf(storage, "partner")).deliveredLastDay, 0);
    },
  },
  {
    what: "dead letters are counted by class",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c", "d");
      const classes = ["expired", "rejected", "rejected", "unmatched"] as const;
      for (const one of classes) {
        await settle(storage, await take(storage, 1), (delivery) => ({ ...dead(delivery), class: one }) as Settlement);
      }
      const { dead: all, deadOf } = await statusOf(storage);
      assert.deepEqual({ all, ...deadOf }, { all: 4, rejected: 2, expired: 1, unmatched: 1 });
    },
  },
  {
    what: "a letter that was replayed or discarded is no longer dead in any count",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      await drain(storage, dead);
      await storage.replay({ user: "a" }, act());
      await storage.discard({ user: "b" }, act());
      const { dead: letters, deadLastHour, deadLastDay } = await statusOf(storage);
      assert.deepEqual([letters, deadLastHour, deadLastDay], [1, 1, 1]);
    },
  },
  {
    what: "what happened an hour ago is not of the last hour, what happened yesterday not of the last day",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await settle(storage, await take(storage, 1), delivered);
      await settle(storage, await take(storage, 1), dead);
      const counts = async () => {
        const status = await statusOf(storage);
        return [status.deliveredLastHour, status.deadLastHour, status.deliveredLastDay, status.deadLastDay];
      };
      await advance(HOUR - 2 * MINUTE);
      assert.deepEqual(await counts(), [1, 1, 1, 1]);
      await advance(4 * MINUTE);
      assert.deepEqual(await counts(), [0, 0, 1, 1]);
      await advance(DAY - HOUR);
      assert.deepEqual(await counts(), [0, 0, 0, 0]);
      assert.equal((await statusOf(storage)).dead, 1);
    },
  },
  {
    what: "every connector is shown with its state, those that nobody registers any more as well",
    async prove({ storage }) {
      await register(storage, "vanished");
      await arrive(storage, { user: "a" });
      await route(storage, ["vanished"]);
      await register(storage);
      await changeState(storage, { state: { status: "paused", cause: "gone" } }, "crm");
      const { connectors } = await storage.status();
      assert.deepEqual(connectors.map(({ name }) => name).sort(), ["crm", "vanished"]);
      assert.equal((await statusOf(storage, "vanished")).waiting, 1);
      const row = await storage.connector("crm");
      assert.ok(row);
      const {
        waiting,
        oldestWaitingAt,
        dead: died,
        deadOf,
        deliveredLastHour,
        deliveredLastDay,
        deadLastHour,
        deadLastDay,
        ...own
      } = await statusOf(storage);
      assert.deepEqual(own, row);
    },
  },
  {
    what: "a person's story goes by event time, with each connector's deliveries",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, { user: "a", at: 2, app: "1" }, { user: "b" }, { user: "a", at: 1, app: "2" });
      await route(storage, ["crm", "partner"]);
      await drain(storage);
      const story = await storage.trace("a");
      assert.deepEqual(
        story.map(({ event }) => event.app),
        ["2", "1"],
      );
      for (const { deliveries, storedAt } of story) {
        assert.deepEqual(deliveries.map(({ connector, state }) => [connector, state]).sort(), [
          ["crm", "delivered"],
          ["partner", "waiting"],
        ]);
        assert.equal(typeof storedAt, "number");
      }
    },
  },
  {
    what: "the ledger is listed newest event first, page by page, each line once",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, ...users("user", 7).map((user) => ({ user })));
      await route(storage, ["crm", "partner"]);
      const seen: { id: string; seq: number }[] = [];
      for (let after: string | undefined; ; after = seen.at(-1)?.id) {
        const page = await storage.deliveries({}, { limit: 3, ...(after !== undefined && { after }) });
        seen.push(...page.map(({ id, event }) => ({ id, seq: event.seq })));
        if (page.length < 3) break;
      }
      assert.equal(seen.length, 14);
      assert.equal(new Set(seen.map(({ id }) => id)).size, 14);
      const seqs = seen.map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        [...seqs].sort((a, b) => b - a),
      );
    },
  },
  {
    what: "pages of one connector, and of a filter, hold nothing else",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, ...users("user", 6).map((user) => ({ user })));
      await route(storage, ["crm", "partner"]);
      await settle(storage, await take(storage, 4), dead);
      const filter = { connector: "crm", states: ["dead"] } as const;
      const first = await storage.deliveries(filter, { limit: 3 });
      const second = await storage.deliveries(filter, { limit: 3, after: first.at(-1)?.id ?? "" });
      assert.deepEqual(
        [...first, ...second].map(({ event, connector }) => [event.user, connector]),
        [3, 2, 1, 0].map((n) => [`user-${n}`, "crm"]),
      );
    },
  },
  {
    what: "every condition of a filter narrows it, and all hold together",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      const old = { user: "old", receivedAt: Date.now() - 9 * DAY };
      const [a] = await arrive(storage, { user: "a" }, { user: "b" }, old);
      assert.ok(a);
      await route(storage, ["crm", "partner"]);
      await settle(storage, await take(storage, 1), dead);
      await settle(storage, await take(storage, 1), ({ event }) => ({
        ...{ event: event.seq, to: "dead", class: "unmatched", reason: { words: "nobody" } },
      }));
      const found = async (filter: Parameters<typeof storage.deliveries>[0]) =>
        (await storage.deliveries(filter, { limit: 100 }))
          .map(({ event, connector }) => `${event.user}@${connector}`)
          .sort();
      assert.equal((await found({})).length, 6);
      assert.deepEqual(await found({ connector: "crm" }), ["a@crm", "b@crm", "old@crm"]);
      assert.deepEqual(await found({ states: ["dead"] }), ["a@crm", "b@crm"]);
      assert.deepEqual(await found({ states: ["waiting"], connector: "crm" }), ["old@crm"]);
      assert.equal((await found({ states: ["waiting", "dead"] })).length, 6);
      assert.deepEqual(await found({ states: [] }), []);
      assert.deepEqual(await found({ class: "unmatched" }), ["b@crm"]);
      assert.deepEqual(await found({ user: "a" }), ["a@crm", "a@partner"]);
      assert.deepEqual(await found({ user: "A" }), []);
      assert.deepEqual(await found({ since: Date.now() - DAY }), ["a@crm", "a@partner", "b@crm", "b@partner"]);
      assert.deepEqual(await found({ ids: [`${a.id}:partner`, `${a.id}:nobody`, "nonsense"] }), ["a@partner"]);
      assert.deepEqual(await found({ ids: [] }), []);
      assert.deepEqual(await found({ connector: "nobody" }), []);
      assert.deepEqual(await found({ user: "a", connector: "crm", states: ["dead"], class: "rejected" }), ["a@crm"]);
    },
  },
  {
    what: "a line of the ledger is the same wherever it is shown",
    async prove({ storage }) {
      await register(storage);
      const [a] = await queueUsers(storage, "a");
      assert.ok(a);
      await settle(storage, await take(storage), later(HOUR, "slow"));
      assert.deepEqual(await storage.deliveries({ user: "a" }, { limit: 1 }), [await entry(storage, a)]);
    },
  },
];
