/** Whole lines of the ledger after each fate: no column of one store says more, or less, than the other's. */
import assert from "node:assert/strict";
import type { StoredEvent } from "../../src/storage/contract/callbacks.ts";
import type { LedgerEntry } from "../../src/storage/contract/ledger.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import {
  arrive,
  type Case,
  dead,
  delivered,
  entry,
  HOUR,
  later,
  queueUsers,
  register,
  route,
  settle,
  skipped,
  take,
  WHY,
} from "./suite-support.ts";

/** A line that has been through nothing. Times are either there or not. */
const FRESH = {
  ...{
    connector: "crm",
    state: "waiting",
    class: null,
    proof: null,
    reason: null,
    note: null,
    generation: 1,
    attempts: 0,
  },
  ...{ history: [], routedAt: "then", firstAttemptAt: null, lastAttemptAt: null, settledAt: null, dueAt: "then" },
};
const TRIED = { firstAttemptAt: "then", lastAttemptAt: "then" };
const FAILED = { ...TRIED, attempts: 1, reason: WHY, history: [{ at: "then", reason: WHY }] };
const SETTLED = { settledAt: "then", dueAt: null };
const DEAD = { ...FAILED, ...SETTLED, state: "dead", class: "rejected" };
const NOTED = { tag: "accepted (200)" } as const;

const noted = ({ event }: { readonly event: StoredEvent }) =>
  ({ event: event.seq, to: "delivered", note: NOTED.tag }) as const;

type Fate = readonly [what: string, live: (storage: Storage, event: StoredEvent) => Promise<unknown>, line: object];

const FATES: readonly Fate[] = [
  ["is routed", async () => undefined, FRESH],
  ["is taken", (storage) => take(storage), FRESH],
  ["is taken and given back", async (storage) => storage.release("crm", (await take(storage)).token), FRESH],
  ["is delivered", async (storage) => settle(storage, await take(storage), noted), delivery(1, { note: NOTED.tag })],
  [
    "is accepted by a destination that proves no more",
    async (storage) => settle(storage, await take(storage), (one) => ({ ...noted(one), proof: "accepted" })),
    delivery(1, { note: NOTED.tag, proof: "accepted" }),
  ],
  [
    "was accepted where it was dead before",
    async (storage) => {
      await settle(storage, await take(storage), dead);
      await storage.replay({}, act());
      await settle(storage, await take(storage), (one) => ({ ...noted(one), proof: "accepted" }));
    },
    { ...delivery(1, { note: NOTED.tag, proof: "accepted" }), generation: 2, history: FAILED.history },
  ],
  ["failed", async (storage) => settle(storage, await take(storage), later(HOUR)), { ...FRESH, ...FAILED }],
  [
    "was not really sent",
    async (storage) => settle(storage, await take(storage), later(HOUR, "normal", false)),
    { ...FRESH, reason: WHY },
  ],
  [
    "failed before it was delivered",
    async (storage) => {
      await settle(storage, await take(storage), later(0));
      await settle(storage, await take(storage), delivered);
    },
    { ...delivery(2), history: FAILED.history },
  ],
  ["is dead", async (storage) => settle(storage, await take(storage), dead), { ...FRESH, ...DEAD }],
  [
    "is dead, and its letter written",
    async (storage) => {
      await settle(storage, await take(storage), dead);
      await storage.journaled(await storage.unjournaled(10));
    },
    { ...FRESH, ...DEAD },
  ],
  [
    "was dead and is replayed",
    async (storage) => {
      await settle(storage, await take(storage), dead);
      await storage.replay({}, act());
    },
    { ...FRESH, generation: 2, history: FAILED.history, reason: WHY, lastAttemptAt: "then" },
  ],
  [
    "was dead, is replayed and delivered",
    async (storage) => {
      await settle(storage, await take(storage), dead);
      await storage.replay({}, act());
      await settle(storage, await take(storage), delivered);
    },
    { ...delivery(1), generation: 2, history: FAILED.history },
  ],
  [
    "was dead and is discarded",
    async (storage) => {
      await settle(storage, await take(storage), dead);
      await storage.discard({}, act());
    },
    { ...FRESH, ...DEAD, state: "discarded" },
  ],
  ["waited and is discarded", (storage) => storage.discard({}, act()), { ...FRESH, ...SETTLED, state: "discarded" }],
  [
    "is skipped by its connector",
    async (storage) => settle(storage, await take(storage), skipped),
    { ...FRESH, ...FAILED, ...SETTLED, state: "skipped" },
  ],
  [
    "failed and is superseded",
    async (storage, { user }) => {
      await settle(storage, await take(storage), later(HOUR));
      await arrive(storage, { user, at: 1, kind: "subscribed" });
      await route(storage);
      await take(storage);
    },
    { ...FRESH, ...FAILED, ...SETTLED, state: "superseded" },
  ],
];

