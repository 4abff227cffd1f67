/** The connector's own clock: by it deliveries are given up. */
import assert from "node:assert/strict";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import {
  type Case,
  changeState,
  HOUR,
  later,
  MINUTE,
  queueUsers,
  register,
  SECOND,
  settle,
  take,
  type World,
} from "./suite-support.ts";

const SPELL = 10 * MINUTE;

/** As a courier that looks every five seconds for ten minutes. Returns milliseconds that the connector's clock has run. */
async function aSpell({ storage, advance }: World): Promise<number> {
  const before = await look(storage);
  for (let passed = 0; passed < SPELL; passed += 5 * SECOND) {
    await advance(5 * SECOND);
    await look(storage);
  }
  return ((await storage.connector("crm"))?.clock ?? 0) - before;
}

/** Takes and gives back at once. Returns the connector's clock. */
async function look(storage: Storage): Promise<number> {
  const { token, deliveries, connector } = await take(storage);
  if (deliveries.length > 0)
    await storage.release(
      "crm",
      token,
      deliveries.map(({ event }) => event.seq),
    );
  return connector.clock;
}

/** Something waits, for longer than any case lasts. */
async function busy({ storage }: World): Promise<void> {
  await register(storage);
  await queueUsers(storage, "a");
  await settle(storage, await take(storage), later(99 * HOUR));
}

export const clockCases: readonly Case[] = [
  {
    what: "while a connector is served its clock runs",
    needs: "advance",
    async prove(world) {
      await busy(world);
      const ran = await aSpell(world);
      assert.ok(ran >= SPELL - MINUTE && ran <= SPELL + MINUTE, `${ran}`);
    },
  },
  {
    what: "while it backs off from trouble that nobody explained, its clock runs",
    needs: "advance",
    async prove(world) {
      await busy(world);
      await changeState(world.storage, { state: { status: "backing_off", failures: 1 }, probeInMs: 99 * HOUR });
      assert.ok((await aSpell(world)) >= SPELL - MINUTE);
    },
  },
  {
    what: "while the destination told it to wait, its clock stands still",
    needs: "advance",
    async prove(world) {
      await busy(world);
      await changeState(world.storage, {
        state: { status: "backing_off", failures: 1, told: true },
        probeInMs: 99 * HOUR,
      });
      assert.ok((await aSpell(world)) <= MINUTE);
    },
  },
  {
    what: "while it is paused, its clock stands still",
    needs: "advance",
    async prove(world) {
      await busy(world);
      await world.storage.pause("crm", act());
      assert.ok((await aSpell(world)) <= MINUTE);
    },
  },
  {
    what: "an outage of the bridge, or a jump of the clock, is not time that a connector was served",
    needs: "advance",
    async prove(world) {
      await busy(world);
      const before = (await take(world.storage)).connector.clock;
      await world.advance(500 * HOUR);
      const after = (await take(world.storage)).connector.clock;
      assert.ok(after - before <= MINUTE, `${after - before}`);
    },
  },
  {
    what: "a clock that is turned back takes nothing away",
    needs: "advance",
    async prove(world) {
      await busy(world);
      await aSpell(world);
      const before = (await world.storage.connector("crm"))?.clock ?? 0;
      await world.advance(-HOUR);
      await take(world.storage);
      assert.equal((await world.storage.connector("crm"))?.clock, before);
      assert.ok((await aSpell(world)) >= SPELL - MINUTE);
    },
  },
  {
    what: "the first attempt's clock is remembered for all further ones",
    needs: "advance",
    async prove(world) {
      const { storage } = world;
      await register(storage);
      await queueUsers(storage, "a");
      await settle(storage, await take(storage), later(0));
      const first = (await storage.connector("crm"))?.clock;
      await aSpell(world);
      await settle(storage, await take(storage), later(0));
      assert.equal((await take(storage)).deliveries[0]?.firstAttemptClock, first);
    },
  },
];
