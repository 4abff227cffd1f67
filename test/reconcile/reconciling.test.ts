/** The loop: what it waits for, what it says to the store, and how it ends. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ACCOUNT_DESTROYED } from "../../src/callback.ts";
import { type ReconcilingOptions, startReconciling } from "../../src/reconcile/reconciling.ts";
import type { RosterScope } from "../../src/storage/contract/accounts.ts";
import type { NotedPage } from "../../src/storage/contract/passes.ts";
import { act } from "../support/act.ts";
import { eventually } from "../support/eventually.ts";
import { HOUR, NEWS, type Rig, SETTINGS, withRig } from "./support.ts";

function start(rig: Rig, change: Partial<ReconcilingOptions> = {}) {
  const { log, facts, clock, chat, giveWay } = rig.parts();
  const scopes = [{ app: rig.app, account: NEWS }];
  return startReconciling({
    ...{ storage: rig.storage, log, facts, clock, giveWay },
    settings: () => ({ ...SETTINGS, scopes, every: 6 * HOUR }),
    ...{ chatOf: () => chat, ownSpool: () => false, lost: () => 0 },
    ...change,
  });
}

const donePasses = async ({ storage }: Rig) =>
  (await storage.passes({ limit: 100 })).filter(({ state }) => state === "done").length;

describe("the loop of reconciling", () => {
  it("runs a first pass at once, and the next when something has happened, a quarter of an hour later at least", () =>
    withRig({}, async (rig) => {
      await rig.chat.subscribe(NEWS, ["ann", "bob"]);
      const reconciling = start(rig);
      await eventually(async () => (await donePasses(rig)) === 1);
      await rig.chat.unsubscribe(NEWS, "bob");
      await rig.turn(10_000);
      reconciling.want();
      await eventually(() => rig.facts.waiting === undefined);
      await rig.turn(HOUR);
      reconciling.want();
      await eventually(async () => (await donePasses(rig)) === 2);
      assert.deepEqual(await rig.story("bob"), ["healed unsubscribed"]);
      await reconciling.stop();
    }));

  it("runs one that somebody wants within moments, sooner than a quarter of an hour, and heals in their name", () =>
    withRig({}, async (rig) => {
      await rig.chat.subscribe(NEWS, ["ann", "bob"]);
      const reconciling = start(rig);
      await eventually(async () => (await donePasses(rig)) === 1);
      await rig.chat.unsubscribe(NEWS, "bob");
      await rig.turn(2 * 60_000);
      const wished = act({ operation: "reconcile_run" });
      await rig.storage.wishPasses([{ app: rig.app, account: NEWS }], wished);
      await eventually(async () => (await donePasses(rig)) === 2);
      assert.deepEqual(await rig.story("bob"), ["healed unsubscribed"]);
      assert.deepEqual(await rig.storage.passWishes(), []);
      const [row] = await rig.storage.audited({ operation: "reconcile_run" }, { limit: 2 });
      assert.deepEqual([row?.count, row?.actor], [1, wished.actor]);
      await reconciling.stop();
    }));

  it("begins none while callbacks wait in the spool, or to be read", () =>
    withRig({}, async (rig) => {
      await rig.chat.subscribe(NEWS, "ann");
      let spools = true;
      const body = new TextEncoder().encode("{}");
      const callback = { app: rig.app, command: "x", platform: "", clientIp: "", receivedAt: rig.now() - 1, body };
      await rig.storage.accept({ callbacks: [callback], quarantine: [] });
      const reconciling = start(rig, { ownSpool: () => spools });
      await eventually(() => rig.facts.waiting === "callbacks wait in the spool");
      spools = false;
      reconciling.wake();
      await eventually(() => rig.facts.waiting === "callbacks wait to be read");
      assert.deepEqual(await rig.storage.passes({ limit: 1 }), []);
      const [unread] = await rig.storage.unread(1);
      await rig.storage.expand([{ callback: unread?.seq ?? 0, events: [], quarantine: [] }]);
      reconciling.wake();
      await eventually(async () => (await donePasses(rig)) === 1);
      await reconciling.stop();
    }));

  it("says to the store whose rosters are wanted, and that none are where nothing is to be reconciled", () =>
    withRig({}, async (rig) => {
      const said: (readonly RosterScope[] | null)[] = [];
      const storage = {
        ...rig.storage,
        async keepRoster(scopes: readonly RosterScope[] | null) {
          said.push(scopes);
          await rig.storage.keepRoster(scopes);
        },
      };
      let isOn = true;
      const scopes = [{ app: rig.app, account: null }];
      const settings = () => (isOn ? { ...SETTINGS, scopes, every: HOUR } : undefined);
      const reconciling = start(rig, { storage, settings });
      await eventually(() => said.length === 1);
      isOn = false;
      reconciling.wake();
      await eventually(() => said.length === 2);
      assert.deepEqual(said, [scopes, null]);
      await reconciling.stop();
    }));

  it("ends while Chat does not answer, and leaves the pass to be continued", () =>
    withRig({}, async (rig) => {
      await rig.chat.subscribe(NEWS, "ann");
      rig.chat.fail("hang", { when: ({ path }) => path.includes("get_subscriber_info") });
      const reconciling = start(rig);
      await rig.chat.hung();
      await reconciling.stop();
      const [pass] = await rig.storage.passes({ limit: 1 });
      assert.equal(pass?.state, "reading");
      assert.equal(rig.facts.passes.stopped, 1);
    }));

  it("goes on after a store that did not answer", () =>
    withRig({}, async (rig) => {
      await rig.chat.subscribe(NEWS, "ann");
      let fails = 1;
      const storage = {
        ...rig.storage,
        async notePage(page: NotedPage) {
          fails -= 1;
          if (fails >= 0) throw new Error("the store does not answer");
          return rig.storage.notePage(page);
        },
      };
      const reconciling = start(rig, { storage });
      await eventually(() => rig.lines.some(({ fact }) => fact === "reconcile.interrupted"));
      await rig.turn(2 * 60_000);
      reconciling.wake();
      await eventually(async () => (await donePasses(rig)) === 1);
      await reconciling.stop();
    }));

  it("asks about an account at once that a callback calls destroyed, and goes by what Chat says of it", () =>
    withRig({}, async (rig) => {
      await rig.chat.subscribe(NEWS, "ann");
      const reconciling = start(rig);
      await eventually(async () => (await donePasses(rig)) === 1);
      await rig.turn(HOUR);
      const body = { CallbackCommand: ACCOUNT_DESTROYED, Official_Account: NEWS, Owner_Account: "x", Name: "x" };
      const notice = { app: rig.app, command: ACCOUNT_DESTROYED, platform: "", clientIp: "", receivedAt: rig.now() };
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      await rig.storage.accept({ callbacks: [{ ...notice, body: bytes }], quarantine: [] });
      reconciling.wake();
      await eventually(async () => (await donePasses(rig)) === 2);
      assert.deepEqual(await rig.story("ann"), []);
      await rig.turn(HOUR);
      reconciling.wake();
      await eventually(() => rig.facts.waiting === undefined);
      await reconciling.stop();
      assert.equal(await donePasses(rig), 2, "each is heard once");
    }));
});