/** Delivered at the attempt of this number. */
function delivery(attempts: number, more: object = {}) {
  return { ...FRESH, ...TRIED, ...SETTLED, state: "delivered", attempts, ...more };
}

export const entryCases: readonly Case[] = [
  ...FATES.map(
    ([what, live, line]): Case => ({
      what: `one that ${what} has this line, and no other`,
      async prove({ storage }) {
        await register(storage, "crm", { writes: "state" });
        const [event] = await queueUsers(storage, "a");
        assert.ok(event);
        await live(storage, event);
        const found = await entry(storage, event);
        assert.deepEqual(withoutTimes(found), { id: `${event.id}:crm`, event, ...line });
        const listed = await storage.deliveries({}, { limit: 10 });
        assert.deepEqual(
          listed.find(({ id }) => id === found.id),
          found,
          "the ledger and the story say the same",
        );
      },
    }),
  ),
  {
    what: "one that was skipped by the router has this line, and no other",
    async prove({ storage }) {
      await register(storage);
      const [event] = await arrive(storage, { user: "a" });
      assert.ok(event);
      await route(storage, ["crm"], () => "not wanted");
      const line = { ...FRESH, ...SETTLED, state: "skipped", reason: { words: "not wanted" } };
      assert.deepEqual(withoutTimes(await entry(storage, event)), { id: `${event.id}:crm`, event, ...line });
    },
  },
  {
    what: "one that was skipped by the router and is corrected has this line, and no other",
    async prove({ storage }) {
      await register(storage);
      const [event] = await arrive(storage, { user: "a" });
      assert.ok(event);
      await route(storage, ["crm"], () => "not wanted");
      const again = [{ connector: "crm", note: "read again" }];
      await storage.correct([{ seq: event.seq, operator: "", byAdmin: false, again }], act());
      await settle(storage, await take(storage), noted);
      const line = { ...delivery(1), generation: 2, note: "read again; accepted (200)" };
      const read = { ...event, operator: "", byAdmin: false };
      assert.deepEqual(withoutTimes(await entry(storage, event)), { id: `${event.id}:crm`, event: read, ...line });
    },
  },
  {
    what: "one whose rejection was held and is decided later has this line, and no other",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      const claim = await take(storage);
      await settle(storage, claim, later(HOUR));
      const decided = [{ event: event.seq, to: "dead", class: "rejected", reason: WHY } as const];
      await storage.settle({ connector: "crm", token: claim.token, settlements: [], decided });
      const line = { ...FRESH, ...DEAD };
      assert.deepEqual(withoutTimes(await entry(storage, event)), { id: `${event.id}:crm`, event, ...line });
    },
  },
  {
    what: "one that failed more often than the ledger remembers has the latest twenty, and all of its attempts",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      for (let n = 1; n <= 22; n += 1) {
        const failed = { event: event.seq, to: "waiting", delayMs: 0, lane: "normal", attempted: true } as const;
        await settle(storage, await take(storage), () => ({ ...failed, reason: { words: `try ${n}` } }));
      }
      const history = Array.from({ length: 20 }, (_, n) => ({ at: "then", reason: { words: `try ${n + 3}` } }));
      const line = { ...FRESH, ...TRIED, attempts: 22, reason: { words: "try 22" }, history };
      assert.deepEqual(withoutTimes(await entry(storage, event)), { id: `${event.id}:crm`, event, ...line });
    },
  },
];

/** Without who holds it: where one process serves the store, nobody else can see that. */
function withoutTimes({ claimedUntil: _, ...line }: LedgerEntry) {
  const then = (time: number | null) => (time === null ? null : "then");
  const { routedAt, firstAttemptAt, lastAttemptAt, settledAt, dueAt, history, ...rest } = line;
  return {
    ...rest,
    history: history.map(({ reason }) => ({ at: "then", reason })),
    ...{ routedAt: then(routedAt), firstAttemptAt: then(firstAttemptAt), lastAttemptAt: then(lastAttemptAt) },
    ...{ settledAt: then(settledAt), dueAt: then(dueAt) },
  };
}
