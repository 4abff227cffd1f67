/** Decisions about people who are held: never about more of them than were shown. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { discardHeld, heldOf, type MissingGroup } from "../../src/operations/reconciling/missing.ts";
import { releaseHeld } from "../../src/reconcile/release.ts";
import { HOUR, MINUTE, NEWS, type Rig, withRig } from "../reconcile/support.ts";
import { act } from "../support/act.ts";

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
  const shown = await heldOf(rig.storage, { account: NEWS });
  await unheard("bob");
  return shown;
}

const held = async (rig: Rig) => (await rig.missing("held")).map(({ user }) => user);

describe("what was shown of those who are held", () => {
  it("is all that is discarded: who is held since stays", () =>
    withRig({ settings: SETTINGS }, async (rig) => {
      const shown = await shownThenMore(rig);
      assert.deepEqual(await held(rig), ["ann", "bob"]);
      assert.equal(await discardHeld(rig.storage, shown, act({ operation: "reconcile_discard" })), 1);
      assert.deepEqual(await held(rig), ["bob"]);
    }));

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
