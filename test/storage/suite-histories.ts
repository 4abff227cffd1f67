/** Random histories of one connector, against the model: order, supersession, claims, and that nobody is forgotten. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Claim } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { timesHere } from "../support/on-bun.ts";
import { type Model, type Modelled, openModel } from "./model.ts";
import {
  arrive,
  carry,
  dead,
  delivered,
  HOUR,
  later,
  type OpenStore,
  register,
  route,
  statusOf,
  stored,
  take,
} from "./suite-support.ts";

const VERDICTS = { delivered, dead, now: later(0), later: later(HOUR) };

const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("arrive" as const),
      user: fc.constantFrom("ann", "bob"),
      at: fc.integer({ min: 0, max: 6 }),
      kind: fc.constantFrom("unsubscribed" as const, "subscribed" as const),
      account: fc.constantFrom("@TOA#_a", "@TOA#_b"),
      /** Most deliveries that are claimed along with it; 0: it goes the long way. */
      carried: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("take" as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      which: fc.nat(),
      verdict: fc.constantFrom(...(Object.keys(VERDICTS) as (keyof typeof VERDICTS)[])),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("discard" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replay" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("retryNow" as const) }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  readonly storage: Storage;
  /** A command beside the bridge: another process, where there can be one. */
  readonly beside: Storage;
  readonly model: Model;
  readonly claims: Map<number, Claim>;
}

export function historySuite(
  name: string,
  open: () => Promise<Omit<OpenStore, "questions"> & { beside?: Storage }>,
  runs = 60,
): void {
  describe(`${name}: histories`, () => {
    for (const writes of ["state", "fact"] as const) {
      test(`whatever happens, ${writes} writes keep their order, and all that may go goes`, async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 40 }), async (commands) => {
            const store = await open();
            try {
              const { storage, beside = storage } = store;
              await register(storage, "crm", { writes });
              const played: Played = { storage, beside, model: openModel(writes), claims: new Map() };
              for (const one of commands) await play(played, one);
              await end(played);
            } finally {
              await store.close();
            }
          }),
          { numRuns: timesHere(runs), endOnFailure: false },
        );
      });
    }
  });
}

async function play(played: Played, one: Command): Promise<void> {
  const { storage, beside, model } = played;
  switch (one.do) {
    case "arrive": {
      if (one.carried > 0) return arriveCarried(played, one);
      const [event] = await arrive(storage, one);
      await route(storage);
      if (event !== undefined) model.add(event);
      return;
    }
    case "take":
      await takeChecked(played, one.limit);
      return;
    case "settle": {
      const held = heldBy(played, one.which);
      if (held === undefined) return;
      const { claim, modelled } = held;
      const settlement = VERDICTS[one.verdict](deliveryOf(claim, modelled));
      const { connector, token } = claim;
      const result = await storage.settle({ connector: connector.name, token, settlements: [settlement] });
      // a person may have discarded it meanwhile
      const lost = modelled.state === "waiting" ? [] : [modelled.event.seq];
      assert.deepEqual(result.tag === "settled" && result.lost, lost);
      modelled.claim = undefined;
      if (lost.length > 0) return;
      if (settlement.to === "waiting") modelled.due = settlement.delayMs === 0;
      else if (settlement.to !== "skipped") modelled.state = settlement.to;
      if (result.tag === "settled" && result.waitMs === null) assertNothingMayGo(model);
      return;
    }
    case "release": {
      const held = heldBy(played, one.which);
      if (held === undefined) return;
      await storage.release("crm", held.claim.token, [held.modelled.event.seq]);
      held.modelled.claim = undefined;
      return;
    }
    case "discard": {
      const some = [...model.all.values()].filter(({ state }) => state === "waiting" || state === "dead");
      const modelled = some[one.which % Math.max(1, some.length)];
      if (modelled === undefined) return;
      assert.equal((await beside.discard({ ids: [`${modelled.event.id}:crm`] }, act())).changed, 1);
      modelled.state = "discarded";
      return;
    }
    case "replay": {
      const letters = [...model.all.values()].filter(({ state }) => state === "dead");
      assert.equal((await beside.replay({}, act())).changed, letters.length);
      for (const letter of letters) Object.assign(letter, { state: "waiting", due: true });
      return;
    }
    case "retryNow":
      await beside.retryNow("crm", act());
      for (const modelled of model.all.values()) modelled.due = true;
  }
}

