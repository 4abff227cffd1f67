/** Decisions about people who are held: never about more of them than were shown. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { discardHeld, heldOf, type MissingGroup } from "../../src/operations/reconciling/missing.ts";
import { runByBridge } from "../../src/operations/reconciling/run-by-bridge.ts";
import { releaseHeld } from "../../src/reconcile/release.ts";
import type { KnownBridge } from "../../src/storage/contract/presence.ts";
import { openQuestionsBeside } from "../../src/storage/open-questions.ts";
import { HOUR, MINUTE, NEWS, type Rig, withRig } from "../reconcile/support.ts";
import { act } from "../support/act.ts";
import { eventually } from "../support/eventually.ts";

const BRIDGE: KnownBridge = {
  ...{ id: "a", host: "h", process: 1, version: "0", since: 0, seenAt: 0, endedAt: null, serves: true },
  configuration: { file: "f", hash: "h", reconciles: true },
};

const SETTINGS = { holdAbove: { people: 0, share: 1 } };

/** `ann` was held when somebody looked; `bob` is held since. */
async function shownThenMore(rig: Rig): Promise<readonly MissingGroup[]> {
  const unheard = async (user: string) => {
    await rig.chat.unsubscribe(NEWS, user, { unheard: true });
    await rig.turn(HOUR);
    await rig.pass();
  };
  await rig.subscribe("ann", "bob", "eve");
  await rig.turn(MINUTE);
  await rig.pass();
  await unheard("ann");
  const questions = openQuestionsBeside({ url: "sqlite::memory:", schema: "", prepare: true }, rig.storage);
  const shown = await heldOf(questions, { account: NEWS });
  await unheard("bob");
  return shown;
}

const held = async (rig: Rig) => (await rig.missing("held")).map(({ user }) => user);

describe("a bridge that is asked to compare", () => {
  const isThere = { bridges: async () => [BRIDGE] };
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const of = ({ app }: Rig) => [{ app, account: NEWS }];

  it("is heard when it has ended: what is not begun is wished no more", () =>
    withRig({}, async (rig) => {
      const questions = { bridges: async () => [] };
      const ends = await runByBridge({ storage: rig.storage, questions }, of(rig), act(), options);
      assert.match(JSON.stringify(ends), /the bridge has ended/);
      assert.deepEqual(await rig.storage.passWishes(), []);
    }));

  it("is told by how its pass ends, not by one that was under way before", () =>
    withRig({}, async (rig) => {
      await rig.subscribe("ann");
      await rig.pass();
      await rig.turn(MINUTE);
      const running = runByBridge({ storage: rig.storage, questions: isThere }, of(rig), act(), options);
      await eventually(async () => (await rig.storage.passWishes()).length === 1);
      rig.chat.lie(NEWS, 9);
      await rig.pass();
      const [first] = await running;
      assert.equal(first?.end.tag, "void");
    }));

  it("is asked no more by whoever has gone", () =>
    withRig({}, async (rig) => {
      const stopping = new AbortController();
      const signals = { ...options, signal: stopping.signal };
      const running = runByBridge({ storage: rig.storage, questions: isThere }, of(rig), act(), signals);
      await eventually(async () => (await rig.storage.passWishes()).length === 1);
      stopping.abort();
      assert.deepEqual(
        (await running).map(({ end }) => end.tag),
        ["stopped"],
      );
      assert.deepEqual(await rig.storage.passWishes(), []);
    }));
});

describe("what was shown of those who are held", () => {
  it("is all that is discarded: who is held since stays", () =>
    withRig({ settings: SETTINGS }, async (rig) => {
      const shown = await shownThenMore(rig);
      assert.deepEqual(await held(rig), ["ann", "bob"]);
      assert.equal(await discardHeld(rig.storage, shown, act({ operation: "reconcile_discard" })), 1);
      assert.deepEqual(await held(rig), ["bob"]);
    }));

  it("is taken off in steps, between which whoever waits for the store has his turn", async () => {
    const turns: boolean[] = [];
    let hadTurn = true;
    const storage = {
      discardMissing: async (_filter: unknown, _act: unknown, from: string | null) => {
        turns.push(hadTurn);
        hadTurn = false;
        setTimeout(() => {
          hadTurn = true;
        });
        return { discarded: 1, next: from === null ? "1" : from === "1" ? "2" : null };
      },
    };
    const group = { app: "1", account: NEWS, state: "held", pass: "p", people: 3 } as const;
    assert.equal(await discardHeld(storage, [group], act({ operation: "reconcile_discard" })), 3);
    assert.deepEqual(turns, [true, true, true]);
  });

  it("is all that is released: who is held since is not sent", () =>
    withRig({ settings: SETTINGS }, async (rig) => {
      const passes = (await shownThenMore(rig)).map(({ pass }) => pass);
      const isMeant = ({ pass }: { readonly pass: string }) => passes.includes(pass);
      const released = await releaseHeld(rig.parts(), { app: rig.app, account: NEWS }, { isMeant });
      assert.ok(released.tag === "released" && released.people.healed === 1, JSON.stringify(released));
      assert.deepEqual(await held(rig), ["bob"]);
      assert.deepEqual(await rig.story("bob"), ["subscribed"]);
    }));
});
