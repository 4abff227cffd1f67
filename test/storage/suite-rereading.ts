/** Raw callbacks read once more, and events corrected. */
import assert from "node:assert/strict";
import { act } from "../support/act.ts";
import {
  arrive,
  assertNothing,
  type Case,
  callbackOf,
  DAY,
  delivered,
  drain,
  entry,
  eventOf,
  HOUR,
  queue,
  register,
  route,
  SECOND,
  stateOf,
  statusOf,
  stored,
  take,
  usersOf,
} from "./suite-support.ts";

/** For `since`: all of them. */
const EVER = 0;

export const rereadingCases: readonly Case[] = [
  {
    what: "callbacks that are events already are read again in the order in which they came, page by page",
    async prove({ storage }) {
      await arrive(storage, { user: "a" }, { user: "b" }, { user: "c" });
      await storage.accept({ callbacks: [callbackOf("not read yet")], quarantine: [] });
      const first = await storage.callbacks({ since: EVER, after: 0, limit: 2 });
      const text = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);
      assert.deepEqual(first.callbacks.map(text), ["a", "b"]);
      const after = first.callbacks.at(-1)?.seq ?? 0;
      assert.deepEqual((await storage.callbacks({ since: EVER, after, limit: 2 })).callbacks.map(text), ["c"]);
      const [one] = first.callbacks;
      assert.deepEqual({ ...one, seq: 0, body: 0 }, { ...callbackOf("a"), seq: 0, body: 0 });
      assert.equal(first.prunedBefore, null);
    },
  },
  {
    what: "callbacks that were received before are left out",
    async prove({ storage }) {
      const { receivedAt } = callbackOf("");
      await arrive(storage, { user: "a" });
      assert.equal((await storage.callbacks({ since: receivedAt, after: 0, limit: 9 })).callbacks.length, 1);
      assert.deepEqual((await storage.callbacks({ since: receivedAt + 1, after: 0, limit: 9 })).callbacks, []);
    },
  },
  {
    what: "known events are told with the callback that they came from, as they were read then",
    async prove({ storage }) {
      const [a] = await arrive(storage, { user: "a" }, { user: "b" });
      const [callback] = (await storage.callbacks({ since: EVER, after: 0, limit: 1 })).callbacks;
      assert.ok(a && callback);
      const known = await storage.known([eventOf({ user: "a" }), eventOf({ user: "nobody" })]);
      const { seq, id, operator, byAdmin } = a;
      assert.deepEqual(known, [{ seq, id, callback: callback.seq, operator, byAdmin }]);
    },
  },
  {
    what: "a corrected event reads so from then on, and what was skipped for it waits again, due now, as the next generation",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "other");
      await arrive(storage, { user: "a" }, { user: "b", at: SECOND });
      await route(storage, ["crm", "other"], () => "`except.by_admin` names true");
      const a = await stored(storage, { user: "a" });
      const again = [{ connector: "crm", note: "read again ✗" }];
      assert.equal(await storage.correct([{ seq: a.seq, operator: "", byAdmin: false, again }], act()), 1);
      const line = await entry(storage, a);
      assert.deepEqual([line.state, line.reason, line.note, line.generation], ["waiting", null, "read again ✗", 2]);
      assert.deepEqual([line.event.operator, line.event.byAdmin], ["", false]);
      assert.equal(await stateOf(storage, a, "other"), "skipped");
      assert.equal(await stateOf(storage, await stored(storage, { user: "b", at: SECOND })), "skipped");
      assert.equal((await statusOf(storage)).waiting, 1);
      assert.deepEqual(usersOf({ deliveries: await drain(storage) }), ["a"]);
      assert.equal(await stateOf(storage, a), "delivered");
    },
  },
  {
    what: "a correction leaves alone what is not skipped, and connectors that nobody knows",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queue(storage, { user: "a" });
      assert.ok(event);
      await drain(storage, delivered);
      const again = ["crm", "nobody"].map((connector) => ({ connector, note: "again" }));
      assert.equal(await storage.correct([{ seq: event.seq, operator: "admin", byAdmin: true, again }], act()), 0);
      assert.equal((await entry(storage, event)).note, null);
      assertNothing(await take(storage));
    },
  },
  {
    what: "what waits again goes before a person's later events, and is superseded where a newer wish overtook it",
    async prove({ storage }) {
      await register(storage, "crm", { writes: "state" });
      await register(storage, "facts");
      const skip = ({ eventTime }: { eventTime: number }) =>
        eventTime === first ? "`only.operator` names it" : undefined;
      const first = eventOf({ user: "a" }).eventTime;
      await arrive(storage, { user: "a" });
      await arrive(storage, { user: "a", at: HOUR / 2, kind: "subscribed" });
      await route(storage, ["crm", "facts"], skip);
      const old = await stored(storage, { user: "a" });
      const again = ["crm", "facts"].map((connector) => ({ connector, note: "again" }));
      assert.equal(await storage.correct([{ seq: old.seq, operator: "", byAdmin: false, again }], act()), 2);
      const facts = (await drain(storage, delivered, 100, "facts")).map(({ event }) => event.kind);
      assert.deepEqual(facts, ["unsubscribed", "subscribed"]);
      const states = (await drain(storage)).map(({ event }) => event.kind);
      assert.deepEqual(states, ["subscribed"]);
      assert.equal(await stateOf(storage, old), "superseded");
    },
  },
  {
    what: "the store knows up to when events have been pruned, and forgets it not when more is kept later",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      await queue(storage, { user: "a" });
      await drain(storage);
      await advance(30 * DAY);
      const prune = (retentionMs: number | null) =>
        storage.prune({ retentionMs, rawRetentionMs: null, quarantineBytes: 1_000_000 });
      await prune(null);
      const prunedBefore = async () => (await storage.callbacks({ since: EVER, after: 0, limit: 1 })).prunedBefore;
      assert.equal(await prunedBefore(), null);
      while ((await prune(DAY)).more);
      const before = await prunedBefore();
      assert.ok(before !== null);
      await prune(20 * DAY);
      assert.equal(await prunedBefore(), before);
    },
  },
];
