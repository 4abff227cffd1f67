/** Healed wishes: one is written, once, and at a time at which it can have happened; a callback that comes after all is the same wish. */
import assert from "node:assert/strict";
import { readCallback } from "../../src/callback.ts";
import type { EventKind } from "../../src/connector.ts";
import type { StoredEvent } from "../../src/storage/contract/callbacks.ts";
import type { Claim, Settlement } from "../../src/storage/contract/deliveries.ts";
import type { Pass } from "../../src/storage/contract/passes.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import {
  APP,
  allMissing,
  baseline,
  chat,
  end,
  findMissing,
  heal,
  holdAll,
  LEASE,
  listed,
  missingUsers,
  OF,
  passOver,
  SCOPE,
  wholePass,
} from "./roster-support.ts";
import {
  arrive,
  type Case,
  callbackOf,
  dead,
  delivered,
  drain,
  entry,
  entryOf,
  eventOf,
  HOUR,
  later,
  MINUTE,
  register,
  route,
  SECOND,
  settle,
  stateOf,
  statusOf,
  take,
  usersOf,
} from "./suite-support.ts";

const NO_SCOPE = [{ app: APP, account: "@TOA#_other" }];
const EVER = { since: 0, after: 0, limit: 100 };

/** A person whom a pass at 3 h found missing, seen last at 1 h. */
async function missingPerson(storage: Storage, ...users: string[]): Promise<Pass> {
  await baseline(storage, ...(users.length === 0 ? ["a"] : users));
  return (await findMissing(storage, [])).pass;
}

async function healedEvent(storage: Storage, user = "a"): Promise<StoredEvent> {
  const found = (await storage.trace(user)).find(({ event }) => event.source === "reconcile");
  assert.ok(found, `nothing of ${user} is healed`);
  return found.event;
}

/** What two connectors, one of state and one of facts, have of somebody's events: by connector, H and E. */
async function fates(storage: Storage, callback: StoredEvent) {
  const healed = await healedEvent(storage, callback.user);
  const of = async (connector: string) => [
    await stateOf(storage, healed, connector),
    await stateOf(storage, callback, connector),
  ];
  return { crm: await of("crm"), facts: await of("facts") };
}

async function twoConnectors(storage: Storage): Promise<void> {
  await storage.register([
    { name: "crm", type: "scripted", writes: "state", start: "all", destination: "nowhere", fingerprint: "a" },
    { name: "facts", type: "scripted", writes: "fact", start: "all", destination: "nowhere", fingerprint: "a" },
  ]);
}

const BOTH = ["crm", "facts"];
const routeBoth = (storage: Storage) => route(storage, BOTH);

async function takeBoth(storage: Storage): Promise<Claim[]> {
  return Promise.all(BOTH.map((connector) => take(storage, 100, 5, connector)));
}

async function settleBoth(storage: Storage, verdict: (of: Claim["deliveries"][number]) => Settlement): Promise<void> {
  for (const claim of await takeBoth(storage)) await settle(storage, claim, verdict);
}

/** One H of person `a`, routed to both connectors; `then` is what becomes of it before the callback comes. */
async function lateCallback(storage: Storage, then: (storage: Storage) => Promise<unknown>): Promise<StoredEvent> {
  await twoConnectors(storage);
  const pass = await missingPerson(storage);
  assert.equal((await heal(storage, pass, "a")).tag, "healed");
  await then(storage);
  const [callback] = await arrive(storage, { user: "a", at: 2 * HOUR });
  assert.ok(callback);
  await routeBoth(storage);
  return callback;
}

/** One H of person `a`, delivered by both connectors. */
async function deliveredToBoth(storage: Storage): Promise<void> {
  await twoConnectors(storage);
  await heal(storage, await missingPerson(storage), "a");
  await routeBoth(storage);
  await settleBoth(storage, delivered);
}

