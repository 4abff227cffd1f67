/** A connector that is not ready: paused, backing off, probed. */
import assert from "node:assert/strict";
import {
  assertNothing,
  type Case,
  type Change,
  changeState,
  delivered,
  drain,
  entry,
  HOUR,
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

const backingOff = (probeInMs: number): Change => ({ state: { status: "backing_off", failures: 1 }, probeInMs });
const paused = (probeInMs: number | null): Change => ({
  state: { status: "paused", cause: "credentials", failures: 1 },
  probeInMs,
});

export const probingCases: readonly Case[] = [
  {
    what: "a paused connector gives nothing, and nothing is to be waited for",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await changeState(storage, paused(null));
      const claim = await take(storage);
      assert.deepEqual(claim.deliveries, []);
      assert.equal(claim.waitMs, null);
      assert.equal(claim.connector.state.status, "paused");
    },
  },
  {
    what: "a connector that backs off gives nothing until its probe, and says how long that is",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await changeState(storage, backingOff(HOUR));
      const { deliveries, waitMs } = await take(storage);
      assert.deepEqual(deliveries, []);
      assert.ok(waitMs !== null && waitMs > HOUR - 5 * MINUTE && waitMs <= HOUR, `${waitMs}`);
    },
  },
  {
    what: "a probe goes when its time has come",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      await queueUsers(storage, "a");
      await changeState(storage, paused(MINUTE));
      await advance(MINUTE - 1);
      assertNothing(await take(storage));
      await advance(1);
      assert.equal((await take(storage)).probe, true);
    },
  },
  {
    what: "a probe is one claim of a few deliveries, and the only one",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, ...users("user", 9));
      await changeState(storage, backingOff(0));
      const probe = await take(storage, 100, 3);
      assert.equal(probe.probe, true);
      assert.equal(probe.deliveries.length, 3);
      assertNothing(await take(storage, 100, 3));
      await settle(storage, probe, later(0), backingOff(0));
      const next = await take(storage, 100, 3);
      assert.equal(next.probe, true);
      assert.equal(next.deliveries.length, 3);
    },
  },
  {
    what: "a probe is never larger than what was asked for",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, ...users("user", 9));
      await changeState(storage, backingOff(0));
      assert.equal((await take(storage, 2, 5)).deliveries.length, 2);
    },
  },
  {
    what: "a probe that is settled in parts is one until the last part",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      await changeState(storage, backingOff(0));
      const probe = await take(storage, 100, 2);
      await settle(storage, { ...probe, deliveries: probe.deliveries.slice(0, 1) }, later(0));
      assertNothing(await take(storage, 100, 2));
      await settle(storage, { ...probe, deliveries: probe.deliveries.slice(1) }, later(0));
      assert.equal((await take(storage, 100, 2)).probe, true);
    },
  },
  {
    what: "a probe that is released is over",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await changeState(storage, backingOff(0));
      const probe = await take(storage);
      await storage.release(
        "crm",
        probe.token,
        probe.deliveries.map(({ event }) => event.seq),
      );
      assert.deepEqual(usersOf(await take(storage)), ["a"]);
    },
  },
  {
    what: "a probe takes what is not due, when nothing else is there",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await settle(storage, await take(storage, 1), later(HOUR));
      await settle(storage, await take(storage, 1), later(HOUR, "slow"), backingOff(0));
      assert.deepEqual(usersOf(await take(storage)), ["a", "b"]);
    },
  },
  {
    what: "each probe takes what was attempted longest ago, so that one poisonous delivery cannot keep a connector paused",
    async prove({ storage, moment }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      // a is due long before the others, and in the faster lane
      const verdicts = [later(0), later(5 * HOUR, "slow"), later(HOUR)];
      for (const verdict of verdicts) {
        await moment();
        await settle(storage, await take(storage, 1), verdict);
      }
      const seen: string[] = [];
      await changeState(storage, paused(0));
      for (let n = 0; n < 6; n += 1) {
        const probe = await take(storage, 100, 1);
        seen.push(...usersOf(probe));
        await moment();
        await settle(storage, probe, verdicts[n % 3] ?? later(0), paused(0));
      }
      assert.deepEqual(seen, ["a", "b", "c", "a", "b", "c"]);
    },
  },
  {
    what: "a probe takes what was never attempted before what was",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "tried");
      await settle(storage, await take(storage), later(0));
      await queueUsers(storage, "new");
      await changeState(storage, paused(0));
      assert.deepEqual(usersOf(await take(storage, 100, 1)), ["new"]);
    },
  },
  {
    what: "a probe keeps the order of one person's events",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "a", at: 1 }, { user: "a", at: 2 });
      await settle(storage, await take(storage), later(HOUR), paused(0));
      assert.deepEqual(timesOf(await take(storage)), [1]);
    },
  },
  {
    what: "with nothing that waits there is no probe, and the next event is one",
    async prove({ storage }) {
      await register(storage);
      await changeState(storage, backingOff(0));
      assert.deepEqual((await take(storage)).deliveries, []);
      await queueUsers(storage, "a");
      const probe = await take(storage);
      assert.deepEqual([usersOf(probe), probe.probe], [["a"], true]);
    },
  },
  {
    what: "when a probe succeeds, everything goes",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, ...users("user", 9));
      await changeState(storage, backingOff(0));
      await settle(storage, await take(storage, 100, 1), delivered, { state: { status: "ready" } });
      const claim = await take(storage);
      assert.deepEqual([claim.deliveries.length, claim.probe], [8, false]);
    },
  },
  {
    what: "what was under way when the trouble came is settled as ever",
    async prove({ storage }) {
      await register(storage);
      const [a] = await queueUsers(storage, "a", "b");
      assert.ok(a);
      const claim = await take(storage, 1);
      await changeState(storage, paused(HOUR));
      assert.equal((await settle(storage, claim, delivered)).tag, "settled");
      assert.equal((await entry(storage, a)).state, "delivered");
      assertNothing(await take(storage));
    },
  },
  {
    what: "one connector's trouble stays its own",
    async prove({ storage }) {
      await register(storage, "partner");
      await register(storage);
      await queueUsers(storage, "a");
      await changeState(storage, paused(null), "partner");
      assert.equal((await drain(storage)).length, 1);
    },
  },
];
