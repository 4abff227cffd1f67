/** Random histories of callbacks, outcomes, crashes and restarts against a real store; then the promises are checked. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Delivery } from "../../src/connector.ts";
import { act } from "../support/act.ts";
import { type Engine, openEngine } from "../support/engine.ts";
import { timesHere } from "../support/on-bun.ts";
import { type Script, script, scriptedConfig, type Word } from "../support/scripted.ts";

type Step =
  | {
      readonly do: "callback";
      readonly users: readonly string[];
      readonly account: string;
      readonly at: number;
      readonly subscribed: boolean;
    }
  | { readonly do: "say"; readonly user: string; readonly word: Word | undefined }
  | { readonly do: "sayAll"; readonly word: Word | undefined }
  | { readonly do: "pause" }
  | { readonly do: "crash" };

const USERS = ["ann", "bob", "cho", "dee"];
const user = fc.constantFrom(...USERS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("callback" as const),
      users: fc.uniqueArray(user, { minLength: 1 }),
      account: fc.constantFrom("@TOA#_a", "@TOA#_b"),
      at: fc.integer({ min: 0, max: 20 }),
      subscribed: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      user,
      word: fc.constantFrom<Word | undefined>("RETRY", "FORGET", "NONSENSE", "UNMATCHED", "THROW", undefined),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("sayAll" as const),
      word: fc.constantFrom<Word | undefined>("UNAVAILABLE", "CREDENTIALS", "REJECT", undefined),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "pause" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
);

const CONNECTORS = ["state", "fact"] as const;

/** Runs a history, then lets every destination recover. Returns what was acknowledged and what arrived. */
async function run(steps: readonly Step[]) {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-"));
  const path = join(folder, "bridge.db");
  const scripts: Record<(typeof CONNECTORS)[number], Script> = {
    state: script({ writes: "state", largestBatch: 3 }),
    fact: script({ writes: "fact", largestBatch: 2, concurrency: 2 }),
  };
  const configs = CONNECTORS.map((name) =>
    scriptedConfig(name, scripts[name], { events: ["unsubscribed", "subscribed"] }),
  );
  const acknowledged = new Map<string, Extract<Step, { do: "callback" }>>();
  let engine: Engine = await openEngine(configs, { path });
  try {
    for (const one of steps) {
      if (one.do === "callback") {
        const tell = one.subscribed ? engine.subscribe : engine.unsubscribe;
        await tell(one.users, { eventTime: one.at, account: one.account });
        for (const name of one.users) acknowledged.set(keyOf(name, one.account, one.at, one.subscribed), one);
      } else if (one.do === "say") for (const each of CONNECTORS) scripts[each].say(one.user, one.word);
      else if (one.do === "sayAll") for (const each of CONNECTORS) scripts[each].sayAll(one.word);
      else if (one.do === "pause") await engine.routed();
      else {
        await engine.crash();
        engine = await openEngine(configs, { path });
      }
    }
    for (const each of CONNECTORS) {
      scripts[each].sayAll(undefined);
      for (const name of USERS) scripts[each].say(name, undefined);
    }
    await engine.routed();
    await engine.settled(async () => {
      // what was under way when the destinations recovered may still fail: as a person would, say so again
      for (const each of CONNECTORS) {
        await engine.storage.resume(each, act());
        await engine.storage.retryNow(each, act());
      }
    });
    const letters = await engine.storage.unjournaled(1_000);
    const ledger = await engine.storage.deliveries({}, { limit: 10_000 });
    return { acknowledged, scripts, letters, ledger };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const keyOf = (name: string, account: string, at: number, subscribed: boolean) =>
  `${name} ${account} ${at} ${subscribed}`;
const keyOfDelivery = ({ event }: Delivery) =>
  keyOf(event.user, event.officialAccount, event.eventTime % 1_000, event.kind === "subscribed");

describe("whatever happens", () => {
  it("every acknowledged user reaches every destination, in order, and the newest wish stands last", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const { acknowledged, scripts, letters, ledger } = await run(steps);
        const dead = new Set(letters.map(({ connector, event }) => `${connector} ${event.id}`));

        // promise 1: each is in the ledger of each connector, exactly once
        assert.equal(ledger.length, acknowledged.size * CONNECTORS.length);
        // a rejection beside a success is a verdict of the script's; nothing else may end a delivery
        for (const { connector, event, state } of ledger) {
          if (state === "dead") assert.ok(dead.has(`${connector} ${event.id}`));
          else
            assert.ok(
              state === "delivered" || (state === "superseded" && connector === "state"),
              `${connector} ${state}`,
            );
        }
        // promise 2: what the ledger calls delivered, the destination has acknowledged
        for (const each of CONNECTORS) {
          const arrived = new Set(scripts[each].delivered.map(({ id }) => id));
          for (const entry of ledger) {
            if (entry.connector === each && entry.state === "delivered") assert.ok(arrived.has(entry.id), entry.id);
          }
        }
        // promise 5: the state that a destination has last is the newest that was delivered to it
        const last = new Map<string, Delivery>();
        for (const delivery of scripts.state.delivered) {
          const { app, officialAccount, user: name, eventTime } = delivery.event;
          const key = `${app} ${officialAccount} ${name}`;
          const before = last.get(key);
          if (before !== undefined)
            assert.ok(eventTime >= before.event.eventTime, `${keyOfDelivery(delivery)} after ${keyOfDelivery(before)}`);
          last.set(key, delivery);
        }
      }),
      { numRuns: timesHere(25), endOnFailure: false },
    );
  });
});
