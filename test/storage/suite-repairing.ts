/** A person's hand: replay, discard, retry now, pause, resume. */
import assert from "node:assert/strict";
import { READY } from "../../src/storage/contract/connectors.ts";
import { RETRY_PAGE } from "../../src/storage/rules/retrying.ts";
import { act } from "../support/act.ts";
import {
  arrive,
  arriveTogether,
  assertNothing,
  type Case,
  changeState,
  dead,
  delivered,
  drain,
  entry,
  HOUR,
  later,
  queue,
  queueUsers,
  register,
  route,
  settle,
  skipped,
  stateOf,
  statusOf,
  take,
  timesOf,
  users,
  usersOf,
  WHY,
} from "./suite-support.ts";

const NOTHING = { changed: 0, left: [] };

export const repairingCases: readonly Case[] = [
  {
    what: "a replayed letter waits again, due now, as the next generation under the same id",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      await drain(storage, dead);
      assert.deepEqual(await storage.replay({}, act()), { changed: 1, left: [] });
      const line = await entry(storage, event);
      assert.deepEqual([line.state, line.class, line.generation, line.attempts], ["waiting", null, 2, 0]);
      assert.equal(line.settledAt, null);
      const [again] = (await take(storage)).deliveries;
      assert.deepEqual(again, { id: `${event.id}:crm`, event, attempts: 0, generation: 2, firstAttemptClock: null });
      assert.equal((await statusOf(storage)).waiting, 1);
    },
  },
  {
    what: "a dry run says what would be done and does nothing",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a", "b");
      assert.ok(event);
      await drain(storage, dead);
      const before = await entry(storage, event);
      assert.deepEqual(await storage.replay({}, "dry run"), { changed: 2, left: [] });
      assert.deepEqual(await storage.discard({ user: "a" }, "dry run"), { changed: 1, left: [] });
      assert.deepEqual(await entry(storage, event), before);
      assertNothing(await take(storage));
    },
  },
  {
    what: "a replay by id says of each that was left alone why",
    async prove({ storage }) {
      await register(storage, "crm", { writes: "state" });
      const fates = { died: dead, delivered, skipped, waiting: later(HOUR), discarded: later(HOUR) };
      const events = await queueUsers(storage, ...Object.keys(fates));
      const [older] = await queue(storage, { user: "superseded", at: 1 }, { user: "superseded", at: 2 });
      assert.ok(older);
      const claim = await take(storage);
      await settle(storage, claim, (delivery) => {
        const fate = Object.entries(fates).find(([user]) => user === delivery.event.user)?.[1];
        return (fate ?? delivered)(delivery);
      });
      await storage.discard({ user: "discarded" }, act());
      const ids = [...events, older].map(({ id }) => `${id}:crm`);
      const { changed, left } = await storage.replay({ ids: [...ids, "nonsense", `${older.id}:nobody`] }, act());
      assert.equal(changed, 1);
      const why = Object.fromEntries(left.map((one) => [one.id, one.why]));
      assert.deepEqual(
        ids.map((id) => why[id]),
        [undefined, "delivered", "skipped", "waiting", "discarded", "superseded"],
      );
      assert.deepEqual([why.nonsense, why[`${older.id}:nobody`]], ["unknown", "unknown"]);
    },
  },
  {
    what: "a replay takes what its filter names and nothing else",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, ...users("user", 4).map((user) => ({ user })));
      await route(storage, ["crm", "partner"]);
      await drain(storage, dead);
      await drain(storage, dead, 10, "partner");
      assert.equal((await storage.replay({ connector: "crm", user: "user-1" }, act())).changed, 1);
      assert.equal((await storage.replay({ connector: "crm", class: "expired" }, act())).changed, 0);
      assert.equal((await storage.replay({ since: Date.now() + HOUR }, act())).changed, 0);
      assert.deepEqual(
        (await drain(storage)).map(({ event }) => event.user),
        ["user-1"],
      );
      assert.deepEqual(await drain(storage, delivered, 10, "partner"), []);
    },
  },
  {
    what: "a replay without ids leaves alone in silence what is not dead",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b");
      await settle(storage, await take(storage, 1), delivered);
      assert.deepEqual(await storage.replay({ connector: "crm" }, act()), NOTHING);
      assert.deepEqual(await storage.replay({}, act()), NOTHING);
    },
  },
  {
    what: "a replayed state write that was overtaken meanwhile is not sent",
    async prove({ storage }) {
      await register(storage, "crm", { writes: "state" });
      const [older] = await queue(storage, { user: "a", at: 1 });
      assert.ok(older);
      await drain(storage, dead);
      await queue(storage, { user: "a", at: 2, kind: "subscribed" });
      await drain(storage);
      await storage.replay({}, act());
      assert.deepEqual(await drain(storage), []);
      assert.equal(await stateOf(storage, older), "superseded");
    },
  },
  {
    what: "a replayed fact goes before what waits of the same person",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "a", at: 1 });
      await drain(storage, dead);
      await queue(storage, { user: "a", at: 2 });
      await storage.replay({}, act());
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 2]);
    },
  },
  {
    what: "a letter is replayed once",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await drain(storage, dead);
      const reports = await Promise.all([storage.replay({}, act()), storage.replay({}, act())]);
      assert.deepEqual(reports.map(({ changed }) => changed).sort(), [0, 1]);
    },
  },
  {
    what: "what is discarded is never sent, whether dead or waiting",
    async prove({ storage }) {
      await register(storage);
      const [died, waits] = await queueUsers(storage, "died", "waits");
      assert.ok(died && waits);
      await settle(storage, await take(storage, 1), dead);
      assert.deepEqual(await storage.discard({ connector: "crm" }, act()), { changed: 2, left: [] });
      for (const event of [died, waits]) {
        const line = await entry(storage, event);
        assert.equal(line.state, "discarded");
        assert.ok(line.settledAt);
        assert.equal(line.dueAt, null);
      }
      assertNothing(await take(storage));
      const { waiting, dead: letters } = await statusOf(storage);
      assert.deepEqual([waiting, letters], [0, 0]);
      assert.deepEqual(await storage.replay({}, act()), NOTHING);
    },
  },
  {
    what: "a discard by id says of each that was left alone why",
    async prove({ storage }) {
      await register(storage);
      const [a, b] = await queueUsers(storage, "a", "b");
      assert.ok(a && b);
      await settle(storage, await take(storage, 1), delivered);
      const ids = [`${a.id}:crm`, `${b.id}:crm`, "nonsense"];
      const { changed, left } = await storage.discard({ ids }, act());
      assert.equal(changed, 1);
      const why = Object.fromEntries(left.map((one) => [one.id, one.why]));
      assert.deepEqual(why, { [`${a.id}:crm`]: "delivered", nonsense: "unknown" });
    },
  },
  {
    what: "what waits behind a discarded delivery goes",
    async prove({ storage }) {
      await register(storage);
      await queue(storage, { user: "a", at: 1 }, { user: "a", at: 2 });
      const claim = await take(storage);
      const first = claim.deliveries[0]?.id ?? "";
      await settle(storage, claim, later(HOUR));
      assertNothing(await take(storage));
      await storage.discard({ ids: [first] }, act());
      assert.deepEqual(timesOf(await take(storage)), [2]);
    },
  },
  {
    what: "what is discarded while it is under way stays discarded, its late settlement is lost, and the next goes",
    async prove({ storage }) {
      await register(storage);
      const [first] = await queue(storage, { user: "a", at: 1 }, { user: "a", at: 2 });
      assert.ok(first);
      const claim = await take(storage);
      assertNothing(await take(storage));
      await storage.discard({ ids: [`${first.id}:crm`] }, act());
      const result = await settle(storage, claim, delivered);
      assert.deepEqual(result.tag === "settled" && result.lost, [first.seq]);
      assert.equal(await stateOf(storage, first), "discarded");
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [2]);
    },
  },
  {
    what: "retry now makes everything that waits due, and says how much that is",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      await settle(storage, await take(storage, 1), later(HOUR));
      await settle(storage, await take(storage, 1), later(HOUR, "slow"));
      assert.deepEqual(await storage.retryNow("crm", act()), { waiting: 3, next: null });
      assert.deepEqual(usersOf(await take(storage)).sort(), ["a", "b", "c"]);
      assert.deepEqual(await storage.retryNow("nobody", act()), { waiting: 0, next: null });
    },
  },
  {
    what: "retry now goes in steps; what is tried between two of them waits as it is told to",
    async prove({ storage, moment }) {
      await register(storage);
      await arriveTogether(
        storage,
        users("user", 2 * RETRY_PAGE + 3).map((user, at) => ({ user, at })),
      );
      await route(storage);
      for (let tried = 0; tried < 2 * RETRY_PAGE + 3; ) {
        const claim = await take(storage, 1_000);
        await settle(storage, claim, later(HOUR, tried === 0 ? "slow" : "normal"));
        tried += claim.deliveries.length;
      }
      const by = act({ operation: "retry" });
      let { next, waiting } = await storage.retryNow("crm", by);
      await moment();
      const early = await take(storage, 1_000);
      assert.ok(early.deliveries.length > 0 && early.deliveries.length <= RETRY_PAGE);
      // into the queue that is walked through
      await settle(storage, early, later(HOUR, "slow"));
      for (let steps = 0; next !== null; steps += 1) {
        assert.ok(steps < 5);
        const step = await storage.retryNow("crm", by, next);
        waiting += step.waiting;
        ({ next } = step);
      }
      assert.equal(waiting, 2 * RETRY_PAGE + 3);
      const late = [];
      for (let claim = await take(storage, 1_000); claim.deliveries.length > 0; claim = await take(storage, 1_000)) {
        late.push(...claim.deliveries);
      }
      assert.equal(late.length, 2 * RETRY_PAGE + 3 - early.deliveries.length);
      const counts = (await storage.audited({}, { limit: 9 })).map(({ count }) => count);
      assert.deepEqual(counts, [1]);
    },
  },
  {
    what: "retry now lets the probe go at once",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await changeState(storage, { state: { status: "backing_off", failures: 5 }, probeInMs: HOUR });
      await storage.retryNow("crm", act());
      assert.equal((await take(storage)).probe, true);
    },
  },
  {
    what: "retry now does not touch a person's pause",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await storage.pause("crm", act());
      assert.deepEqual(await storage.retryNow("crm", act()), { waiting: 1, next: null });
      assertNothing(await take(storage));
    },
  },
  {
    what: "a person's pause holds until a person resumes",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      assert.equal(await storage.pause("crm", act()), true);
      const row = await storage.connector("crm");
      assert.deepEqual([row?.state.status, row?.state.cause, row?.probeAt], ["paused", "person", null]);
      assertNothing(await take(storage));
      assert.equal(await storage.resume("crm", act()), true);
      assert.equal((await storage.connector("crm"))?.state.status, "ready");
      assert.deepEqual(usersOf(await take(storage)), ["a"]);
    },
  },
  {
    what: "a pause says whose it is and why as long as it lasts",
    async prove({ storage, questions }) {
      await register(storage);
      const why = '<b>the "portal" moves</b> 搬家';
      await storage.pause("crm", act(), why);
      const state = { status: "paused", cause: "person", failures: 0, told: false, held: [] };
      const said = (await questions.connector("crm"))?.state;
      assert.deepEqual(said, { ...state, by: act().actor.name, reason: { words: why } });
      await storage.pause("crm", act());
      assert.deepEqual((await storage.connector("crm"))?.state, { ...state, by: act().actor.name });
      await storage.resume("crm", act());
      assert.deepEqual((await storage.connector("crm"))?.state, READY);
    },
  },
  {
    what: "nobody can be paused or resumed who is not known",
    async prove({ storage }) {
      assert.equal(await storage.pause("nobody", act()), false);
      assert.equal(await storage.resume("nobody", act()), false);
    },
  },
  {
    what: "a pause during a batch is kept: what the batch computed before it is stale",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      const claim = await take(storage);
      await storage.pause("crm", act());
      const change = { state: { status: "backing_off", failures: 1 }, probeInMs: 0 } as const;
      const result = await settle(storage, claim, delivered, change);
      assert.equal(result.tag, "stale");
      assert.equal(result.connector.state.cause, "person");
      await settle(storage, claim, delivered);
      assert.equal(await stateOf(storage, event), "delivered");
      assert.equal((await storage.connector("crm"))?.state.cause, "person");
    },
  },
  {
    what: "a resume ends a backoff and every kind of pause",
    async prove({ storage }) {
      await register(storage);
      for (const cause of ["credentials", "refusing", "gone"] as const) {
        await changeState(storage, { state: { status: "paused", cause, failures: 4 }, probeInMs: HOUR });
        await storage.resume("crm", act());
        const row = await storage.connector("crm");
        assert.deepEqual([row?.state, row?.probeAt], [{ status: "ready", failures: 0, told: false, held: [] }, null]);
      }
    },
  },
  {
    what: "a resume tries held rejections again at once",
    async prove({ storage }) {
      await register(storage);
      const [held] = await queueUsers(storage, "held");
      assert.ok(held);
      await settle(storage, await take(storage), later(HOUR), {
        state: { status: "paused", cause: "gone", held: [{ event: held.seq, reason: WHY }] },
      });
      await storage.resume("crm", act());
      assert.deepEqual((await storage.connector("crm"))?.state.held, []);
      assert.deepEqual(usersOf(await take(storage)), ["held"]);
    },
  },
];
