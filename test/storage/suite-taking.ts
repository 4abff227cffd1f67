/** Claims what is due. */
import assert from "node:assert/strict";
import {
  assertNothing,
  type Case,
  delivered,
  drain,
  entry,
  HOUR,
  LEASE_MS,
  later,
  MINUTE,
  queue,
  queueUsers,
  register,
  settle,
  take,
  timesOf,
  users,
  usersOf,
} from "./suite-support.ts";

export const takingCases: readonly Case[] = [
  {
    what: "a claim holds the oldest deliveries, as many as were asked for",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      const claim = await take(storage, 2);
      assert.deepEqual(usersOf(claim), ["a", "b"]);
      assert.equal(claim.probe, false);
      assert.equal(claim.superseded, 0);
      assert.equal(claim.connector.name, "crm");
      assert.notEqual(claim.token, "");
    },
  },
  {
    what: "a delivery's id is its event's id and the connector's first name, and a first attempt knows no earlier one",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queue(storage, { user: "a" });
      assert.ok(event);
      const first = { id: `${event.id}:crm`, event, attempts: 0, generation: 1, firstAttemptClock: null };
      assert.deepEqual((await take(storage)).deliveries, [first]);
    },
  },
  {
    what: "what is claimed is given to nobody else",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      const [one, two] = [await take(storage, 2), await take(storage, 2)];
      assert.deepEqual([usersOf(one), usersOf(two)], [["a", "b"], ["c"]]);
      assert.notEqual(one.token, two.token);
      assertNothing(await take(storage));
    },
  },
  {
    what: "claims that are asked for at once share nothing",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, ...users("user", 30));
      const claims = await Promise.all(Array.from({ length: 6 }, () => take(storage, 7)));
      const given = claims.flatMap(usersOf);
      assert.equal(new Set(given).size, given.length);
      given.push(...(await drain(storage)).map(({ event }) => event.user));
      assert.deepEqual(given.sort(), users("user", 30).sort());
    },
  },
  {
    what: "an empty queue gives nothing, and there is nothing to wait for",
    async prove({ storage }) {
      await register(storage);
      const claim = await take(storage);
      assert.deepEqual(claim.deliveries, []);
      assert.equal(claim.waitMs, null);
    },
  },
  {
    what: "a claim says whether it leaves anything: nothing, more at once, or when the next is due",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      assert.equal((await take(storage, 1)).waitMs, 0);
      const claim = await take(storage, 3);
      assert.deepEqual([claim.deliveries.length, claim.waitMs], [2, null]);
      await settle(storage, claim, later(HOUR));
      await queueUsers(storage, "d");
      const { waitMs } = await take(storage, 3);
      assert.ok(waitMs !== null && waitMs > HOUR - 5 * MINUTE && waitMs <= HOUR, `${waitMs}`);
    },
  },
  {
    what: "a connector that nobody knows cannot be served",
    async prove({ storage }) {
      await assert.rejects(take(storage, 10, 5, "nobody"), /nobody/);
      // the fault of one does not fail what is asked beside it
      await register(storage);
      const beside = await Promise.allSettled([take(storage), take(storage, 10, 5, "nobody"), storage.ping()]);
      assert.deepEqual(
        beside.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
    },
  },
  {
    what: "what is not due yet is not given, and the claim says how long to wait",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await settle(storage, await take(storage, 1), later(2 * HOUR));
      await settle(storage, await take(storage, 1), later(HOUR));
      const claim = await take(storage);
      assert.deepEqual(claim.deliveries, []);
      assert.ok(claim.waitMs !== null && claim.waitMs > HOUR - 5 * MINUTE && claim.waitMs <= HOUR, `${claim.waitMs}`);
    },
  },
  {
    what: "what is due is given when its time has come",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      await queueUsers(storage, "a");
      await settle(storage, await take(storage), later(MINUTE));
      await advance(MINUTE - 1);
      assertNothing(await take(storage));
      await advance(1);
      assert.deepEqual(usersOf(await take(storage)), ["a"]);
    },
  },
  {
    what: "what was due first is given first",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      for (const minutes of [3, 1, 2]) await settle(storage, await take(storage, 1), later(minutes * MINUTE));
      await advance(10 * MINUTE);
      assert.deepEqual(usersOf(await take(storage)), ["b", "c", "a"]);
    },
  },
  {
    what: "a retry that is due now comes after what was due before",
    async prove({ storage, moment }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await moment();
      await settle(storage, await take(storage, 1), later(0));
      assert.deepEqual(
        (await drain(storage, delivered, 1)).map(({ event }) => event.user),
        ["b", "a"],
      );
    },
  },
  {
    what: "first attempts and ordinary retries come before slow ones",
    async prove({ storage, moment }) {
      await register(storage);
      await queueUsers(storage, "slow");
      await settle(storage, await take(storage), later(0, "slow"));
      await queueUsers(storage, "retried", "new");
      await moment();
      await settle(storage, await take(storage, 1), later(0));
      assert.deepEqual(usersOf(await take(storage)), ["new", "retried", "slow"]);
    },
  },
  {
    what: "when only slow ones are due, they are given",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "slow", "later");
      await settle(storage, await take(storage, 1), later(0, "slow"));
      await settle(storage, await take(storage, 1), later(HOUR));
      assert.deepEqual(usersOf(await take(storage)), ["slow"]);
    },
  },
  {
    what: "a claim that holds nothing shortens no wait: what is under way is nothing to come back for at once",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await settle(storage, await take(storage, 1), later(HOUR));
      await take(storage);
      const { waitMs } = await take(storage);
      assert.ok(waitMs !== null && waitMs > 0);
    },
  },
  {
    what: "what is released is as it was, and free at once",
    async prove({ storage }) {
      await register(storage);
      const [a, b] = await queueUsers(storage, "a", "b");
      assert.ok(a && b);
      const before = await entry(storage, a);
      const claim = await take(storage);
      await storage.release("crm", claim.token, [a.seq]);
      assert.deepEqual(await entry(storage, a), before);
      const again = await take(storage);
      assert.deepEqual(usersOf(again), ["a"]);
      assert.equal(again.deliveries[0]?.attempts, 0);
    },
  },
  {
    what: "only its holder can release a claim",
    async prove({ storage }) {
      await register(storage);
      const [a] = await queueUsers(storage, "a");
      assert.ok(a);
      const claim = await take(storage);
      await storage.release("crm", "another token", [a.seq]);
      assertNothing(await take(storage));
      assert.deepEqual((await settle(storage, claim, delivered)).tag, "settled");
      assert.equal((await entry(storage, a)).state, "delivered");
    },
  },
  {
    what: "a claim has the token that whoever takes it gives, and is given back whole by that token alone",
    async prove({ storage }) {
      await register(storage);
      const [a, b] = await queueUsers(storage, "a", "b", "c");
      assert.ok(a && b);
      const before = await entry(storage, a);
      // nobody has heard what this one holds
      assert.equal((await storage.take("crm", 2, 1, LEASE_MS, "the first")).token, "the first");
      const other = await storage.take("crm", 2, 1, LEASE_MS, "the second");
      assert.deepEqual(usersOf(other), ["c"]);
      await storage.release("crm", "the first");
      assert.deepEqual(await entry(storage, a), before);
      assert.deepEqual(usersOf(await take(storage)), ["a", "b"]);
      // what another holds is still theirs
      await settle(storage, other, delivered);
      // and a token that holds nothing gives nothing back
      await storage.release("crm", "the first");
      assertNothing(await take(storage));
    },
  },
  {
    what: "a claim that nobody has heard of holds up neither the person's next event nor the next probe, once it is given back",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "a", at: 1 }, { user: "a", at: 2 });
      const claim = await take(storage);
      await settle(storage, claim, later(0), { state: { status: "backing_off", failures: 1 }, probeInMs: 0 });
      await storage.take("crm", 2, 1, LEASE_MS, "unheard");
      assertNothing(await take(storage));
      await storage.release("crm", "unheard");
      const probe = await take(storage);
      assert.deepEqual([probe.probe, timesOf(probe)], [true, [1]]);
      await settle(storage, probe, delivered, { state: { status: "ready" } });
      assert.deepEqual(timesOf(await take(storage)), [2]);
    },
  },
  {
    what: "what a holder has without knowing of it goes back when it takes again; what it knows of, and others', stays",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c", "d");
      const takeAs = (limit: number, token: string, ...tokens: string[]) =>
        storage.take("crm", limit, 1, LEASE_MS, token, { id: "me", tokens });
      assert.deepEqual(usersOf(await takeAs(1, "me 1")), ["a"]);
      assert.deepEqual(usersOf(await takeAs(1, "me 2", "me 1")), ["b"]);
      await take(storage, 1);
      // the answer to the second was lost
      assert.deepEqual(usersOf(await takeAs(9, "me 3", "me 1")), ["b", "d"]);
      assert.deepEqual(usersOf(await takeAs(9, "me 4")), ["a", "b", "d"]);
    },
  },
  {
    what: "each connector has a queue of its own",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await queueUsers(storage, "a");
      assert.deepEqual(usersOf(await take(storage)), ["a"]);
      assertNothing(await storage.take("partner", 10, 5, LEASE_MS));
    },
  },
];
