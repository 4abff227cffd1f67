/** The order of one person's events. */
import assert from "node:assert/strict";
import {
  arrive,
  assertNothing,
  type Case,
  dead,
  delivered,
  drain,
  HOUR,
  later,
  queue,
  register,
  route,
  SECOND,
  settle,
  skipped,
  take,
  timesOf,
  users,
  usersOf,
  type Verdict,
} from "./suite-support.ts";

const A = "@TOA#_a";
const B = "@TOA#_b";

export const orderCases: readonly Case[] = [
  {
    what: "no two of one person are in one claim, whatever the official account",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", account: A }, { user: "jared", account: B, at: 1 }, { user: "other" });
      const claim = await take(storage);
      assert.deepEqual(usersOf(claim), ["jared", "other"]);
      assertNothing(await take(storage));
      await settle(storage, claim, delivered);
      assert.deepEqual(timesOf(await take(storage)), [1]);
    },
  },
  {
    what: "a person's events go by event time, not as they came",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", at: 3 }, { user: "jared", at: 1 }, { user: "jared", at: 2 });
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 2, 3]);
    },
  },
  {
    what: "an earlier event that comes late goes before what waits already",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", at: 3 });
      await settle(storage, await take(storage), later(0));
      await queue(storage, { user: "jared", at: 1 });
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 3]);
    },
  },
  {
    what: "an earlier event that comes while a later one is under way waits for it",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", at: 3 });
      const claim = await take(storage);
      await queue(storage, { user: "jared", at: 1 });
      assertNothing(await take(storage));
      await settle(storage, claim, later(0));
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 3]);
    },
  },
  {
    what: "at one event time `subscribed` goes before `unsubscribed`",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", account: A }, { user: "jared", account: B, kind: "subscribed" });
      const given = await drain(storage);
      assert.deepEqual(
        given.map(({ event }) => event.kind),
        ["subscribed", "unsubscribed"],
      );
    },
  },
  {
    what: "nothing of a person goes while an earlier event of theirs waits for its retry",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", at: 1 }, { user: "jared", at: 2 }, { user: "other" });
      await settle(storage, await take(storage, 1), later(HOUR));
      assert.deepEqual(usersOf({ deliveries: await drain(storage) }), ["other"]);
      assertNothing(await take(storage));
    },
  },
  {
    what: "what waits behind another goes as soon as that one is settled, after its retry as well",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      await queue(storage, { user: "jared", at: 1 }, { user: "jared", at: 2 });
      await settle(storage, await take(storage), later(HOUR));
      assertNothing(await take(storage));
      await advance(HOUR);
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 2]);
    },
  },
  {
    what: "a release lets nobody overtake",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", at: 1 }, { user: "jared", at: 2 });
      const claim = await take(storage);
      assertNothing(await take(storage));
      await storage.release(
        "crm",
        claim.token,
        claim.deliveries.map(({ event }) => event.seq),
      );
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 2]);
    },
  },
  ...Object.entries({ delivered, dead, skipped } satisfies Record<string, Verdict>).map(([state, verdict]) => ({
    what: `an earlier event that ended as ${state} holds nobody up`,
    async prove({ storage }: Parameters<Case["prove"]>[0]) {
      await register(storage);
      await queue(storage, { user: "jared", at: 1 }, { user: "jared", at: 2 });
      const claim = await take(storage);
      assertNothing(await take(storage));
      await settle(storage, claim, verdict);
      assert.deepEqual(timesOf(await take(storage)), [2]);
    },
  })),
  {
    what: "the same user id in another app is another person",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "jared", app: "1" }, { user: "jared", app: "2" });
      assert.equal((await take(storage)).deliveries.length, 2);
    },
  },
  {
    what: "ids that look alike when they are joined are different people",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { app: "1", user: "2 3" }, { app: "1 2", user: "3" });
      assert.equal((await take(storage)).deliveries.length, 2);
    },
  },
  {
    what: "a person who waits at one connector holds up nothing at another",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, { user: "jared", at: 1 }, { user: "jared", at: 2 });
      await route(storage, ["crm", "partner"]);
      await settle(storage, await take(storage), later(HOUR));
      assert.equal((await drain(storage, delivered, 10, "partner")).length, 2);
    },
  },
  {
    what: "a crowd of one person's events hides nobody who comes behind it",
    async prove({ storage }) {
      await register(storage);
      const crowd = Array.from({ length: 60 }, (_, at) => ({ user: "jared", at }));
      await queue(storage, ...crowd, ...users("other", 9).map((user) => ({ user, at: 99 })));
      const given: string[] = [];
      // as a courier does: again while there is something to come back for
      for (let round = 0; round < 100; round += 1) {
        const claim = await take(storage, 10);
        given.push(...usersOf(claim));
        if (claim.deliveries.length === 0 && claim.waitMs !== 0) break;
      }
      assert.deepEqual(given.sort(), ["jared", ...users("other", 9)].sort());
    },
  },
  {
    what: "a long row of one person's events comes in order, whatever order they came in",
    async prove({ storage }) {
      await register(storage);
      const times = Array.from({ length: 150 }, (_, index) => ((index * 67) % 150) * SECOND);
      await queue(storage, ...times.map((at) => ({ user: "jared", at })));
      const given = timesOf({ deliveries: await drain(storage, delivered, 10) });
      assert.deepEqual(
        given,
        [...times].sort((a, b) => a - b),
      );
    },
  },
];
