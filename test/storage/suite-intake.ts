/** Callbacks in, events out. */
import assert from "node:assert/strict";
import { ACCOUNT_DESTROYED } from "../../src/callback.ts";
import type { Callback } from "../../src/storage/contract/callbacks.ts";
import {
  arrive,
  type Case,
  callbackOf,
  entryOf,
  eventOf,
  HOUR,
  queue,
  register,
  stored,
  users,
} from "./suite-support.ts";

const textOf = ({ body }: Pick<Callback, "body">): string => new TextDecoder().decode(body);
const noticeOf = (text: string): Callback => callbackOf(text, { command: ACCOUNT_DESTROYED });

const noQuarantine = { quarantine: [] } as const;

export const intakeCases: readonly Case[] = [
  {
    what: "a callback comes back byte for byte, with what its URL said",
    async prove({ storage }) {
      const body = Uint8Array.from([0, 255, 10, 39, 123, 0xed, 0xa0, 0x80]);
      const callback = callbackOf("", {
        body,
        platform: 'a "b" ✗',
        clientIp: "2001:db8::1",
        receivedAt: 1_670_574_414_123,
      });
      assert.deepEqual(await storage.accept({ callbacks: [callback], ...noQuarantine }), { refused: [] });
      const [back] = await storage.unread(10);
      assert.ok(back);
      const { seq, body: kept, ...rest } = back;
      const { body: _, ...sent } = callback;
      assert.deepEqual(rest, sent);
      assert.deepEqual(Uint8Array.from(kept), body);
      assert.equal(typeof seq, "number");
    },
  },
  {
    what: "a notice is kept apart, as it came: it is never unread, and no event",
    async prove({ storage }) {
      const notice = callbackOf("gone", { command: ACCOUNT_DESTROYED, platform: "✗" });
      const callbacks = [callbackOf("a"), notice, callbackOf("b"), { ...notice, receivedAt: notice.receivedAt + 1 }];
      assert.deepEqual(await storage.accept({ callbacks, quarantine: [entryOf("odd")] }), { refused: [] });
      assert.deepEqual((await storage.unread(10)).map(textOf), ["a", "b"]);
      assert.equal((await storage.status()).unread, 2);
      const kept = await storage.notices(HOUR, 10);
      assert.deepEqual(kept.map(textOf), ["gone", "gone"]);
      const [newest, first] = kept;
      assert.ok(newest && first);
      assert.equal(newest.receivedAt, first.receivedAt + 1);
      const { seq, body: _, ...rest } = first;
      const { body: __, ...sent } = notice;
      assert.deepEqual([typeof seq, rest], ["number", sent]);
      assert.equal((await storage.quarantined({ limit: 10 })).length, 1);
    },
  },
  {
    what: "notices are found for as long as one asks, and at most so many",
    async prove({ storage }) {
      await storage.accept({ callbacks: ["a", "b", "c"].map(noticeOf), quarantine: [] });
      assert.deepEqual((await storage.notices(HOUR, 2)).map(textOf), ["c", "b"]);
      assert.deepEqual(await storage.notices(-HOUR, 10), []);
    },
  },
  {
    what: "a notice that the store cannot take does not fail the others",
    async prove({ storage }) {
      const bad = { ...noticeOf("bad"), receivedAt: Number.NaN };
      const { refused } = await storage.accept({ callbacks: [callbackOf("a"), bad, noticeOf("b")], quarantine: [] });
      assert.deepEqual(
        refused.map(({ index }) => index),
        [1],
      );
      assert.deepEqual((await storage.unread(10)).map(textOf), ["a"]);
      assert.deepEqual((await storage.notices(HOUR, 10)).map(textOf), ["b"]);
    },
  },
  {
    what: "callbacks are unread oldest first, as many as were asked for",
    async prove({ storage }) {
      await storage.accept({ callbacks: ["a", "b", "c"].map((text) => callbackOf(text)), ...noQuarantine });
      await storage.accept({ callbacks: [callbackOf("d")], ...noQuarantine });
      const texts = async (limit: number) =>
        (await storage.unread(limit)).map(({ body }) => new TextDecoder().decode(body));
      assert.deepEqual(await texts(2), ["a", "b"]);
      assert.deepEqual(await texts(10), ["a", "b", "c", "d"]);
      assert.equal((await storage.status()).unread, 4);
    },
  },
  {
    what: "a callback that was expanded is not unread any more",
    async prove({ storage }) {
      await storage.accept({ callbacks: [callbackOf("a"), callbackOf("b")], ...noQuarantine });
      const [first, second] = await storage.unread(10);
      assert.ok(first && second);
      await storage.expand([{ callback: first.seq, events: [eventOf({ user: "jared" })], quarantine: [] }]);
      assert.deepEqual(
        (await storage.unread(10)).map(({ seq }) => seq),
        [second.seq],
      );
      assert.equal((await storage.status()).unread, 1);
    },
  },
  {
    what: "an event comes back as it was, with its number and the time when its callback was durable",
    async prove({ storage }) {
      const happening = { user: `'"; DROP TABLE events; -- ${"é".repeat(100)} 😀 \\`, account: "@TOA#_ñ" };
      await arrive(storage, happening);
      const [traced] = await storage.trace(happening.user);
      assert.ok(traced);
      const { seq, ...event } = traced.event;
      assert.deepEqual(event, eventOf(happening));
      assert.equal(typeof seq, "number");
      assert.equal(typeof traced.storedAt, "number");
      assert.deepEqual(traced.deliveries, []);
    },
  },
  {
    what: "user ids are told apart by case and by blanks",
    async prove({ storage }) {
      await arrive(storage, { user: "jared" }, { user: "Jared" }, { user: "jared " });
      for (const user of ["jared", "Jared", "jared "]) assert.equal((await storage.trace(user)).length, 1, user);
      assert.deepEqual(await storage.trace("JARED"), []);
    },
  },
  {
    what: "the same call twice is the same events, in whatever order it lists its users",
    async prove({ storage }) {
      const list = users("user", 20).map((user) => eventOf({ user }));
      for (const events of [list, [...list].reverse()]) {
        await storage.accept({ callbacks: [callbackOf("the same")], ...noQuarantine });
        const [callback] = await storage.unread(1);
        assert.ok(callback);
        await storage.expand([{ callback: callback.seq, events, quarantine: [] }]);
      }
      await register(storage);
      assert.equal((await storage.unrouted(["crm"], 100)).events.length, 20);
      assert.deepEqual(await storage.unread(10), []);
    },
  },
  {
    what: "the same call twice in one turn is the same events",
    async prove({ storage }) {
      await storage.accept({ callbacks: [callbackOf("one"), callbackOf("two")], ...noQuarantine });
      const events = users("user", 3).map((user) => eventOf({ user }));
      const unread = await storage.unread(10);
      await storage.expand(
        unread.map(({ seq }, index) => ({
          callback: seq,
          events: index === 0 ? events : events.toReversed(),
          quarantine: [],
        })),
      );
      await register(storage);
      assert.equal((await storage.unrouted(["crm"], 100)).events.length, 3);
    },
  },
  {
    what: "an event that is known already stays as it is",
    async prove({ storage }) {
      const [before] = await arrive(storage, { user: "jared", receivedAt: 1_670_574_414_000 });
      await arrive(storage, { user: "jared", receivedAt: 1_670_574_415_000 });
      assert.deepEqual(await stored(storage, { user: "jared" }), before);
      assert.equal((await storage.trace("jared")).length, 1);
    },
  },
  {
    what: "expanding a callback again changes nothing",
    async prove({ storage }) {
      await storage.accept({ callbacks: [callbackOf("a")], ...noQuarantine });
      const [callback] = await storage.unread(1);
      assert.ok(callback);
      await storage.expand([{ callback: callback.seq, events: [eventOf({ user: "jared" })], quarantine: [] }]);
      await storage.expand([{ callback: callback.seq, events: [eventOf({ user: "somebody else" })], quarantine: [] }]);
      assert.equal((await storage.trace("jared")).length, 1);
      assert.deepEqual(await storage.trace("somebody else"), []);
    },
  },
  {
    what: "a callback that is not expanded stays unread, whatever is asked for behind it",
    async prove({ storage }) {
      await storage.accept({
        callbacks: ["first", "second", "third"].map((user) => callbackOf(user)),
        ...noQuarantine,
      });
      const [first, second, third] = await storage.unread(10);
      assert.ok(first && second && third);
      const of = ({ seq }: { readonly seq: number }) => ({ callback: seq, events: [eventOf({ user: `u${seq}` })] });
      const attempts = [[third], [first, third]];
      for (const some of attempts) {
        await storage.expand(some.map((callback) => ({ ...of(callback), quarantine: [] }))).catch(() => undefined);
        assert.ok((await storage.unread(10)).some(({ seq }) => seq === second.seq));
      }
      const left = await storage.unread(10);
      await storage.expand(left.map((callback) => ({ ...of(callback), quarantine: [] })));
      assert.deepEqual(await storage.unread(10), []);
      for (const { seq } of [first, second, third]) assert.equal((await storage.trace(`u${seq}`)).length, 1);
    },
  },
  {
    what: "a callback that is expanded in parts stays unread until its last one, and its body stays",
    async prove({ storage }) {
      await storage.accept({ callbacks: [callbackOf("large"), callbackOf("next")], ...noQuarantine });
      const [large, next] = await storage.unread(10);
      assert.ok(large && next);
      const eventOfUser = (user: string) => [eventOf({ user })];
      const unread = async () => (await storage.unread(10)).map(({ seq }) => seq);
      await storage.expand([{ callback: large.seq, events: eventOfUser("one"), quarantine: [], part: "more" }]);
      assert.deepEqual(await unread(), [large.seq, next.seq]);
      assert.equal((await storage.trace("one")).length, 1);
      // as after a crash: from the beginning
      await storage.expand([{ callback: large.seq, events: eventOfUser("one"), quarantine: [], part: "more" }]);
      assert.deepEqual(await unread(), [large.seq, next.seq]);
      await storage.expand([
        { callback: large.seq, events: eventOfUser("one"), quarantine: [], part: "last" },
        { callback: next.seq, events: eventOfUser("two"), quarantine: [] },
      ]);
      assert.deepEqual(await unread(), []);
      await storage.expand([{ callback: large.seq, events: eventOfUser("late"), quarantine: [], part: "more" }]);
      for (const [user, count] of [
        ["one", 1],
        ["two", 1],
        ["late", 0],
      ] as const) {
        assert.equal((await storage.trace(user)).length, count, user);
      }
    },
  },
  {
    what: "people who leave in the same millisecond are all kept",
    async prove({ storage }) {
      await arrive(storage, ...users("user", 30).map((user) => ({ user, at: 7 })));
      await register(storage);
      const { events } = await storage.unrouted(["crm"], 100);
      assert.equal(new Set(events.map(({ user }) => user)).size, 30);
    },
  },
  {
    what: "a callback that the store refuses does not fail the others",
    async prove({ storage }) {
      const bad = callbackOf("bad", { receivedAt: Number.NaN });
      const { refused } = await storage.accept({ callbacks: [callbackOf("a"), bad, callbackOf("c")], ...noQuarantine });
      assert.deepEqual(
        refused.map(({ index }) => index),
        [1],
      );
      assert.notEqual(refused[0]?.why, "");
      const kept = (await storage.unread(10)).map(({ body }) => new TextDecoder().decode(body));
      assert.deepEqual(kept, ["a", "c"]);
    },
  },
  {
    what: "callbacks that are accepted side by side are all kept, and a bad one among them fails none",
    async prove({ storage }) {
      const answers = await Promise.all(
        users("callback", 40).map((text, index) => {
          const bad = index === 17 ? { receivedAt: Number.NaN } : {};
          return storage.accept({ callbacks: [callbackOf(text, bad), callbackOf(`${text} too`)], ...noQuarantine });
        }),
      );
      assert.equal(answers.flatMap(({ refused }) => refused).length, 1);
      assert.equal((await storage.unread(1_000)).length, 79);
    },
  },
  {
    what: "counters add up",
    async prove({ storage }) {
      await storage.count({ "refused.sign": 2, ignored: 1 });
      await Promise.all([storage.count({ "refused.sign": 1 }), storage.count({ "refused.sign": 4 })]);
      await storage.count({});
      assert.deepEqual((await storage.status()).counters, { ignored: 1, "refused.sign": 7 });
    },
  },
  {
    what: "a store that is well answers a ping, which leaves nothing behind",
    async prove({ storage }) {
      const before = await storage.status();
      assert.equal(await storage.ping(), undefined);
      assert.deepEqual(await storage.unread(10), []);
      assert.equal((await storage.status()).unread, before.unread);
      assert.notEqual(storage.description, "");
    },
  },
  {
    what: "what was accepted, expanded and routed is still there after a restart",
    needs: "reopen",
    async prove({ storage, reopen }) {
      await register(storage);
      await queue(storage, { user: "jared" });
      await storage.accept({ callbacks: [callbackOf("not yet expanded")], ...noQuarantine });
      const again = await reopen();
      assert.deepEqual(
        (await again.unread(10)).map(({ body }) => new TextDecoder().decode(body)),
        ["not yet expanded"],
      );
      assert.equal((await again.trace("jared"))[0]?.deliveries[0]?.state, "waiting");
    },
  },
];
