/** The short way: what has just come is expanded, routed and claimed by one call. */
import assert from "node:assert/strict";
import {
  arrive,
  type Case,
  carry,
  changeState,
  delivered,
  drain,
  entry,
  HOUR,
  later,
  queue,
  register,
  route,
  SECOND,
  settle,
  stateOf,
  stored,
  take,
  usersOf,
} from "./suite-support.ts";

export const carryingCases: readonly Case[] = [
  {
    what: "what has just come is routed and claimed for each connector that rests, as by the long way",
    async prove({ storage }) {
      await register(storage, "crm");
      await register(storage, "analytics");
      const { waiting, isBehind, claims } = await carry(storage, [{ user: "ann" }, { user: "bob", at: SECOND }], {
        connectors: ["crm", "analytics"],
      });
      assert.deepEqual([waiting, isBehind], [4, false]);
      assert.deepEqual(
        claims.map((claim) => [claim.connector.name, usersOf(claim), claim.waitMs]),
        [
          ["crm", ["ann", "bob"], null],
          ["analytics", ["ann", "bob"], null],
        ],
      );
      assert.deepEqual(await storage.unread(10), []);
      assert.deepEqual((await storage.unrouted(["crm", "analytics"], 10)).events, []);
      const event = await stored(storage, { user: "bob", at: SECOND });
      assert.equal((await storage.connector("crm"))?.cursor, event.seq);
      for (const claim of claims) assert.equal((await settle(storage, claim, delivered)).tag, "settled");
      assert.equal(await stateOf(storage, event), "delivered");
    },
  },
  {
    what: "a connector with earlier events to be routed gets nothing by the short way, and all by the long one",
    async prove({ storage }) {
      await register(storage, "crm");
      await arrive(storage, { user: "earlier" });
      await register(storage, "analytics", { start: "now" });
      const { waiting, isBehind, claims } = await carry(storage, [{ user: "ann", at: SECOND }], {
        connectors: ["crm", "analytics"],
      });
      assert.deepEqual([waiting, isBehind], [1, true]);
      assert.deepEqual(
        claims.map((claim) => [claim.connector.name, usersOf(claim)]),
        [["analytics", ["ann"]]],
      );
      assert.equal(await route(storage, ["crm", "analytics"]), 2);
      assert.deepEqual(usersOf(await take(storage)), ["earlier", "ann"]);
    },
  },
  {
    what: "what a connector does not want is skipped with the reason, and nothing is taken for it",
    async prove({ storage }) {
      await register(storage);
      const skip = ({ user }: { user: string }) => (user === "bob" ? "not his" : undefined);
      await queue(storage, { user: "waits" });
      const { waiting, claims } = await carry(storage, [{ user: "bob" }], { skip });
      assert.deepEqual([waiting, claims], [0, []]);
      const line = await entry(storage, await stored(storage, { user: "bob" }));
      assert.deepEqual([line.state, line.reason], ["skipped", { words: "not his" }]);
    },
  },
  {
    what: "an event that came before and is not routed yet is not decided on by what it says the second time",
    async prove({ storage }) {
      await register(storage);
      await arrive(storage, { user: "ann", receivedAt: 1_670_574_414_000 });
      const again = { user: "ann", receivedAt: 1_670_574_415_000 };
      const carried = await carry(storage, [again], { skip: () => "by an admin" });
      assert.deepEqual(carried, { waiting: 0, isBehind: true, claims: [] });
      assert.equal(await route(storage), 1);
      assert.deepEqual(usersOf(await take(storage)), ["ann"]);
    },
  },
  {
    what: "an event that is known already is carried once",
    async prove({ storage }) {
      await register(storage);
      const [claim] = (await carry(storage, [{ user: "ann" }])).claims;
      assert.ok(claim);
      await settle(storage, claim, delivered);
      assert.deepEqual(await carry(storage, [{ user: "ann" }]), { waiting: 0, isBehind: false, claims: [] });
      const { claims } = await carry(storage, [{ user: "ann" }, { user: "bob" }]);
      assert.deepEqual(claims.map(usersOf), [["bob"]]);
    },
  },
  {
    what: "an event that was received before a connector begins is not for it, by the short way neither",
    async prove({ storage }) {
      await register(storage, "crm", { start: Date.now() + HOUR });
      assert.deepEqual(await carry(storage, [{ user: "ann" }]), { waiting: 0, isBehind: false, claims: [] });
      assert.deepEqual((await storage.unrouted(["crm"], 10)).events, []);
    },
  },
  {
    what: "a person's next event is routed and not claimed while the one before is under way",
    async prove({ storage }) {
      await register(storage);
      const [first] = (await carry(storage, [{ user: "ann" }])).claims;
      assert.ok(first);
      const { waiting, claims } = await carry(storage, [{ user: "ann", at: SECOND }]);
      assert.deepEqual([waiting, claims.map(usersOf)], [1, [[]]]);
      await settle(storage, first, delivered);
      assert.deepEqual(usersOf(await take(storage)), ["ann"]);
    },
  },
  {
    what: "a newer wish takes the place of one that waits, by the short way as well",
    async prove({ storage }) {
      await register(storage, "crm", { writes: "state" });
      const [first] = (await carry(storage, [{ user: "ann" }])).claims;
      assert.ok(first);
      await settle(storage, first, later(HOUR));
      const [claim] = (await carry(storage, [{ user: "ann", at: SECOND, kind: "subscribed" }])).claims;
      assert.ok(claim);
      assert.deepEqual([usersOf(claim), claim.superseded], [["ann"], 1]);
    },
  },
  {
    what: "a connector that is paused is routed what comes, and gives nothing",
    async prove({ storage }) {
      await register(storage);
      await changeState(storage, { state: { status: "paused", cause: "person" } });
      const { waiting, claims } = await carry(storage, [{ user: "ann" }]);
      assert.deepEqual([waiting, claims.map(usersOf)], [1, [[]]]);
      await changeState(storage, { state: {} });
      assert.deepEqual(usersOf(await take(storage)), ["ann"]);
    },
  },
  {
    what: "what waited before is claimed with what has just come, up to the limit",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "first" }, { user: "second", at: SECOND });
      const [claim] = (await carry(storage, [{ user: "third", at: 2 * SECOND }], { limit: 2 })).claims;
      assert.ok(claim);
      assert.deepEqual([usersOf(claim), claim.waitMs], [["first", "second"], 0]);
      assert.deepEqual(
        (await drain(storage)).map(({ event }) => event.user),
        ["third"],
      );
    },
  },
];
