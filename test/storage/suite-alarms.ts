/** What whoever tells people of trouble keeps in a store, and how it looks at how long wishes are owed. */
import assert from "node:assert/strict";
import type { AlarmBook } from "../../src/storage/contract/alarms.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { NOBODY_OWED } from "../../src/storage/rules/alarms.ts";
import { ACTOR, act } from "../support/act.ts";
import {
  arrive,
  type Case,
  callbackOf,
  delivered,
  HOUR,
  later,
  MINUTE,
  register,
  route,
  SECOND,
  settle,
  take,
  WHY,
} from "./suite-support.ts";

const ANN = { holder: "ann", leaseMs: MINUTE };
const BOB = { holder: "bob", leaseMs: MINUTE };

async function opened(storage: Storage, teller = ANN): Promise<AlarmBook> {
  const book = await storage.openAlarms(teller);
  assert.ok(book);
  return book;
}

export const alarmCases: readonly Case[] = [
  {
    what: "a store that nobody has told anything of has no alarms, no silences, and nothing to tell",
    async prove({ storage, questions }) {
      const { now, ...book } = await opened(storage);
      assert.deepEqual(book, { alarms: [], silences: [], notices: [] });
      assert.ok(Math.abs(now - Date.now()) < 24 * HOUR);
      assert.deepEqual(await questions.alarms(), { alarms: [], silences: [], untold: 0 });
    },
  },
  {
    what: "what is noted of alarms is there for whoever looks, until it is dropped",
    async prove({ storage, questions }) {
      await opened(storage);
      const keep = [
        { key: "b", state: '{"1":"→"}' },
        { key: "a", state: "{}" },
      ];
      assert.equal(await storage.noteAlarms({ ...ANN, keep }), true);
      const [b, a] = keep;
      assert.deepEqual((await opened(storage)).alarms, [a, b]);
      assert.deepEqual((await questions.alarms()).alarms, [a, b]);
      await storage.noteAlarms({ ...ANN, keep: [{ key: "a", state: "[]" }], drop: ["b", "nobody"] });
      assert.deepEqual((await opened(storage)).alarms, [{ key: "a", state: "[]" }]);
    },
  },
  {
    what: "a notice stays to be told until somebody says that it was, in the order in which they were decided",
    async prove({ storage }) {
      await opened(storage);
      for (const id of ["z", "a"]) await storage.noteAlarms({ ...ANN, notice: { id, notice: `{"id":"${id}"}` } });
      // a lost answer: noted again it is there once
      await storage.noteAlarms({ ...ANN, notice: { id: "a", notice: '{"id":"a"}' } });
      const { notices, now } = await opened(storage);
      assert.deepEqual(
        notices.map(({ id, notice, tries, dueAt }) => [id, notice, tries, dueAt <= now]),
        [
          ["z", '{"id":"z"}', 0, true],
          ["a", '{"id":"a"}', 0, true],
        ],
      );
      await storage.noteAlarms({ ...ANN, ended: ["z"], later: [{ id: "a", delayMs: HOUR }] });
      const later = await opened(storage);
      assert.deepEqual(
        later.notices.map(({ id, tries }) => [id, tries]),
        [["a", 1]],
      );
      assert.ok((later.notices[0]?.dueAt ?? 0) > later.now + HOUR - MINUTE);
    },
  },
  {
    what: "of many notices the oldest hundred are told first, and it is known how many there are",
    async prove({ storage, questions }) {
      await opened(storage);
      for (let id = 0; id < 103; id += 1) await storage.noteAlarms({ ...ANN, notice: { id: `${id}`, notice: "{}" } });
      const { notices } = await opened(storage);
      assert.deepEqual([notices.length, notices[0]?.id], [100, "0"]);
      assert.equal((await questions.alarms()).untold, 103);
      await storage.noteAlarms({ ...ANN, ended: ["0", "1"] });
      assert.deepEqual([(await opened(storage)).notices.at(-1)?.id, (await questions.alarms()).untold], ["101", 101]);
    },
  },
  {
    what: "a silence is in the audit with who wanted it, a later one of the same name takes its place, and it ends by itself",
    needs: "advance",
    async prove({ storage, questions, advance }) {
      const first = await storage.silenceAlarm(
        { name: "paused_after", forMs: HOUR, why: "the portal moves" },
        act({ operation: "alerts_silence", filter: { alarm: "paused_after" } }),
      );
      assert.deepEqual([first.name, first.why, first.actor], ["paused_after", "the portal moves", ACTOR.name]);
      assert.equal(first.until, first.at + HOUR);
      const second = await storage.silenceAlarm(
        { name: "paused_after", forMs: 2 * HOUR, why: "it still moves" },
        act({ operation: "alerts_silence" }),
      );
      assert.deepEqual((await opened(storage)).silences, [second]);
      assert.deepEqual((await questions.alarms()).silences, [second]);
      const rows = await storage.audited({ operation: "alerts_silence" }, { limit: 5 });
      assert.deepEqual(
        rows.map(({ filter, count }) => [filter, count]),
        [
          [{}, 1],
          [{ alarm: "paused_after" }, 1],
        ],
      );
      await advance(2 * HOUR + 1);
      assert.deepEqual((await opened(storage)).silences, []);
    },
  },
  {
    what: "what is owed is as old as the oldest waiting event, whether it is routed or not, and nobody's once it is delivered",
    async prove({ storage, questions }) {
      await register(storage, "crm");
      assert.deepEqual(await questions.owed("crm"), NOBODY_OWED);
      assert.deepEqual(await questions.owed("nobody"), NOBODY_OWED);
      const [jared, mo] = await arrive(storage, { user: "jared" }, { user: "mo", at: 5 * SECOND });
      assert.ok(jared && mo);
      const both = { ...NOBODY_OWED, oldestAt: jared.receivedAt, people: 2 };
      assert.deepEqual(await questions.owed("crm"), both);
      await route(storage);
      assert.deepEqual(await questions.owed("crm"), both);
      await settle(storage, await take(storage, 1), delivered);
      assert.deepEqual(await questions.owed("crm"), { ...NOBODY_OWED, oldestAt: mo.receivedAt, people: 1 });
    },
  },
  {
    what: "nothing is owed to people whom the destination does not know",
    async prove({ storage, questions }) {
      await register(storage, "crm");
      const [jared] = await arrive(storage, { user: "jared" });
      assert.ok(jared);
      await route(storage);
      await settle(storage, await take(storage, 1), ({ event }) => ({
        ...{ event: event.seq, to: "waiting", reason: WHY, delayMs: HOUR, lane: "slow", attempted: true },
      }));
      const unknown = { people: 1, isMore: false };
      assert.deepEqual(await questions.owed("crm"), { ...NOBODY_OWED, unknown });
      assert.equal((await questions.status()).connectors[0]?.waiting, 1);
    },
  },
  {
    what: "nothing is owed to them either when the destination is in trouble afterwards, until it says something of them",
    async prove({ storage, questions }) {
      await register(storage, "crm");
      const [jared] = await arrive(storage, { user: "jared" });
      await route(storage);
      for (const [lane, people] of [
        ["slow", 0],
        ["same", 0],
        ["normal", 1],
        ["same", 1],
      ] as const) {
        await settle(storage, await take(storage, 1), later(0, lane));
        assert.equal((await questions.owed("crm")).people, people, lane);
      }
      assert.equal((await questions.owed("crm")).oldestAt, jared?.receivedAt);
    },
  },
  {
    what: "nothing is owed to whom a person replays that the destination did not know; the other dead letters are owed again",
    async prove({ storage, questions }) {
      await register(storage, "crm");
      await arrive(storage, { user: "a" }, { user: "b" });
      await route(storage);
      await settle(storage, await take(storage, 2), ({ event }) => ({
        ...{ event: event.seq, to: "dead", class: event.user === "a" ? "unmatched" : "expired", reason: WHY },
      }));
      await storage.replay({ connector: "crm" }, act({ operation: "replay" }));
      const { people, unknown } = await questions.owed("crm");
      assert.deepEqual([people, unknown.people], [1, 1], "and so they are told apart");
      assert.equal((await take(storage, 2)).deliveries.length, 2, "both are tried at once");
    },
  },
  {
    what: "dead letters are told apart by class, page by page",
    async prove({ storage, questions }) {
      await register(storage, "crm");
      await arrive(storage, { user: "a" }, { user: "b" }, { user: "c" });
      await route(storage);
      const classes = { a: "rejected", b: "expired", c: "unmatched" } as const;
      await settle(storage, await take(storage, 3), ({ event }) => ({
        ...{ event: event.seq, to: "dead", class: classes[event.user as keyof typeof classes], reason: WHY },
      }));
      assert.deepEqual(await questions.givenUp("crm", 0, 10), { rejected: 1, expired: 1, unmatched: 1, next: null });
      const first = await questions.givenUp("crm", 0, 2);
      assert.deepEqual({ ...first, next: null }, { rejected: 1, expired: 1, unmatched: 0, next: null });
      assert.ok(first.next !== null);
      assert.deepEqual(await questions.givenUp("crm", first.next, 2), {
        rejected: 0,
        expired: 0,
        unmatched: 1,
        next: null,
      });
      assert.deepEqual(await questions.givenUp("nobody", 0, 2), { rejected: 0, expired: 0, unmatched: 0, next: null });
    },
  },
  {
    what: "who was heard of and when, and what nobody has read, is told",
    async prove({ storage, questions }) {
      const nothing = await questions.watched();
      assert.deepEqual(nothing, { heardAt: {}, unreadSince: null, rosters: [] });
      await storage.noteClocks({ newest: { "1400000000": 5_000 } });
      const callback = callbackOf("unread");
      await storage.accept({ callbacks: [callback], quarantine: [] });
      const { heardAt, unreadSince } = await questions.watched();
      assert.deepEqual([heardAt, unreadSince], [{ "1400000000": 5_000 }, callback.receivedAt]);
    },
  },
  {
    what: "of several machines one tells, until its lease is over; from then on it notes nothing. Where one is alone, it tells",
    needs: "advance",
    async prove({ storage, advance }) {
      await opened(storage, ANN);
      if (!storage.shared) return void (await opened(storage, BOB));
      assert.equal(await storage.openAlarms(BOB), null);
      assert.equal(await storage.noteAlarms({ ...BOB, keep: [{ key: "a", state: "{}" }] }), false);
      await advance(MINUTE - 1);
      await opened(storage, ANN);
      await advance(MINUTE + 1);
      await opened(storage, BOB);
      assert.equal(await storage.noteAlarms({ ...ANN, keep: [{ key: "a", state: "{}" }] }), false);
      assert.deepEqual((await opened(storage, BOB)).alarms, []);
    },
  },
];
