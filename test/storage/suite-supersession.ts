/** State writes that a newer wish has overtaken. */
import assert from "node:assert/strict";
import type { StoredEvent } from "../../src/storage/contract/callbacks.ts";
import {
  arrive,
  assertNothing,
  type Case,
  dead,
  delivered,
  drain,
  entry,
  type Happening,
  HOUR,
  later,
  queue,
  register,
  route,
  settle,
  stateOf,
  statusOf,
  stored,
  take,
  timesOf,
} from "./suite-support.ts";

const STATE = { writes: "state" } as const;

/** What is done with the newer event before the older one is looked at. */
type Fate = "routed" | "skipped" | "unrouted";

interface Situation {
  readonly what: string;
  readonly older: Omit<Happening, "user">;
  readonly newer: Omit<Happening, "user"> & { readonly user?: string };
  readonly newerIs?: Fate;
  readonly overtaken: boolean;
}

const at = 1;
const later_ = 2;
const gone = { kind: "unsubscribed" } as const;
const back = { kind: "subscribed" } as const;

const SITUATIONS: readonly Situation[] = [
  {
    what: "a later wish of another kind overtakes",
    older: { ...gone, at },
    newer: { ...back, at: later_ },
    overtaken: true,
  },
  {
    what: "a later wish of the same kind overtakes",
    older: { ...gone, at },
    newer: { ...gone, at: later_ },
    overtaken: true,
  },
  {
    what: "at one time `unsubscribed` overtakes `subscribed`",
    older: { ...back, at },
    newer: { ...gone, at },
    overtaken: true,
  },
  {
    what: "at one time `subscribed` does not overtake `unsubscribed`",
    older: { ...gone, at },
    newer: { ...back, at },
    overtaken: false,
  },
  {
    what: "an earlier wish overtakes nothing",
    older: { ...gone, at: later_ },
    newer: { ...back, at },
    overtaken: false,
  },
  {
    what: "another official account overtakes nothing",
    older: { at },
    newer: { at: later_, account: "@TOA#_b" },
    overtaken: false,
  },
  { what: "another app overtakes nothing", older: { at }, newer: { at: later_, app: "2" }, overtaken: false },
  { what: "another person overtakes nothing", older: { at }, newer: { at: later_, user: "other" }, overtaken: false },
  {
    what: "the same kind overtakes nothing when it is skipped",
    older: { at },
    newer: { at: later_ },
    newerIs: "skipped",
    overtaken: false,
  },
  {
    what: "the same kind overtakes nothing before it is routed",
    older: { at },
    newer: { at: later_ },
    newerIs: "unrouted",
    overtaken: false,
  },
  {
    what: "another kind overtakes even when it is skipped",
    older: { ...gone, at },
    newer: { ...back, at: later_ },
    newerIs: "skipped",
    overtaken: true,
  },
  {
    what: "another kind overtakes even before it is routed",
    older: { ...gone, at },
    newer: { ...back, at: later_ },
    newerIs: "unrouted",
    overtaken: true,
  },
];