export const healingCases: readonly Case[] = [
  {
    what: "a healed wish is an event at the end of its window, told by a raw callback of our own making, and nobody finds it unread",
    async prove({ storage }) {
      const pass = await missingPerson(storage);
      const result = await heal(storage, pass, "a");
      assert.ok(result.tag === "healed");
      assert.equal(result.eventTime, chat(3 * HOUR));
      const event = await healedEvent(storage);
      assert.deepEqual(
        [event.id, event.kind, event.eventTime, event.happenedBetween, event.operator, event.byAdmin],
        [result.event, "unsubscribed", chat(3 * HOUR), [chat(HOUR), chat(3 * HOUR)], "", false],
      );
      assert.deepEqual(await storage.unread(10), []);
      const { callbacks } = await storage.callbacks(EVER);
      const [raw] = callbacks;
      assert.ok(raw && callbacks.length === 1);
      const reading = readCallback(raw);
      const { seq: _, ...plain } = event;
      assert.deepEqual(reading, { ok: true, events: [plain], quarantine: [] });
      const [known] = await storage.known([event]);
      assert.equal(known?.callback, raw.seq);
    },
  },
  {
    what: "it says how it was found, and takes the person off the roster and off the list",
    async prove({ storage }) {
      const pass = await missingPerson(storage);
      await heal(storage, pass, "a", { reason: "deleted" });
      const [traced] = await storage.trace("a");
      assert.deepEqual(
        { ...traced?.healed, discoveredAt: 0 },
        {
          event: traced?.event.id,
          reason: "deleted",
          happenedBetween: [chat(HOUR), chat(3 * HOUR)],
          discoveredAt: 0,
          callback: null,
        },
      );
      assert.deepEqual(await missingUsers(storage), []);
      assert.equal((await storage.accountCounts(OF)).healedLately, 1);
      await end(storage, pass);
      assert.equal((await storage.passes({ ...OF, limit: 1 }))[0]?.healed, 1);
      assert.equal((await passOver(storage, { at: 4 * HOUR, people: [] })).found, 0);
    },
  },
  {
    what: "it goes through route, take and settle like any other, with what is known of it",
    async prove({ storage }) {
      await register(storage);
      const pass = await missingPerson(storage);
      await heal(storage, pass, "a");
      await route(storage);
      const claim = await take(storage);
      const [delivery] = claim.deliveries;
      assert.deepEqual(
        [delivery?.event.source, delivery?.event.happenedBetween, delivery?.event.user],
        ["reconcile", [chat(HOUR), chat(3 * HOUR)], "a"],
      );
      await settle(storage, claim, delivered);
      assert.equal(await stateOf(storage, await healedEvent(storage)), "delivered");
    },
  },
  {
    what: "it is written once: the row that ends is gone the second time",
    async prove({ storage }) {
      const pass = await missingPerson(storage);
      const results = await Promise.all([heal(storage, pass, "a"), heal(storage, pass, "a"), heal(storage, pass, "a")]);
      assert.deepEqual(results.map(({ tag }) => tag).sort(), ["gone", "gone", "healed"]);
      assert.equal((await storage.trace("a")).length, 1);
    },
  },
  {
    what: "nothing is written of a row of another subscription",
    async prove({ storage }) {
      const pass = await missingPerson(storage);
      await arrive(storage, { user: "a", kind: "subscribed", at: 2 * HOUR });
      assert.deepEqual(await heal(storage, pass, "a"), { tag: "gone" });
      assert.equal((await storage.trace("a")).length, 1);
    },
  },
  {
    what: "it is in the audit of whoever decided it, once for all, and only where it is written",
    async prove({ storage }) {
      const pass = await missingPerson(storage, "a", "b", "c");
      const decided = act({ operation: "reconcile_release", filter: { account: OF.account } });
      await arrive(storage, { user: "c", at: 2 * HOUR });
      for (const user of ["a", "b", "c"]) await heal(storage, pass, user, { act: decided });
      const rows = await storage.audited({ operation: "reconcile_release" }, { limit: 10 });
      assert.deepEqual(
        rows.map(({ count, filter }) => ({ count, filter })),
        [{ count: 2, filter: { account: OF.account } }],
      );
    },
  },
  {
    what: "nothing is written where the callback was faster",
    async prove({ storage }) {
      const pass = await missingPerson(storage);
      await arrive(storage, { user: "a", at: 2 * HOUR });
      assert.deepEqual(await heal(storage, pass, "a"), { tag: "gone" });
      assert.deepEqual(
        (await storage.trace("a")).map(({ event }) => event.source),
        [undefined],
      );
    },
  },
  {
    what: "nothing is written by whoever has lost the pass, nor for an account of another pass",
    needs: "advance",
    async prove({ storage, advance }) {
      const pass = await missingPerson(storage);
      assert.deepEqual(await heal(storage, pass, "a", { account: "@TOA#_other" }), { tag: "lost" });
      assert.deepEqual(await heal(storage, pass, "a", { holder: "machine b" }), { tag: "lost" });
      await advance(2 * MINUTE);
      await storage.beginPass({
        ...{
          ...OF,
          id: "other",
          kind: "roster" as const,
          holder: "machine b",
          leaseMs: MINUTE,
          chatTime: chat(4 * HOUR),
        },
        ...{ subscribers: 0, continueMs: 0 },
      });
      assert.deepEqual(await heal(storage, pass, "a"), { tag: "lost" });
      assert.deepEqual(await storage.trace("a"), []);
    },
  },
  {
    what: "nothing is written where a machine of an older release has stored a newer event without a look at the roster",
    async prove({ storage }) {
      for (const kind of ["unsubscribed", "subscribed"] as const satisfies EventKind[]) {
        const user = `${kind} since`;
        await baseline(storage, user);
        const { pass } = await findMissing(storage, []);
        // out of scope an expansion leaves rows alone, as an older release does
        await storage.keepRoster(NO_SCOPE);
        await arrive(storage, { user, kind, at: 2 * HOUR });
        await storage.keepRoster(SCOPE);
        assert.deepEqual(await heal(storage, pass, user), { tag: "newer" });
        assert.equal((await storage.trace(user)).length, 1);
        await end(storage, pass);
      }
    },
  },
  {
    what: "nothing is written while a callback of theirs waits to be read",
    async prove({ storage }) {
      const pass = await missingPerson(storage);
      const body = new TextEncoder().encode(
        JSON.stringify({
          CallbackCommand: "OfficialAccount.CallbackAfterDeleteSubscriber",
          Official_Account: OF.account,
          SubscribeAccountList: [{ Subscriber_Account: "a" }],
          EventTime: chat(2 * HOUR),
        }),
      );
      await storage.accept({ callbacks: [callbackOf("", { body, receivedAt: chat(3 * HOUR) })], quarantine: [] });
      assert.deepEqual(await heal(storage, pass, "a"), { tag: "unread" });
      assert.deepEqual(await storage.trace("a"), []);
      assert.equal((await storage.unread(10)).length, 1);
    },
  },
  {
    what: "others whose callbacks wait to be read keep nobody from being healed, and are read as before",
    async prove({ storage }) {
      const pass = await missingPerson(storage, "a", "b", "c");
      const waiting = (user: string, at: number) =>
        callbackOf("", {
          body: new TextEncoder().encode(
            JSON.stringify({
              CallbackCommand: "OfficialAccount.CallbackAfterDeleteSubscriber",
              Official_Account: OF.account,
              SubscribeAccountList: [{ Subscriber_Account: user }],
              EventTime: chat(at),
            }),
          ),
          receivedAt: chat(3 * HOUR),
        });
      await storage.accept({ callbacks: [waiting("other", HOUR), waiting("b", 2 * HOUR)], quarantine: [] });
      const before = await storage.unread(10);
      assert.equal(before.length, 2);
      for (const user of ["a", "c"]) assert.equal((await heal(storage, pass, user)).tag, "healed");
      assert.deepEqual(await heal(storage, pass, "b"), { tag: "unread" });
      assert.deepEqual(await storage.unread(10), before);
      // all are there to be read once more, and go when they are old
      const { callbacks } = await storage.callbacks(EVER);
      assert.equal(callbacks.length, 2);
      const readings = callbacks.map((one) => readCallback(one));
      const users = readings.flatMap((one) => (one.ok ? one.events.map(({ user }) => user) : []));
      assert.deepEqual(users.toSorted(), ["a", "c"]);
      const expand = before.map(({ seq }) => ({ callback: seq, events: [], quarantine: [] }));
      await storage.expand(expand);
      assert.equal((await heal(storage, pass, "b")).tag, "healed");
      assert.deepEqual(await storage.unread(10), []);
      assert.equal((await storage.callbacks(EVER)).callbacks.length, 5);
      await storage.prune({ retentionMs: null, rawRetentionMs: -2 * HOUR, quarantineBytes: 1_000_000 });
      assert.deepEqual((await storage.callbacks(EVER)).callbacks, []);
    },
  },
  {
    what: "where no moment is left behind the subscription, nothing is sent, and it is listed",
    async prove({ storage }) {
      const pass = await missingPerson(storage);
      const { subscribeTime } = listed("a", 0);
      assert.deepEqual(await heal(storage, pass, "a", { until: subscribeTime }), { tag: "no_moment" });
      assert.deepEqual(await storage.trace("a"), []);
      assert.deepEqual(await missingUsers(storage, ["no_moment"]), ["a"]);
      await end(storage, pass);
      assert.deepEqual((await wholePass(storage, { at: 4 * HOUR, people: [] })).known, 1);
    },
  },
  {
    what: "it is later than the subscription that it ends, though that was told with milliseconds",
    async prove({ storage }) {
      await arrive(storage, { user: "a", kind: "subscribed", at: 300 });
      const pass = await missingPerson(storage);
      const missing = (await allMissing(storage, OF))[0];
      assert.equal(missing?.subscribeTime, chat(300));
      const subscribeTime = chat(300);
      assert.deepEqual(await heal(storage, pass, "a", { subscribeTime, until: chat(300) }), { tag: "no_moment" });
      assert.equal((await heal(storage, pass, "a", { subscribeTime, until: chat(301) })).tag, "healed");
    },
  },
  {
    what: "of one who came back it lies 1 ms before the newer subscription, which is an event and a row of its own",
    async prove({ storage }) {
      await register(storage);
      await baseline(storage, "a");
      const back = listed("a", 2 * HOUR);
      const { pass, cameBack } = await passOver(storage, { at: 3 * HOUR, people: [back], cameBack: "deliver" });
      assert.equal(cameBack, 1);
      const [missing] = await allMissing(storage, { ...OF, states: ["found"] });
      assert.equal(missing?.back, back.subscribeTime);
      const healed = await heal(storage, pass, "a", { back: back.subscribeTime });
      assert.deepEqual(healed.tag === "healed" && healed.eventTime, back.subscribeTime - 1);
      assert.deepEqual(
        (await storage.trace("a")).map(({ event }) => [event.kind, event.eventTime, event.source]),
        [
          ["unsubscribed", back.subscribeTime - 1, "reconcile"],
          ["subscribed", back.subscribeTime, "reconcile"],
        ],
      );
      const [raw] = (await storage.callbacks(EVER)).callbacks;
      assert.ok(raw);
      const reading = readCallback(raw);
      assert.deepEqual(
        reading.ok && reading.events.map(({ id }) => id),
        (await storage.trace("a")).map(({ event }) => event.id),
      );
      await end(storage, pass);
      const next = await passOver(storage, { at: 4 * HOUR, people: [] });
      assert.equal(next.found, 1);
      assert.equal((await allMissing(storage, OF))[0]?.subscribeTime, back.subscribeTime);
    },
  },
  {
    what: "who came back and is only recorded keeps the row of the newer subscription, and nothing is sent",
    async prove({ storage }) {
      await baseline(storage, "a");
      const { pass } = await passOver(storage, { at: 3 * HOUR, people: [listed("a", 2 * HOUR)] });
      assert.deepEqual(await heal(storage, pass, "a"), { tag: "gone" });
      assert.deepEqual(await storage.trace("a"), []);
    },
  },
  {
    what: "a subscription that comes later overtakes it where writes are state",
    async prove({ storage }) {
      await register(storage, "crm", { writes: "state" });
      const pass = await missingPerson(storage);
      await heal(storage, pass, "a");
      await arrive(storage, { user: "a", kind: "subscribed", at: 4 * HOUR });
      await route(storage);
      assert.deepEqual(usersOf({ deliveries: await drain(storage) }), ["a"]);
      assert.equal(await stateOf(storage, await healedEvent(storage)), "superseded");
    },
  },
  {
    what: "a callback that comes late is skipped where the healed wish is delivered, and both are linked",
    async prove({ storage }) {
      const callback = await lateCallback(storage, async () => {
        await routeBoth(storage);
        await settleBoth(storage, delivered);
      });
      assert.deepEqual(await fates(storage, callback), {
        crm: ["delivered", "skipped"],
        facts: ["delivered", "skipped"],
      });
      const healed = await healedEvent(storage);
      for (const connector of BOTH) {
        assert.equal((await entry(storage, callback, connector)).reason?.words, `delivered already as ${healed.id}`);
      }
      const [first, second] = await storage.trace("a");
      assert.deepEqual([first?.sameAs, second?.healed?.callback], [healed.id, callback.id]);
      assert.deepEqual(usersOf({ deliveries: await drain(storage, delivered, 100, "facts") }), []);
      assert.equal((await statusOf(storage)).waiting, 0);
    },
  },
  {
    what: "a callback that comes late is skipped where the healed wish is on its way, whatever becomes of that",
    async prove({ storage }) {
      let claims: Claim[] = [];
      const callback = await lateCallback(storage, async () => {
        await routeBoth(storage);
        claims = await takeBoth(storage);
      });
      for (const claim of claims) await settle(storage, claim, later(0));
      assert.deepEqual(await fates(storage, callback), { crm: ["waiting", "skipped"], facts: ["waiting", "skipped"] });
      await settleBoth(storage, delivered);
      assert.deepEqual(await fates(storage, callback), {
        crm: ["delivered", "skipped"],
        facts: ["delivered", "skipped"],
      });
    },
  },
  {
    what: "a callback that comes late goes with its own time where the healed wish still waits, or is not routed yet",
    async prove({ storage }) {
      const callback = await lateCallback(storage, () => route(storage, ["crm"]));
      assert.deepEqual(await fates(storage, callback), { crm: ["skipped", "waiting"], facts: ["skipped", "waiting"] });
      const healed = await healedEvent(storage);
      for (const connector of BOTH) {
        assert.equal((await entry(storage, healed, connector)).reason?.words, `the callback came: ${callback.id}`);
        assert.equal((await statusOf(storage, connector)).waiting, 1);
        const given = await drain(storage, delivered, 100, connector);
        assert.deepEqual(
          given.map(({ event }) => [event.id, event.eventTime]),
          [[callback.id, chat(2 * HOUR)]],
        );
        assert.equal((await statusOf(storage, connector)).waiting, 0);
      }
    },
  },
  {
    what: "a callback that comes late goes where the healed wish is dead, which is a dead letter no more",
    async prove({ storage }) {
      const callback = await lateCallback(storage, async () => {
        await routeBoth(storage);
        await settleBoth(storage, dead);
      });
      assert.deepEqual(await fates(storage, callback), { crm: ["skipped", "waiting"], facts: ["skipped", "waiting"] });
      const { dead: letters, deadLastHour } = await statusOf(storage);
      assert.deepEqual([letters, deadLastHour], [0, 0]);
      assert.deepEqual(usersOf({ deliveries: await drain(storage) }), ["a"]);
    },
  },
  {
    what: "a callback that comes late goes where a person has discarded the healed wish",
    async prove({ storage }) {
      const callback = await lateCallback(storage, async () => {
        await routeBoth(storage);
        await storage.discard({ user: "a" }, act({ operation: "discard" }));
      });
      assert.deepEqual(await fates(storage, callback), {
        crm: ["discarded", "waiting"],
        facts: ["discarded", "waiting"],
      });
    },
  },
  {
    what: "what waits behind a healed wish that the callback takes the place of may go",
    async prove({ storage }) {
      await register(storage);
      const pass = await missingPerson(storage);
      await heal(storage, pass, "a");
      await route(storage);
      const first = await take(storage);
      await settle(storage, first, later(HOUR));
      const [newer] = await arrive(storage, { user: "a", kind: "subscribed", at: 5 * HOUR });
      await route(storage);
      // it stands behind the healed one, which waits for its retry
      assert.deepEqual(usersOf(await take(storage)), []);
      const [callback] = await arrive(storage, { user: "a", at: 2 * HOUR });
      assert.ok(newer && callback);
      await route(storage);
      const ids = (await drain(storage)).map(({ event }) => event.id);
      assert.deepEqual(ids, [callback.id, newer.id]);
    },
  },
  {
    what: "the callback that comes twice, or out of the quarantine, is linked once",
    async prove({ storage }) {
      await deliveredToBoth(storage);
      const inQuarantine = entryOf("late");
      await storage.accept({ callbacks: [], quarantine: [inQuarantine] });
      const { callbacks } = { callbacks: [callbackOf("late")] };
      await storage.takeIn(
        callbacks.map((callback) => ({ callback, quarantine: [], served: [inQuarantine.id] })),
        act({ operation: "quarantine_replay" }),
      );
      const [unread] = await storage.unread(1);
      const event = eventOf({ user: "a", at: 2 * HOUR });
      await storage.expand([{ callback: unread?.seq ?? 0, events: [event], quarantine: [] }]);
      const [callback] = await arrive(storage, { user: "a", at: 2 * HOUR });
      assert.ok(callback);
      await routeBoth(storage);
      assert.deepEqual(await fates(storage, callback), {
        crm: ["delivered", "skipped"],
        facts: ["delivered", "skipped"],
      });
      assert.equal((await storage.trace("a")).length, 2);
    },
  },
  {
    what: "a healed wish remembers one callback: another one is a wish of its own",
    async prove({ storage }) {
      await lateCallback(storage, async () => {
        await routeBoth(storage);
        await settleBoth(storage, delivered);
      });
      const [second] = await arrive(storage, { user: "a", at: 2 * HOUR + SECOND });
      assert.ok(second);
      await routeBoth(storage);
      assert.deepEqual(await fates(storage, second), {
        crm: ["delivered", "waiting"],
        facts: ["delivered", "waiting"],
      });
    },
  },
  {
    what: "a callback from outside of the window is a wish of its own",
    async prove({ storage }) {
      await deliveredToBoth(storage);
      // the window begins at 1 h, less the skew of a minute and a second
      for (const at of [HOUR - MINUTE - SECOND - 1, 3 * HOUR + MINUTE + SECOND + 1]) {
        const [callback] = await arrive(storage, { user: "a", at });
        assert.ok(callback);
        await routeBoth(storage);
        assert.deepEqual((await fates(storage, callback)).facts, ["delivered", "waiting"]);
      }
      const [edge] = await arrive(storage, { user: "a", at: HOUR - MINUTE - SECOND });
      assert.ok(edge);
      await routeBoth(storage);
      assert.deepEqual((await fates(storage, edge)).facts, ["delivered", "skipped"]);
    },
  },
  {
    what: "a callback with a subscription between it and the healed wish is a wish of its own",
    async prove({ storage }) {
      await deliveredToBoth(storage);
      await arrive(storage, { user: "a", kind: "subscribed", at: 2 * HOUR });
      const [callback] = await arrive(storage, { user: "a", at: 90 * MINUTE });
      assert.ok(callback);
      await routeBoth(storage);
      assert.deepEqual((await fates(storage, callback)).facts, ["delivered", "waiting"]);
    },
  },
  {
    what: "a callback behind a newer SubscribeTime that only a page told is a wish of its own",
    async prove({ storage }) {
      await twoConnectors(storage);
      const pass = await missingPerson(storage);
      await heal(storage, pass, "a");
      await end(storage, pass);
      await routeBoth(storage);
      await settleBoth(storage, delivered);
      const again = listed("a", 3 * HOUR + 10 * SECOND);
      await wholePass(storage, { at: 4 * HOUR, people: [again] });
      const [callback] = await arrive(storage, { user: "a", at: 3 * HOUR + 20 * SECOND });
      assert.ok(callback);
      await routeBoth(storage);
      assert.deepEqual((await fates(storage, callback)).facts, ["delivered", "waiting"]);
    },
  },
  {
    what: "callbacks of other people and accounts say nothing of it",
    async prove({ storage }) {
      await deliveredToBoth(storage);
      const others = [{ user: "b" }, { user: "a", account: "@TOA#_other" }, { user: "a", app: "1400000001" }];
      for (const other of others) {
        const [callback] = await arrive(storage, { ...other, at: 2 * HOUR });
        assert.ok(callback);
        await routeBoth(storage);
        assert.equal(await stateOf(storage, callback, "facts"), "waiting");
      }
    },
  },
  {
    what: "coverage tells by account and month what callbacks told, what was found, and after how long at most",
    needs: "advance",
    async prove({ storage, advance }) {
      const pass = await missingPerson(storage, "a", "b", "c");
      await advance(30_000);
      await heal(storage, pass, "a");
      await heal(storage, pass, "b");
      assert.deepEqual([(await storage.rosterAccounts())[0]?.unheard, (await storage.coverage())[0]?.found], [2, 2]);
      await end(storage, pass);
      await arrive(storage, { user: "c", at: 3 * HOUR });
      while ((await storage.followEvents(1)).more) {
        // on
      }
      const [month] = await storage.coverage();
      assert.deepEqual([month?.told, month?.found], [1, 2]);
      const [account] = await storage.rosterAccounts();
      assert.deepEqual([account?.unheard, account?.toldAt], [0, chat(3 * HOUR)]);
    },
  },
  {
    what: "what is held is healed by a release, which holds the account against passes",
    async prove({ storage }) {
      const pass = await missingPerson(storage, "a", "b");
      await holdAll(storage, pass);
      await end(storage, pass);
      const request = {
        ...{
          ...OF,
          id: "release",
          kind: "release" as const,
          holder: LEASE.holder,
          leaseMs: MINUTE,
          chatTime: chat(4 * HOUR),
        },
        ...{ subscribers: 0, continueMs: 0 },
      } as const;
      const release = await storage.beginPass(request);
      assert.ok(release.tag === "begun");
      const other = await storage.beginPass({ ...request, id: "other", holder: "machine b", kind: "roster" as const });
      assert.equal(other.tag, "taken");
      assert.equal((await heal(storage, release.pass, "a", { until: chat(4 * HOUR) })).tag, "healed");
      const event = await healedEvent(storage);
      assert.deepEqual(event.happenedBetween, [chat(HOUR), chat(4 * HOUR)]);
      await end(storage, release.pass);
      assert.deepEqual(await missingUsers(storage, ["held"]), ["b"]);
      assert.equal((await storage.rosterAccounts())[0]?.readAt, chat(3 * HOUR));
    },
  },
  {
    what: "it is pruned like any other, and what it remembered with it",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      const pass = await missingPerson(storage);
      await heal(storage, pass, "a");
      await route(storage);
      await drain(storage);
      await advance(10 * HOUR);
      const limits = { retentionMs: HOUR, rawRetentionMs: HOUR, quarantineBytes: 1_000_000 };
      while ((await storage.prune(limits)).more) {
        // on
      }
      assert.deepEqual(await storage.trace("a"), []);
      assert.deepEqual((await storage.callbacks(EVER)).callbacks, []);
      assert.equal((await storage.accountCounts(OF)).healedLately, 0);
    },
  },
];