/** The short way: what is claimed along with it is checked as a take. */
async function arriveCarried(played: Played, one: Extract<Command, { do: "arrive" }>): Promise<void> {
  const { storage, model } = played;
  const carried = await carry(storage, [one], { limit: one.carried });
  model.add(await stored(storage, one));
  assert.equal(carried.isBehind, false);
  for (const claim of carried.claims) await check(played, claim);
}

async function takeChecked(played: Played, limit: number): Promise<Claim> {
  return check(played, await take(played.storage, limit));
}

/** Checks every delivery of a take, what was superseded, and that nothing was forgotten. */
async function check({ storage, model, claims }: Played, claim: Claim): Promise<Claim> {
  await noteSuperseded(storage, model);
  for (const { event } of claim.deliveries) {
    const modelled = model.all.get(event.seq);
    assert.ok(
      modelled !== undefined && model.mayGo(modelled),
      `${event.user}'s event at ${event.eventTime} came early`,
    );
    modelled.claim = claims.size;
  }
  claims.set(claims.size, claim);
  const comesAgain = claim.superseded > 0 || claim.waitMs === 0;
  if (!comesAgain) assertNothingMayGo(model);
  return claim;
}

function assertNothingMayGo(model: Played["model"]): void {
  assert.deepEqual(
    [...model.all.values()].filter(model.mayGo).map(({ event }) => event),
    [],
  );
}

/** Only what the model calls overtaken, and nothing that was under way. */
async function noteSuperseded(storage: Storage, model: Model): Promise<void> {
  for (const { event } of await storage.deliveries({ states: ["superseded"] }, { limit: 1_000 })) {
    const modelled = model.all.get(event.seq);
    assert.ok(modelled !== undefined && model.overtaken(modelled) && modelled.claim === undefined);
    modelled.state = "superseded";
  }
}

function heldBy({ model, claims }: Played, which: number): { claim: Claim; modelled: Modelled } | undefined {
  const held = [...model.all.values()].filter(({ claim }) => claim !== undefined);
  const modelled = held[which % Math.max(1, held.length)];
  const claim = modelled?.claim === undefined ? undefined : claims.get(modelled.claim);
  return modelled === undefined || claim === undefined ? undefined : { claim, modelled };
}

function deliveryOf(claim: Claim, { event }: Modelled) {
  const delivery = claim.deliveries.find((one) => one.event.seq === event.seq);
  assert.ok(delivery);
  return delivery;
}

/** All is given back, all is due: everything that waits goes out, and the counts agree. */
async function end(played: Played): Promise<void> {
  const { model, storage } = played;
  for (let held = heldBy(played, 0); held !== undefined; held = heldBy(played, 0)) {
    await play(played, { do: "release", which: 0 });
  }
  await play(played, { do: "retryNow" });
  for (let idle = 0; idle < 10; idle += 1) {
    const claim = await takeChecked(played, 3);
    for (const _ of claim.deliveries) await play(played, { do: "settle", which: 0, verdict: "delivered" });
    if (claim.deliveries.length > 0) idle = 0;
    else if (claim.superseded === 0 && claim.waitMs !== 0) break;
  }
  const states = new Map([...model.all.values()].map(({ event, state }) => [event.id, state]));
  const ledger = await storage.deliveries({}, { limit: 1_000 });
  assert.deepEqual(new Map(ledger.map(({ event, state }) => [event.id, state])), states);
  assert.equal((await statusOf(storage)).waiting, 0);
  assert.equal((await statusOf(storage)).dead, ledger.filter(({ state }) => state === "dead").length);
}
