/** One SQLite file, several processes: the bridge that serves it, commands beside it, and the next bridge after a crash. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { act } from "../support/act.ts";
import { historySuite } from "./suite-histories.ts";
import {
  arriveTogether,
  assertNothing,
  callbackOf,
  dead,
  delivered,
  drain,
  entry,
  eventOf,
  HOUR,
  later,
  MINUTE,
  queue,
  queueUsers,
  register,
  route,
  SECOND,
  settle,
  statusOf,
  take,
  timesOf,
  users,
  usersOf,
} from "./suite-support.ts";

interface House {
  now: number;
  serve(): Storage;
  beside(): Storage;
}

/** A folder with one store; whatever was opened is closed in the end. */
async function inHouse(act: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-processes-"));
  const opened: Storage[] = [];
  const open = (serves: boolean) => {
    const storage = openSqlite({ path: join(folder, "bridge.db"), now: () => house.now, serves });
    opened.push(storage);
    return storage;
  };
  const house: House = { now: Date.now(), serve: () => open(true), beside: () => open(false) };
  try {
    await act(house);
  } finally {
    for (const storage of opened) await storage.close();
    rmSync(folder, { recursive: true });
  }
}

describe("a SQLite store among processes", () => {
  test("what a bridge held when it was killed is free for the next one", () =>
    inHouse(async ({ serve }) => {
      const killed = serve();
      await register(killed);
      await queue(killed, { user: "a", at: 1 }, { user: "a", at: 2 }, { user: "b" });
      assert.deepEqual(usersOf(await take(killed)), ["a", "b"]);
      const next = serve();
      assert.deepEqual(timesOf({ deliveries: await drain(next) }), [1, 0, 2]);
      assert.equal((await statusOf(next)).waiting, 0);
    }));

  test("what stands behind a delivery that a command discards goes, in the bridge that runs", () =>
    inHouse(async ({ serve, beside }) => {
      const bridge = serve();
      await register(bridge);
      const [first] = await queue(bridge, { user: "a", at: 1 }, { user: "a", at: 2 }, { user: "a", at: 3 });
      assert.ok(first);
      await settle(bridge, await take(bridge), later(HOUR));
      assertNothing(await take(bridge));
      const command = beside();
      assert.equal((await command.discard({ ids: [`${first.id}:crm`] }, act())).changed, 1);
      assert.deepEqual(timesOf({ deliveries: await drain(bridge) }), [2, 3]);
      assert.equal((await statusOf(command)).waiting, 0);
    }));

  test("a letter that a command replays goes before what waits, however long the person's story is", () =>
    inHouse(async ({ serve, beside }) => {
      const bridge = serve();
      await register(bridge);
      await queue(bridge, { user: "a", at: 0 });
      await drain(bridge, dead);
      await arriveTogether(
        bridge,
        Array.from({ length: 200 }, (_, n) => ({ user: "a", at: n + 1 })),
      );
      await route(bridge);
      await drain(bridge);
      await queue(bridge, { user: "a", at: 1_000 });
      await settle(bridge, await take(bridge), later(0));
      assert.equal((await beside().replay({}, act())).changed, 1);
      assert.deepEqual(timesOf({ deliveries: await drain(bridge) }), [0, 1_000]);
    }));

  test("a pause by a command is seen by the bridge that runs", () =>
    inHouse(async ({ serve, beside }) => {
      const bridge = serve();
      await register(bridge);
      await queueUsers(bridge, "a");
      const command = beside();
      await command.pause("crm", act());
      assertNothing(await take(bridge));
      await command.resume("crm", act());
      assert.deepEqual(usersOf(await take(bridge)), ["a"]);
    }));

  test("after a start no wait is longer than the longest backoff, whatever the clock did", () =>
    inHouse(async (house) => {
      const before = house.serve();
      await register(before);
      await queueUsers(before, "a");
      await settle(before, await take(before), later(5 * HOUR));
      await before.close();
      house.now -= 1_000 * HOUR;
      const { waitMs } = await take(house.serve());
      assert.ok(waitMs !== null && waitMs <= 6 * HOUR, `${waitMs}`);
    }));

  test("a callback that was accepted before a crash does not claim to know when it was stored", () =>
    inHouse(async ({ serve }) => {
      const killed = serve();
      await killed.accept({ callbacks: [callbackOf("before")], quarantine: [] });
      const next = serve();
      await next.accept({ callbacks: [callbackOf("after")], quarantine: [] });
      const unread = await next.unread(10);
      await next.expand(
        unread.map(({ seq }, index) => ({
          ...{ callback: seq, events: [eventOf({ user: `user-${index}` })], quarantine: [] },
        })),
      );
      assert.equal((await next.trace("user-0"))[0]?.storedAt, null);
      assert.equal(typeof (await next.trace("user-1"))[0]?.storedAt, "number");
    }));

  test("what a command makes due first is found within a second, however long the queue behind it", () =>
    inHouse(async (house) => {
      const bridge = house.serve();
      await register(bridge);
      await queueUsers(bridge, ...users("user", 40));
      const first = await take(bridge, 10);
      await settle(bridge, first, dead);
      await bridge.journaled(await bridge.unjournaled(10));
      // its clock is not quite the bridge's: what it replays is due before all others
      house.now -= MINUTE;
      assert.equal((await house.beside().replay({ connector: "crm" }, act())).changed, 10);
      house.now += MINUTE;
      await settle(bridge, await take(bridge, 10), delivered);
      house.now += SECOND;
      assert.deepEqual(usersOf(await take(bridge, 10)), usersOf(first));
    }));

  test("a newer release's store is refused with what to do", () =>
    inHouse(async ({ serve }) => {
      const storage = serve();
      await storage.ping();
      const { DatabaseSync } = await import("node:sqlite");
      const db = new DatabaseSync(storage.description.replace("sqlite ", ""));
      db.exec("PRAGMA user_version = 99");
      db.close();
      assert.throws(() => serve(), /newer release/);
    }));

  test("thousands of events of one person come in order and hold nobody else up", () =>
    inHouse(async ({ serve }) => {
      const bridge = serve();
      await register(bridge);
      const crowd = Array.from({ length: 5_000 }, (_, at) => ({ user: "jared", at }));
      await arriveTogether(bridge, [...crowd.slice(2_500), ...crowd.slice(0, 2_500)]);
      await arriveTogether(bridge, [{ user: "other", at: 0 }]);
      await route(bridge);
      const given: string[] = [];
      const times: number[] = [];
      for (let round = 0; round < 60; round += 1) {
        const claim = await take(bridge, 50);
        given.push(...usersOf(claim));
        times.push(...timesOf(claim));
        await settle(bridge, claim, delivered);
      }
      assert.ok(given.includes("other"));
      const jareds = times.filter((_, index) => given[index] === "jared");
      assert.deepEqual(jareds, [...jareds.keys()]);
      assert.ok(jareds.length > 40, `${jareds.length}`);
    }));

  test("the ledger's line of what a command discarded while it was under way stays", () =>
    inHouse(async ({ serve, beside }) => {
      const bridge = serve();
      await register(bridge);
      const [event] = await queueUsers(bridge, "a");
      assert.ok(event);
      const claim = await take(bridge);
      await beside().discard({}, act());
      await settle(bridge, claim, delivered);
      const line = await entry(bridge, event);
      assert.deepEqual([line.state, line.attempts], ["discarded", 0]);
      assert.equal((await statusOf(bridge)).deliveredLastHour, 0);
      assert.ok((line.settledAt ?? 0) > Date.now() - MINUTE);
    }));
});

historySuite("sqlite with commands beside it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-histories-"));
  const path = join(folder, "bridge.db");
  // a millisecond between two processes' clocks would be time to wait for
  const now = Date.now();
  const storage = openSqlite({ path, now: () => now });
  const beside = openSqlite({ path, now: () => now, serves: false });
  return {
    ...{ storage, beside },
    async close() {
      await beside.close();
      await storage.close();
      rmSync(folder, { recursive: true });
    },
  };
});
