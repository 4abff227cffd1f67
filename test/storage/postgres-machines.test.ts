/** Several machines on one PostgreSQL: nobody is held twice, nothing is passed by, and who comes late changes nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import postgres from "postgres";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { postgresServer } from "./postgres-support.ts";
import {
  arrive,
  callbackOf,
  changeState,
  delivered,
  eventOf,
  HOUR,
  later,
  queue,
  queueUsers,
  register,
  route,
  SECOND,
  settle,
  stateOf,
  take,
  timesOf,
  users,
  usersOf,
  WHY,
} from "./suite-support.ts";

const withMachines = postgresServer();

test(
  "a late holder settles nothing once another machine has what it held",
  withMachines(async ({ open }) => {
    const [frozen, other] = [await open(), await open()];
    await register(frozen);
    const [event] = await queueUsers(frozen, "a");
    assert.ok(event);
    const late = await frozen.take("crm", 10, 1, 0);
    const claim = await take(other);
    assert.deepEqual(usersOf(claim), ["a"]);
    const result = await settle(frozen, late, later(HOUR), { state: { status: "paused", cause: "gone" } });
    assert.deepEqual(result.tag === "settled" && result.lost, [event.seq]);
    assert.equal((await other.connector("crm"))?.state.status, "ready");
    await frozen.release("crm", late.token, [event.seq]);
    assert.deepEqual(usersOf(await take(frozen)), []);
    await settle(other, claim, delivered);
    assert.equal(await stateOf(frozen, event), "delivered");
  }),
);

test(
  "a holder that is late, but whom nobody has replaced, still says what became of it",
  withMachines(async ({ open }) => {
    const storage = await open();
    await register(storage);
    const [event] = await queueUsers(storage, "a");
    assert.ok(event);
    const late = await storage.take("crm", 10, 1, 0);
    await settle(storage, late, delivered);
    assert.equal(await stateOf(storage, event), "delivered");
  }),
);

test(
  "of what a machine is at the ledger says until when nobody else is, and no more once that is settled",
  withMachines(async ({ open }) => {
    const [one, other] = [await open(), await open()];
    await register(one);
    await queue(one, { user: "a", at: 1 });
    const claim = await one.take("crm", 10, 1, HOUR);
    const until = async () =>
      (await other.deliveries({ connector: "crm" }, { limit: 10 })).map(({ claimedUntil }) => claimedUntil);
    const [lease] = await until();
    assert.ok(lease !== undefined && lease > Date.now(), String(lease));
    await settle(one, claim, later(0));
    assert.deepEqual(await until(), [undefined]);
  }),
);

test(
  "what waits behind a person's event goes on when its holder's lease has run out",
  withMachines(async ({ open, sql }) => {
    const [dead, other] = [await open(), await open()];
    await register(dead);
    await queue(dead, { user: "a", at: 1 }, { user: "a", at: 2 });
    await dead.take("crm", 10, 1, HOUR);
    assert.deepEqual(usersOf(await take(other)), []);
    await dead.close();
    await sql("UPDATE claims SET lease_until = 0");
    const first = await take(other);
    assert.deepEqual(timesOf(first), [1]);
    await settle(other, first, delivered);
    assert.deepEqual(timesOf(await take(other)), [2]);
  }),
);

test(
  "machines that take at the same time never hold one person twice, and keep each one's order",
  withMachines(async ({ open }) => {
    const machines = await Promise.all([open(), open(), open()]);
    const [first] = machines;
    await register(first);
    const happenings = users("user", 40).flatMap((user) => [1, 2, 3].map((at) => ({ user, at: at * SECOND })));
    await queue(first, ...shuffled(happenings));
    const holders = new Map<string, Storage>();
    const sent: string[] = [];
    await Promise.all(machines.map(work));
    assert.equal(sent.length, happenings.length);
    for (const user of users("user", 40)) {
      const times = sent.filter((one) => one.startsWith(`${user} `));
      assert.deepEqual(times, times.toSorted(), user);
    }

    async function work(storage: Storage): Promise<void> {
      while (sent.length < happenings.length) {
        const claim = await take(storage, 7);
        for (const { event } of claim.deliveries) {
          assert.ok(!holders.has(event.user), `${event.user} is in flight twice`);
          holders.set(event.user, storage);
        }
        // what the others do meanwhile
        for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        for (const { event } of claim.deliveries) sent.push(`${event.user} ${event.eventTime}`);
        for (const { event } of claim.deliveries) holders.delete(event.user);
        await settle(storage, claim, delivered);
      }
    }
  }),
);

test(
  "one probe probes, whoever asks, and a probe that is given up frees the next",
  withMachines(async ({ open }) => {
    const machines = await Promise.all([open(), open(), open()]);
    const [first] = machines;
    await register(first);
    await queueUsers(first, ...users("user", 9));
    const claim = await take(first, 1);
    await settle(first, claim, later(0), { state: { status: "backing_off", failures: 1 }, probeInMs: 0 });
    const claims = await Promise.all(machines.map((storage) => storage.take("crm", 10, 2, 0)));
    // each lease ends at once here, so each of them is a probe; none holds what another one holds
    assert.ok(claims.every(({ probe }) => probe));
    const held = await Promise.all(machines.map((storage) => storage.take("crm", 10, 2, HOUR)));
    assert.equal(held.filter(({ probe }) => probe).length, 1);
    assert.equal(held.flatMap(({ deliveries }) => deliveries).length, 2);
  }),
);

test(
  "a callback that is committed after later ones is still read, and its events come after theirs",
  withMachines(async ({ open, url, schema }) => {
    const storage = await open();
    // one connection: what it is told is one transaction
    const slow = postgres(url, { max: 1, fetch_types: false });
    await slow.unsafe(`BEGIN; SET LOCAL search_path = ${schema}`);
    await slow.unsafe(`
      WITH kept AS (INSERT INTO callbacks (app, command, platform, client_ip, received_at, stored_at, body)
        VALUES ('1', 'c', '', '', 0, 0, '\\x00') RETURNING seq) INSERT INTO unread SELECT seq FROM kept`);
    const [event] = await arrive(storage, { user: "quick" });
    assert.ok(event);
    assert.deepEqual(await storage.unread(10), []);
    await slow.unsafe("COMMIT");
    await slow.end();
    const [late] = await storage.unread(10);
    assert.ok(late);
    await storage.expand([{ callback: late.seq, events: [eventOf({ user: "slow" })], quarantine: [] }]);
    const [stored] = await storage.trace("slow");
    assert.ok(stored && stored.event.seq > event.seq);
  }),
);

test(
  "numbers of events become visible in their order, whoever expands at the same time",
  withMachines(async ({ open }) => {
    const machines = await Promise.all([open(), open(), open()]);
    const [reader] = machines;
    await register(reader);
    const count = 60;
    await reader.accept({ callbacks: users("user", count).map((user) => callbackOf(user)), quarantine: [] });
    const callbacks = await reader.unread(count);
    const pending = callbacks.map((callback, n) => async () => {
      const events = [eventOf({ user: `a-${n}` }), eventOf({ user: `b-${n}` })];
      await machines[n % machines.length]?.expand([{ callback: callback.seq, events, quarantine: [] }]);
    });
    const seen = new Set<number>();
    let cursor = 0;
    const expanding = Promise.all(pending.map((expand) => expand()));
    let done = false;
    void expanding.then(() => {
      done = true;
    });
    for (let last = false; !last; ) {
      last = done;
      const { events } = await reader.unrouted(["crm"], 1_000);
      const fresh = events.filter(({ seq }) => seq > cursor);
      for (const { seq } of fresh) seen.add(seq);
      cursor = Math.max(cursor, ...fresh.map(({ seq }) => seq));
    }
    await expanding;
    assert.equal(seen.size, count * 2, "a cursor passed an event by");
  }),
);

test(
  "a callback that two machines read becomes events once",
  withMachines(async ({ open }) => {
    const [one, two] = [await open(), await open()];
    await register(one);
    await one.accept({ callbacks: [callbackOf("a")], quarantine: [] });
    const read = await Promise.all([one.unread(10), two.unread(10)]);
    await Promise.all(
      [one, two].map((storage, n) =>
        storage.expand(
          read[n]?.map(({ seq }) => ({ callback: seq, events: [eventOf({ user: "a" })], quarantine: [] })) ?? [],
        ),
      ),
    );
    assert.equal((await one.trace("a")).length, 1);
    const plans = await Promise.all([one, two].map((storage) => route(storage)));
    assert.deepEqual(plans.toSorted(), [0, 1]);
  }),
);

test(
  "a verdict of death is written by one machine; when that one does not, by another",
  withMachines(async ({ open, sql }) => {
    const [one, two] = [await open(), await open()];
    await register(one);
    const [event] = await queueUsers(one, "a");
    assert.ok(event);
    await settle(one, await take(one), ({ event: { seq } }) => ({
      ...{ event: seq, to: "dead", class: "rejected", reason: { words: "no" } },
    }));
    assert.equal((await one.unjournaled(10)).length, 1);
    assert.equal((await two.unjournaled(10)).length, 0);
    assert.equal((await one.unjournaled(10)).length, 1);
    await sql("UPDATE deliveries SET journal_until = 0");
    const letters = await two.unjournaled(10);
    assert.equal(letters.length, 1);
    await two.journaled(letters);
    assert.equal((await one.unjournaled(10)).length, 0);
  }),
);

test(
  "machines with different connectors keep each other's",
  withMachines(async ({ open }) => {
    const [one, two] = [await open(), await open()];
    await Promise.all([register(one, "crm"), register(two, "partner"), register(two, "crm")]);
    await arrive(one, { user: "a" });
    await route(one, ["crm"]);
    assert.equal(usersOf(await take(one)).length, 1);
    assert.equal((await take(two, 10, 1, "partner")).deliveries.length, 0);
    await route(two, ["partner"]);
    assert.deepEqual(usersOf(await take(two, 10, 1, "partner")), ["a"]);
  }),
);

/** The same every time, yet nobody's order. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item, n) => ({ item, key: (n * 7919) % 104_729 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

test(
  "whom a destination put off stays known though a machine of an older release writes the connector's condition whole",
  withMachines(async ({ open, sql }) => {
    const storage = await open();
    await register(storage);
    await changeState(storage, { state: { putOff: [{ event: 1, reason: WHY }] } });
    const state = JSON.stringify({ status: "backing_off", failures: 1, told: false, held: [] });
    await sql(`UPDATE connectors SET state = '${state}', version = version + 1`);
    const row = await storage.connector("crm");
    assert.deepEqual([row?.state.status, row?.state.putOff?.length], ["backing_off", 1]);
  }),
);