export const supersessionCases: readonly Case[] = [
  ...SITUATIONS.map(proofOf),
  {
    what: "what was overtaken is settled, never sent, and the claim says how many there were",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const [older] = await queue(storage, { user: "a", at }, { user: "a", ...back, at: later_ }, { user: "b" });
      assert.ok(older);
      const claim = await take(storage);
      assert.equal(claim.superseded, 1);
      assert.equal(claim.deliveries.length, 2);
      const line = await entry(storage, older);
      assert.equal(line.state, "superseded");
      assert.equal(line.attempts, 0);
      assert.equal(line.dueAt, null);
      assert.ok(line.settledAt);
    },
  },
  {
    what: "facts are not overtaken: each one counts",
    async prove({ storage }) {
      await register(storage, "crm", { writes: "fact" });
      await queue(storage, { user: "a", at: 1 }, { user: "a", ...back, at: 2 }, { user: "a", at: 3 });
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 2, 3]);
    },
  },
  {
    what: "of a long row of changes only the last is sent",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const row = Array.from({ length: 50 }, (_, n) => ({
        user: "a",
        at: n,
        kind: n % 2 ? ("subscribed" as const) : gone.kind,
      }));
      await queue(storage, ...row.toReversed());
      const claim = await take(storage);
      assert.deepEqual([timesOf(claim), claim.superseded], [[49], 49]);
      assert.equal((await statusOf(storage)).waiting, 1);
      await settle(storage, claim, delivered);
      assert.equal((await statusOf(storage)).waiting, 0);
    },
  },
  {
    what: "an older wish that comes after the newer was delivered is not sent",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      await queue(storage, { user: "a", ...back, at: later_ });
      await drain(storage);
      const [older] = await queue(storage, { user: "a", at });
      assert.ok(older);
      assert.deepEqual(await drain(storage), []);
      assert.equal(await stateOf(storage, older), "superseded");
    },
  },
  {
    what: "a newer wish that is dead still overtakes: the older one is no longer true",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      await queue(storage, { user: "a", at: later_ });
      await drain(storage, dead);
      await queue(storage, { user: "a", at });
      assert.deepEqual(await drain(storage), []);
    },
  },
  {
    what: "a newer wish does not wait for the retry of the one that it overtakes",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const [older] = await queue(storage, { user: "a", at });
      assert.ok(older);
      await settle(storage, await take(storage), later(6 * HOUR, "slow"));
      await queue(storage, { user: "a", ...back, at: later_ });
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [later_]);
      assert.equal(await stateOf(storage, older), "superseded");
    },
  },
  {
    what: "what stood behind one that was overtaken goes, and before the newer wish",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      await queue(storage, { user: "a", at: 1 });
      await settle(storage, await take(storage), later(6 * HOUR));
      await queue(storage, { user: "a", account: "@TOA#_b", at: 2 });
      assertNothing(await take(storage));
      await queue(storage, { user: "a", ...back, at: 3 });
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [2, 3]);
    },
  },
  {
    what: "a newer wish waits while the older one is under way",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      await queue(storage, { user: "a", at });
      const claim = await take(storage);
      await queue(storage, { user: "a", ...back, at: later_ });
      assertNothing(await take(storage));
      await settle(storage, claim, delivered);
      assert.deepEqual(timesOf(await take(storage)), [later_]);
    },
  },
  {
    what: "an older wish that failed while a newer one came is not sent again",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const [older] = await queue(storage, { user: "a", at });
      assert.ok(older);
      const claim = await take(storage);
      await queue(storage, { user: "a", ...back, at: later_ });
      await settle(storage, claim, later(0));
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [later_]);
      assert.equal(await stateOf(storage, older), "superseded");
      assert.equal((await entry(storage, older)).attempts, 1);
    },
  },
  {
    what: "a newer wish that stood behind an older one under way does not wait for its retry",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const [older] = await queue(storage, { user: "a", at });
      assert.ok(older);
      const claim = await take(storage);
      await queue(storage, { user: "a", ...back, at: later_ });
      assertNothing(await take(storage));
      await settle(storage, claim, later(6 * HOUR, "slow"));
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [later_]);
      assert.equal(await stateOf(storage, older), "superseded");
    },
  },
  {
    what: "another official account's earlier event still goes first",
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      await queue(
        storage,
        { user: "a", account: "@TOA#_b", at: 1 },
        { user: "a", at: 2 },
        { user: "a", ...back, at: 3 },
      );
      assert.deepEqual(timesOf({ deliveries: await drain(storage) }), [1, 3]);
    },
  },
];

function proofOf({ what, older, newer, newerIs = "routed", overtaken }: Situation): Case {
  return {
    what: `${what}`,
    async prove({ storage }) {
      await register(storage, "crm", STATE);
      const first: Happening = { user: "a", ...older };
      const second: Happening = { user: "a", ...newer };
      await arrive(storage, first);
      await route(storage);
      const [newerEvent] = await arrive(storage, second);
      assert.ok(newerEvent);
      const wanted = (event: StoredEvent) => (event.seq === newerEvent.seq ? "not wanted" : undefined);
      if (newerIs === "routed") await route(storage);
      if (newerIs === "skipped") await route(storage, ["crm"], wanted);
      const given = (await drain(storage)).map(({ event }) => event.id);
      const olderEvent = await stored(storage, first);
      assert.equal(given.includes(olderEvent.id), !overtaken);
      assert.equal(await stateOf(storage, olderEvent), overtaken ? "superseded" : "delivered");
    },
  };
}
