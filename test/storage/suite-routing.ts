/** Events become deliveries, behind each connector's cursor. */
import assert from "node:assert/strict";
import {
  arrive,
  type Case,
  drain,
  entry,
  HOUR,
  later,
  queue,
  register,
  route,
  SECOND,
  settle,
  statusOf,
  stored,
  take,
} from "./suite-support.ts";

export const routingCases: readonly Case[] = [
  {
    what: "events are unrouted in the order in which they came, as many as were asked for",
    async prove({ storage }) {
      await register(storage);
      await arrive(storage, { user: "late", at: 9 * SECOND }, { user: "early" }, { user: "between", at: SECOND });
      const { events, cursors } = await storage.unrouted(["crm"], 2);
      assert.deepEqual(
        events.map(({ user }) => user),
        ["late", "early"],
      );
      assert.deepEqual(cursors, { crm: 0 });
      const seqs = (await storage.unrouted(["crm"], 10)).events.map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        [...seqs].sort((a, b) => a - b),
      );
      assert.equal(new Set(seqs).size, 3);
    },
  },
  {
    what: "routing writes deliveries, moves the cursor and says how many are new",
    async prove({ storage }) {
      await register(storage);
      const [a, b] = await arrive(storage, { user: "a" }, { user: "b" });
      assert.ok(a && b);
      assert.equal(await route(storage), 2);
      assert.equal((await storage.connector("crm"))?.cursor, b.seq);
      assert.deepEqual((await storage.unrouted(["crm"], 10)).events, []);
      const line = await entry(storage, a);
      assert.equal(line.id, `${a.id}:crm`);
      assert.equal(line.state, "waiting");
      assert.deepEqual([line.attempts, line.generation, line.history], [0, 1, []]);
      assert.deepEqual([line.firstAttemptAt, line.lastAttemptAt, line.settledAt], [null, null, null]);
      assert.equal(line.dueAt, line.routedAt);
      assert.deepEqual([line.class, line.reason, line.note], [null, null, null]);
    },
  },
  {
    what: "an event that a connector does not want is skipped, with the reason",
    async prove({ storage }) {
      await register(storage);
      const [a] = await arrive(storage, { user: "a" }, { user: "b" });
      assert.ok(a);
      assert.equal(await route(storage, ["crm"], ({ user }) => (user === "a" ? "not this account" : undefined)), 1);
      const line = await entry(storage, a);
      assert.equal(line.state, "skipped");
      assert.deepEqual(line.reason, { words: "not this account" });
      assert.ok(line.settledAt);
      assert.deepEqual(
        (await drain(storage)).map(({ event }) => event.user),
        ["b"],
      );
    },
  },
  {
    what: "a route that was computed from an older cursor is left out, the others of its call are not",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      const [a] = await arrive(storage, { user: "a" });
      assert.ok(a);
      await route(storage);
      const [b] = await arrive(storage, { user: "b" });
      assert.ok(b);
      const deliveries = [{ event: a.seq }, { event: b.seq }];
      const stale = { connector: "crm", from: 0, to: b.seq, deliveries };
      assert.equal(await storage.route([stale, { ...stale, connector: "partner" }]), 2);
      assert.equal((await storage.connector("crm"))?.cursor, a.seq);
      assert.equal((await storage.connector("partner"))?.cursor, b.seq);
      assert.equal((await entry(storage, b, "partner")).state, "waiting");
    },
  },
  {
    what: "the same route by two machines at once is written once",
    async prove({ storage }) {
      await register(storage);
      const [a] = await arrive(storage, { user: "a" });
      assert.ok(a);
      const mine = { connector: "crm", from: 0, to: a.seq, deliveries: [{ event: a.seq }] };
      const written = await Promise.all([storage.route([mine]), storage.route([mine]), storage.route([mine])]);
      assert.deepEqual(written.sort(), [0, 0, 1]);
    },
  },
  {
    what: "a cursor may move without deliveries",
    async prove({ storage }) {
      await register(storage);
      const [a] = await arrive(storage, { user: "a" });
      assert.ok(a);
      assert.equal(await storage.route([{ connector: "crm", from: 0, to: a.seq, deliveries: [] }]), 0);
      assert.deepEqual((await storage.trace("a"))[0]?.deliveries, []);
      assert.equal((await statusOf(storage)).waiting, 0);
    },
  },
  {
    what: "each connector has a cursor of its own, and the one behind gets what it missed",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await queue(storage, { user: "a" });
      await arrive(storage, { user: "b" });
      const { events } = await storage.unrouted(["crm", "partner"], 10);
      assert.deepEqual(
        events.map(({ user }) => user),
        ["a", "b"],
      );
      await route(storage, ["crm", "partner"]);
      for (const connector of ["crm", "partner"])
        assert.equal((await drain(storage, undefined, 10, connector)).length, 2);
    },
  },
  {
    what: "a new connector that starts now gets nothing of the past",
    async prove({ storage }) {
      await arrive(storage, { user: "past" });
      await register(storage, "crm", { start: "now" });
      assert.deepEqual((await storage.unrouted(["crm"], 10)).events, []);
      await queue(storage, { user: "new", at: SECOND });
      assert.deepEqual(
        (await drain(storage)).map(({ event }) => event.user),
        ["new"],
      );
    },
  },
  {
    what: "a new connector that starts with all gets the past",
    async prove({ storage }) {
      await arrive(storage, { user: "past" });
      await register(storage, "crm", { start: "all" });
      await route(storage);
      assert.deepEqual(
        (await drain(storage)).map(({ event }) => event.user),
        ["past"],
      );
    },
  },
  {
    what: "a new connector that starts at a date is told so, and what it will not get does not count as waiting",
    async prove({ storage }) {
      const start = Date.now() - 30 * 60_000;
      await arrive(storage, { user: "before", receivedAt: start - 1 }, { user: "after", receivedAt: start });
      await register(storage, "crm", { start });
      assert.equal((await storage.unrouted(["crm"], 10)).startsAt.crm, start);
      assert.equal((await statusOf(storage)).waiting, 1);
      await route(storage);
      assert.deepEqual(
        (await drain(storage)).map(({ event }) => event.user),
        ["after"],
      );
    },
  },
  {
    what: "a start is heeded when the connector is new, never again",
    async prove({ storage }) {
      await arrive(storage, { user: "past" });
      await register(storage, "crm", { start: "now" });
      await register(storage, "crm", { start: "all" });
      await register(storage, "crm", { start: Date.now() - HOUR });
      assert.deepEqual((await storage.unrouted(["crm"], 10)).events, []);
    },
  },
  {
    what: "what the router notes stands in the ledger while a delivery waits, and beside what the connector notes",
    async prove({ storage }) {
      await register(storage);
      const [noted, plain] = await arrive(storage, { user: "noted" }, { user: "plain", at: SECOND });
      assert.ok(noted && plain);
      const deliveries = [{ event: noted.seq, note: "a condition ✗ could not be applied" }, { event: plain.seq }];
      await storage.route([{ connector: "crm", from: 0, to: plain.seq, deliveries }]);
      const notes = async () => [(await entry(storage, noted)).note, (await entry(storage, plain)).note];
      assert.deepEqual(await notes(), ["a condition ✗ could not be applied", null]);
      await settle(storage, await take(storage), later(0));
      assert.deepEqual(await notes(), ["a condition ✗ could not be applied", null]);
      await drain(storage, ({ event }) => ({ event: event.seq, to: "delivered", note: "accepted (200)" }));
      assert.deepEqual(await notes(), ["a condition ✗ could not be applied; accepted (200)", "accepted (200)"]);
    },
  },
  {
    what: "connectors that nobody knows have nothing to route",
    async prove({ storage }) {
      await arrive(storage, { user: "a" });
      assert.deepEqual(await storage.unrouted([], 10), { events: [], cursors: {}, startsAt: {} });
      assert.deepEqual(await storage.unrouted(["nobody"], 10), { events: [], cursors: {}, startsAt: {} });
      const { seq } = await stored(storage, { user: "a" });
      assert.equal(await storage.route([{ connector: "nobody", from: 0, to: seq, deliveries: [{ event: seq }] }]), 0);
    },
  },
];
