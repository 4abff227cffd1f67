/** What becomes of claimed deliveries. */
import assert from "node:assert/strict";
import type { Claim, Settlement } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { SOON_MS } from "../../src/storage/rules/taking.ts";
import { act } from "../support/act.ts";
import {
  assertNothing,
  type Case,
  changeState,
  DAY,
  dead,
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
  skipped,
  stateOf,
  statusOf,
  take,
  timesOf,
  users,
  usersOf,
  type Verdict,
  WHY,
} from "./suite-support.ts";

const BACKING_OFF = { state: { status: "backing_off", failures: 1 }, probeInMs: HOUR } as const;

async function countsOf(storage: Storage) {
  const { waiting, deliveredLastHour: delivered } = await statusOf(storage);
  return { waiting, delivered };
}

export const settlingCases: readonly Case[] = [
  {
    what: "delivered: once, with its times and its note",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      const claim = await take(storage);
      const result = await settle(storage, claim, ({ event: { seq } }) => ({
        event: seq,
        to: "delivered",
        note: "accepted (200)",
      }));
      assert.equal(result.tag, "settled");
      if (result.tag === "settled") assert.deepEqual(result.lost, []);
      const line = await entry(storage, event);
      assert.equal(line.state, "delivered");
      assert.equal(line.note, "accepted (200)");
      assert.equal(line.attempts, 1);
      assert.deepEqual([line.reason, line.class, line.dueAt, line.history], [null, null, null, []]);
      assert.ok(line.settledAt !== null && line.settledAt >= line.routedAt);
      assert.deepEqual([line.firstAttemptAt, line.lastAttemptAt], [line.settledAt, line.settledAt]);
      assert.deepEqual(await drain(storage), []);
    },
  },
  {
    what: "waiting: tried again with its count, its reason and the connector's clock at the first attempt",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      await settle(storage, await take(storage), later(0));
      const line = await entry(storage, event);
      assert.equal(line.state, "waiting");
      assert.deepEqual(line.reason, WHY);
      assert.equal(line.attempts, 1);
      assert.deepEqual(
        line.history.map(({ reason }) => reason),
        [WHY],
      );
      assert.equal(line.history[0]?.at, line.lastAttemptAt);
      assert.equal(line.settledAt, null);
      const [again] = (await take(storage)).deliveries;
      assert.equal(again?.attempts, 1);
      assert.equal(typeof again?.firstAttemptClock, "number");
      assert.equal(again?.id, `${event.id}:crm`);
    },
  },
  {
    what: "waiting for an hour: due in an hour",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      await settle(storage, await take(storage), later(HOUR));
      const { dueAt, lastAttemptAt } = await entry(storage, event);
      assert.equal((dueAt ?? 0) - (lastAttemptAt ?? 0), HOUR);
    },
  },
  {
    what: "a wait that no column can hold, or that nobody lives to see the end of, is made fit: settling failed for ever",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      const waits = [-1, -Number.MAX_VALUE, 0.5, HOUR + 0.25, 1e23, Number.POSITIVE_INFINITY, Number.NaN];
      const fit = [0, 0, 1, HOUR + 1, DAY, DAY, DAY];
      for (const [index, wait] of waits.entries()) {
        await storage.retryNow("crm", act());
        const claim = await take(storage);
        assert.deepEqual(usersOf(claim), ["a"]);
        await settle(storage, claim, later(wait), { ...BACKING_OFF, probeInMs: wait });
        const { dueAt, lastAttemptAt } = await entry(storage, event);
        const { probeAt } = (await storage.connector("crm")) ?? {};
        assert.equal((dueAt ?? 0) - (lastAttemptAt ?? 0), fit[index], `${wait}`);
        assert.ok(Number.isInteger(probeAt) && (probeAt ?? 0) - (lastAttemptAt ?? 0) >= (fit[index] ?? 0), `${wait}`);
      }
    },
  },
  {
    what: "waiting, but not really sent: counts as no attempt",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      await settle(storage, await take(storage), later(0, "normal", false));
      const line = await entry(storage, event);
      assert.deepEqual([line.attempts, line.firstAttemptAt, line.history], [0, null, []]);
      assert.deepEqual(line.reason, WHY);
      assert.equal((await take(storage)).deliveries[0]?.firstAttemptClock, null);
    },
  },
  {
    what: "dead: with class and reason, and no longer due",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      await settle(storage, await take(storage), dead);
      const line = await entry(storage, event);
      assert.deepEqual([line.state, line.class, line.reason, line.attempts], ["dead", "rejected", WHY, 1]);
      assert.deepEqual(
        line.history.map(({ reason }) => reason),
        [WHY],
      );
      assert.ok(line.settledAt);
      assertNothing(await take(storage));
    },
  },
  {
    what: "skipped: with the connector's reason",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      await settle(storage, await take(storage), skipped);
      const line = await entry(storage, event);
      assert.deepEqual([line.state, line.reason, line.class], ["skipped", WHY, null]);
      assertNothing(await take(storage));
    },
  },
  {
    what: "each delivery of a claim has its own fate",
    async prove({ storage }) {
      await register(storage);
      const [a, b, c] = await queueUsers(storage, "a", "b", "c");
      assert.ok(a && b && c);
      const claim = await take(storage);
      const fates: Record<string, (typeof claim.deliveries)[number] extends infer D ? (d: D) => Settlement : never> = {
        a: delivered,
        b: dead,
        c: later(0),
      };
      await settle(storage, claim, (delivery) => (fates[delivery.event.user] ?? skipped)(delivery));
      const states = await Promise.all([a, b, c].map((event) => stateOf(storage, event)));
      assert.deepEqual(states, ["delivered", "dead", "waiting"]);
    },
  },
  {
    what: "the ledger remembers the latest twenty failed attempts and counts all",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      for (let n = 1; n <= 23; n += 1) {
        await settle(storage, await take(storage), ({ event: { seq } }) => ({
          ...{
            event: seq,
            to: "waiting",
            reason: { words: `attempt ${n}` },
            delayMs: 0,
            lane: "normal",
            attempted: true,
          },
        }));
      }
      await settle(storage, await take(storage), delivered);
      const line = await entry(storage, event);
      assert.equal(line.attempts, 24);
      assert.equal(line.history.length, 20);
      assert.equal(line.history[0]?.reason.words, "attempt 4");
      assert.equal(line.history.at(-1)?.reason.words, "attempt 23");
    },
  },
  {
    what: "what a settlement does not name stays claimed",
    async prove({ storage }) {
      await register(storage);
      const [a, b] = await queueUsers(storage, "a", "b");
      assert.ok(a && b);
      const { token } = await take(storage);
      await storage.settle({ connector: "crm", token, settlements: [{ event: a.seq, to: "delivered" }] });
      assertNothing(await take(storage));
      await storage.settle({ connector: "crm", token, settlements: [{ event: b.seq, to: "delivered" }] });
      assert.equal(await stateOf(storage, b), "delivered");
    },
  },
  {
    what: "what was delivered in the same words takes along nothing that waits between",
    async prove({ storage }) {
      await register(storage);
      const events = await queueUsers(storage, ...users("u", 6));
      const claim = await take(storage, 5);
      const { token } = claim;
      const some = claim.deliveries.filter((_, index) => index !== 1 && index !== 2).map(delivered);
      await storage.settle({ connector: "crm", token, settlements: some });
      const states = () => Promise.all(events.map((event) => stateOf(storage, event)));
      assert.deepEqual(await states(), ["delivered", "waiting", "waiting", "delivered", "delivered", "waiting"]);
      assert.deepEqual(await countsOf(storage), { waiting: 3, delivered: 3 });
      // the rest of it, and nobody whom it does not hold
      const late = await storage.settle({ connector: "crm", token, settlements: claim.deliveries.map(delivered) });
      assert.equal(late.tag === "settled" && late.lost.length, 3);
      assert.deepEqual(await countsOf(storage), { waiting: 1, delivered: 5 });
      assert.deepEqual(usersOf(await take(storage)), ["u-5"]);
    },
  },
  {
    what: "what was delivered in the same words leaves out whom a person has discarded meanwhile",
    async prove({ storage }) {
      await register(storage);
      const events = await queueUsers(storage, ...users("u", 4));
      const claim = await take(storage);
      await storage.discard({ user: "u-1" }, act());
      const result = await settle(storage, claim, delivered);
      assert.deepEqual(result.tag === "settled" && result.lost, [events[1]?.seq]);
      const states = await Promise.all(events.map((event) => stateOf(storage, event)));
      assert.deepEqual(states, ["delivered", "discarded", "delivered", "delivered"]);
      assert.deepEqual(await countsOf(storage), { waiting: 0, delivered: 3 });
    },
  },
  {
    what: "what was delivered in different words keeps each its own",
    async prove({ storage }) {
      await register(storage);
      const events = await queueUsers(storage, ...users("u", 5));
      const notes = ["same", "same", "other", undefined, undefined];
      await settle(storage, await take(storage), (delivery) => {
        const note = notes[events.findIndex(({ seq }) => seq === delivery.event.seq)];
        return { ...delivered(delivery), ...(note !== undefined && { note }) } as Settlement;
      });
      const lines = await Promise.all(events.map((event) => entry(storage, event)));
      assert.deepEqual(
        lines.map(({ state, note, attempts }) => [state, note, attempts]),
        notes.map((note) => ["delivered", note ?? null, 1]),
      );
    },
  },
  {
    what: "who does not hold a claim settles nothing, and changes no state by what it believes",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      const claim = await take(storage);
      const late = await settle(storage, { ...claim, token: "an older token" }, dead, BACKING_OFF);
      assert.equal(late.tag, "settled");
      if (late.tag === "settled") assert.deepEqual(late.lost, [event.seq]);
      assert.equal(await stateOf(storage, event), "waiting");
      assert.equal((await storage.connector("crm"))?.state.status, "ready");
      await settle(storage, claim, delivered);
      assert.equal(await stateOf(storage, event), "delivered");
    },
  },
  {
    what: "a settlement says when anything is due that nobody holds: whom it let go as well",
    async prove({ storage }) {
      await register(storage);
      const waitAfter = async (claim: Claim, verdict: Verdict) => {
        const result = await settle(storage, claim, verdict);
        assert.ok(result.tag === "settled");
        return result.waitMs;
      };
      await queueUsers(storage, "a");
      assert.equal(await waitAfter(await take(storage), delivered), null);
      // another of theirs waits behind it
      await queue(storage, { user: "b" }, { user: "b", at: 1 });
      const first = await take(storage);
      assert.deepEqual(usersOf(first), ["b"]);
      const next = await waitAfter(first, delivered);
      assert.ok(next !== null && next <= SOON_MS, `${next}`);
      const afterAnHour = await waitAfter(await take(storage), later(HOUR));
      assert.ok(afterAnHour !== null && afterAnHour > HOUR - 5 * MINUTE && afterAnHour <= HOUR, `${afterAnHour}`);
      // what others hold is theirs, and of many nobody knows
      const many = users("many", 40);
      await queueUsers(storage, ...many);
      const claim = await take(storage, 20);
      await take(storage, 20);
      const one = { ...claim, deliveries: claim.deliveries.slice(0, 1) };
      const among = await waitAfter(one, delivered);
      assert.ok(among !== null && among <= SOON_MS, `${among}`);
    },
  },
  {
    what: "a claim is settled once",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      const claim = await take(storage);
      await settle(storage, claim, delivered);
      const again = await settle(storage, claim, dead);
      assert.deepEqual(again.tag === "settled" && again.lost, [event.seq]);
      assert.equal(await stateOf(storage, event), "delivered");
    },
  },
  {
    what: "a state that somebody else has changed is stale: nothing is written, the claim stays",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      const claim = await take(storage);
      await changeState(storage, { state: { held: [{ event: 999_999, reason: WHY }] } });
      const result = await settle(storage, claim, delivered, BACKING_OFF);
      assert.equal(result.tag, "stale");
      assert.equal(result.connector.state.held.length, 1);
      assert.equal(await stateOf(storage, event), "waiting");
      const again = await settle(storage, { ...claim, connector: result.connector }, delivered, BACKING_OFF);
      assert.equal(again.tag, "settled");
      assert.equal(again.connector.state.status, "backing_off");
      assert.equal(await stateOf(storage, event), "delivered");
    },
  },
  {
    what: "a change of state is a new version and says when it began and when the probe is due",
    async prove({ storage }) {
      await register(storage);
      const before = await storage.connector("crm");
      assert.ok(before);
      const state = { status: "paused", cause: "credentials", reason: WHY, failures: 2, told: true } as const;
      await changeState(storage, { state, probeInMs: HOUR });
      const after = await storage.connector("crm");
      assert.ok(after);
      assert.deepEqual(after.state, { ...state, held: [] });
      assert.notEqual(after.version, before.version);
      assert.ok(after.since >= before.since);
      assert.equal((after.probeAt ?? 0) - after.since, HOUR);
    },
  },
  {
    what: "a condition that goes on keeps the time when it began",
    needs: "advance",
    async prove({ storage, advance }) {
      await register(storage);
      await changeState(storage, BACKING_OFF);
      const began = (await storage.connector("crm"))?.since;
      await advance(HOUR);
      await changeState(storage, { ...BACKING_OFF, state: { status: "backing_off", failures: 2 } });
      assert.equal((await storage.connector("crm"))?.since, began);
      await changeState(storage, { state: { status: "paused", cause: "gone" } });
      assert.equal((await storage.connector("crm"))?.since, (began ?? 0) + HOUR);
    },
  },
  {
    what: "a held rejection is decided without a claim, and that is no further attempt",
    async prove({ storage }) {
      await register(storage);
      const [held, other] = await queueUsers(storage, "held", "other");
      assert.ok(held && other);
      await settle(storage, await take(storage, 1), later(HOUR));
      const { token } = await take(storage);
      const settlements: Settlement[] = [{ event: other.seq, to: "delivered" }];
      const decided: Settlement[] = [{ event: held.seq, to: "dead", class: "rejected", reason: WHY }];
      const result = await storage.settle({ connector: "crm", token, settlements, decided });
      assert.deepEqual(result.tag === "settled" && result.lost, []);
      const line = await entry(storage, held);
      assert.deepEqual([line.state, line.class, line.attempts, line.history.length], ["dead", "rejected", 1, 1]);
      assert.equal((await storage.unjournaled(10)).length, 1);
    },
  },
  {
    what: "a held rejection that is decided to wait is due when that says",
    async prove({ storage }) {
      await register(storage);
      const [held, other] = await queueUsers(storage, "held", "other");
      assert.ok(held && other);
      await settle(storage, await take(storage, 1), later(HOUR));
      const { token } = await take(storage);
      const decided: Settlement[] = [
        { event: held.seq, to: "waiting", reason: WHY, delayMs: 0, lane: "normal", attempted: false },
      ];
      await storage.settle({ connector: "crm", token, settlements: [{ event: other.seq, to: "delivered" }], decided });
      assert.deepEqual(usersOf(await take(storage)), ["held"]);
    },
  },
  {
    what: "a held rejection that is settled already is decided no more",
    async prove({ storage }) {
      await register(storage);
      const [held, other] = await queueUsers(storage, "held", "other");
      assert.ok(held && other);
      await settle(storage, await take(storage, 1), delivered);
      const { token } = await take(storage);
      const decided: Settlement[] = [{ event: held.seq, to: "dead", class: "rejected", reason: WHY }];
      await storage.settle({ connector: "crm", token, settlements: [{ event: other.seq, to: "delivered" }], decided });
      assert.equal(await stateOf(storage, held), "delivered");
    },
  },
  {
    what: "what waits behind a held rejection goes when that one is decided",
    async prove({ storage }) {
      await register(storage);
      const [held, , other] = await queue(storage, { user: "held", at: 1 }, { user: "held", at: 2 }, { user: "other" });
      assert.ok(held && other);
      await settle(storage, await take(storage, 1), later(HOUR));
      const claim = await take(storage);
      assert.deepEqual(usersOf(claim), ["other"]);
      const decided: Settlement[] = [{ event: held.seq, to: "dead", class: "rejected", reason: WHY }];
      const settlements = claim.deliveries.map(delivered);
      await storage.settle({ connector: "crm", token: claim.token, settlements, decided });
      assert.deepEqual(timesOf(await take(storage)), [2]);
    },
  },
  {
    what: "a connector that nobody knows cannot be settled",
    async prove({ storage }) {
      await assert.rejects(storage.settle({ connector: "nobody", token: "t", settlements: [] }), /nobody/);
    },
  },
];
