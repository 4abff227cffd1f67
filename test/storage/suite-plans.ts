/** Repairs of many: frozen as they were shown, and worked off in steps. */
import assert from "node:assert/strict";
import type { Plan, PlanFilter, PlannedRepair } from "../../src/storage/contract/plans.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { PLAN_PAGE } from "../../src/storage/rules/plans.ts";
import { reasonKind } from "../../src/storage/rules/reason-kind.ts";
import { ACTOR, act } from "../support/act.ts";
import {
  arrive,
  arriveTogether,
  type Case,
  DAY,
  dead,
  delivered,
  drain,
  HOUR,
  queueUsers,
  register,
  route,
  settle,
  skipped,
  stateOf,
  statusOf,
  stored,
  take,
  users,
  WHY,
} from "./suite-support.ts";

const KEPT = { retentionMs: null, rawRetentionMs: null, quarantineBytes: 1e9 } as const;

let plans = 0;
async function begin(storage: Storage, repair: PlannedRepair = "replay", filter: PlanFilter = {}): Promise<string> {
  plans += 1;
  return (await storage.beginPlan({ id: `plan-${plans}`, repair, filter, actor: ACTOR })).id;
}

/** Freezes to the end. Returns the plan, and in how many steps. */
async function freeze(storage: Storage, id: string): Promise<{ readonly plan: Plan; readonly steps: number }> {
  for (let steps = 1; steps < 100; steps += 1) {
    const plan = await storage.freezePlan(id);
    assert.ok(plan);
    if (plan.frozen) return { plan, steps };
  }
  throw new Error("freezing has no end");
}

async function frozen(storage: Storage, repair?: PlannedRepair, filter?: PlanFilter): Promise<Plan> {
  return (await freeze(storage, await begin(storage, repair, filter))).plan;
}

/** Works off to the end. */
async function workOff(storage: Storage, { id }: Pick<Plan, "id">, by = act()): Promise<Plan> {
  for (let steps = 0; steps < 100; steps += 1) {
    const step = await storage.workOffPlan(id, by);
    assert.ok(step);
    if (step.plan.done === step.plan.deliveries) return step.plan;
  }
  throw new Error("the plan has no end");
}

/** So many dead letters at `crm`, each of a person of its own. */
async function bury(storage: Storage, count: number): Promise<void> {
  await register(storage);
  await arriveTogether(
    storage,
    users("user", count).map((user, at) => ({ user, at })),
  );
  await route(storage);
  await drain(storage, dead, 1_000);
}

export const planCases: readonly Case[] = [
  {
    what: "a plan says what it would do before it does it, and then does just that",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      const [first] = await arrive(storage, ...users("user", 4).map((user) => ({ user })));
      await route(storage, ["crm", "partner"]);
      await settle(storage, await take(storage, 2), dead);
      await settle(storage, await take(storage, 1), delivered);
      await settle(storage, await take(storage, 3, 5, "partner"), ({ event }) => ({
        ...{ event: event.seq, to: "dead", class: event.id === first?.id ? "unmatched" : "expired", reason: WHY },
      }));
      const plan = await frozen(storage);
      const { id, at, endsAt, ...rest } = plan;
      assert.deepEqual(rest, {
        ...{ repair: "replay", filter: {}, actor: ACTOR, frozen: true, deliveries: 5, done: 0, changed: 0, left: [] },
        meant: [
          { connector: "crm", class: "rejected", count: 2 },
          { connector: "partner", class: "expired", count: 2 },
          { connector: "partner", class: "unmatched", count: 1 },
        ],
      });
      assert.equal(endsAt - at, DAY);
      assert.deepEqual([(await statusOf(storage)).dead, (await statusOf(storage, "partner")).dead], [2, 3]);
      const done = await workOff(storage, plan);
      assert.deepEqual([done.done, done.changed, done.left], [5, 5, []]);
      assert.deepEqual(await storage.plan(id), done);
      assert.deepEqual([(await statusOf(storage)).dead, (await statusOf(storage, "partner")).dead], [0, 0]);
      assert.deepEqual((await drain(storage)).map(({ generation }) => generation).toSorted(), [1, 2, 2]);
    },
  },
  {
    what: "a plan to discard puts away what it means",
    async prove({ storage }) {
      await bury(storage, 3);
      const done = await workOff(storage, await frozen(storage, "discard", { user: "user-1" }));
      assert.equal(done.changed, 1);
      assert.equal(await stateOf(storage, await stored(storage, { user: "user-1", at: 1 })), "discarded");
      assert.equal((await statusOf(storage)).dead, 2);
    },
  },
  ...(
    [
      [{ connector: "crm" }, 3],
      [{ connector: "partner" }, 3],
      [{ connector: "nobody" }, 0],
      [{ class: "rejected" }, 6],
      [{ class: "expired" }, 0],
      [{ user: "a" }, 4],
      [{ user: "A" }, 0],
      [{ user: "a", connector: "partner", class: "rejected" }, 2],
      [{ since: Date.now() + HOUR }, 0],
      [{ since: 1 }, 6],
      [{ until: 1 }, 0],
      [{ since: 1, until: Date.now() + HOUR }, 6],
    ] as const
  ).map(
    ([filter, deliveries]): Case => ({
      what: `a plan of ${JSON.stringify(filter).replace(/\d{5,}/, "later")} means ${deliveries}`,
      async prove({ storage }) {
        await register(storage);
        await register(storage, "partner");
        await arrive(storage, { user: "a" }, { user: "b", app: "1400000001" }, { user: "a", app: "1400000001" });
        await route(storage, ["crm", "partner"]);
        await drain(storage, dead);
        await drain(storage, dead, 10, "partner");
        assert.equal((await frozen(storage, "replay", filter)).deliveries, deliveries);
      },
    }),
  ),
  {
    what: `both freezing and working off go in steps of ${PLAN_PAGE}`,
    async prove({ storage }) {
      const count = 2 * PLAN_PAGE + 3;
      await bury(storage, count);
      const { plan, steps } = await freeze(storage, await begin(storage));
      assert.deepEqual([plan.deliveries, steps], [count, 3]);
      const by = act();
      const done: number[] = [];
      for (let n = 0; n < 3; n += 1) done.push((await storage.workOffPlan(plan.id, by))?.plan.done ?? 0);
      assert.deepEqual(done, [PLAN_PAGE, 2 * PLAN_PAGE, count]);
      assert.deepEqual(
        (await storage.audited({}, { limit: 10 })).map((row) => [row.id !== "", row.count]),
        [[true, count]],
      );
    },
  },
  {
    what: "a person's events are looked at in steps as well, however few of them were given up",
    async prove({ storage }) {
      const accounts = users("@TOA#_", 2 * PLAN_PAGE + 3);
      await register(storage);
      await arriveTogether(
        storage,
        accounts.map((account) => ({ user: "jared", account })),
      );
      const given = [accounts[0], accounts[PLAN_PAGE], accounts.at(-1)];
      await route(storage, ["crm"], ({ officialAccount }) => (given.includes(officialAccount) ? undefined : "not now"));
      await drain(storage, dead);
      const { plan, steps } = await freeze(storage, await begin(storage, "replay", { user: "jared" }));
      assert.deepEqual([plan.deliveries, steps], [3, 3]);
    },
  },
  {
    what: "what is given up after a plan was begun is not in it",
    async prove({ storage }) {
      await bury(storage, 2);
      const id = await begin(storage);
      await queueUsers(storage, "later");
      await drain(storage, dead);
      assert.equal((await freeze(storage, id)).plan.deliveries, 2);
    },
  },
  {
    what: "each is changed only in the state and the generation that it was frozen in; the rest is told with why",
    async prove({ storage }) {
      const names = ["as it was", "delivered", "waiting", "discarded", "again"];
      await register(storage);
      await queueUsers(storage, ...names);
      await drain(storage, dead);
      const plan = await frozen(storage);
      for (const user of ["delivered", "again"]) {
        await storage.replay({ user }, act());
        await settle(storage, await take(storage), user === "again" ? dead : delivered);
      }
      await storage.replay({ user: "waiting" }, act());
      await storage.discard({ user: "discarded" }, act());
      const step = await storage.workOffPlan(plan.id, act());
      assert.deepEqual([step?.plan.done, step?.plan.changed], [5, 1]);
      const why = (step?.left ?? []).map((one) => one.why).toSorted();
      assert.deepEqual(why, ["again", "delivered", "discarded", "waiting"]);
      const kept = (await storage.plan(plan.id))?.left ?? [];
      assert.deepEqual(
        kept.map((one) => [one.why, one.count, one.ids.length]).toSorted(),
        why.map((one) => [one, 1, 1]),
      );
      assert.equal((await statusOf(storage)).dead, 1);
    },
  },
  {
    what: "two who work off one plan at once change each once, and each row of the audit says its part",
    async prove({ storage }) {
      await bury(storage, PLAN_PAGE + 5);
      const { id } = await frozen(storage);
      const [ann, ben] = [act(), act({ actor: { name: "ben", front: "page", proven: true } })];
      await Promise.all([ann, ben, ann, ben].map((by) => storage.workOffPlan(id, by)));
      const plan = await storage.plan(id);
      assert.deepEqual([plan?.done, plan?.changed, plan?.left], [PLAN_PAGE + 5, PLAN_PAGE + 5, []]);
      const counts = (await storage.audited({}, { limit: 10 })).map(({ count }) => count);
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        PLAN_PAGE + 5,
      );
      assert.equal((await statusOf(storage)).waiting, PLAN_PAGE + 5);
    },
  },
  {
    what: "a plan that is not frozen to its end is not worked off",
    async prove({ storage }) {
      await bury(storage, 1);
      const id = await begin(storage);
      const step = await storage.workOffPlan(id, act());
      assert.deepEqual([step?.plan.frozen, step?.plan.done, step?.left], [false, 0, []]);
      assert.equal((await statusOf(storage)).dead, 1);
    },
  },
  {
    what: "a plan that is worked off stays to be asked, and does nothing more",
    async prove({ storage }) {
      await bury(storage, 2);
      const plan = await frozen(storage);
      const done = await workOff(storage, plan);
      await drain(storage, dead);
      assert.deepEqual(await storage.workOffPlan(plan.id, act()), { plan: done, left: [] });
      assert.equal((await statusOf(storage)).dead, 2);
    },
  },
  {
    what: "who begins a plan again under the same id finds it as it is",
    async prove({ storage }) {
      await bury(storage, 2);
      const plan = await frozen(storage);
      const { id, repair, filter, actor } = plan;
      assert.deepEqual(await storage.beginPlan({ id, repair, filter, actor }), plan);
    },
  },
  {
    what: "a plan goes on after the store was closed and opened again",
    needs: "reopen",
    async prove({ storage, reopen }) {
      await bury(storage, PLAN_PAGE + 2);
      const id = await begin(storage);
      await storage.freezePlan(id);
      const again = await reopen();
      const { plan } = await freeze(again, id);
      assert.equal(plan.deliveries, PLAN_PAGE + 2);
      await again.workOffPlan(id, act());
      const last = await reopen();
      assert.deepEqual((await last.plan(id))?.done, PLAN_PAGE);
      assert.equal((await workOff(last, plan)).changed, PLAN_PAGE + 2);
    },
  },
  {
    what: "plans are listed, the newest first; one that nobody has begun can be dropped, another not",
    async prove({ storage, moment }) {
      await bury(storage, 1);
      const ids: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        ids.unshift((await frozen(storage)).id);
        await moment();
      }
      const listed = async () => (await storage.plans()).map(({ id }) => id);
      assert.deepEqual(await listed(), ids);
      const [newest = "", middle = ""] = ids;
      await workOff(storage, { id: middle });
      for (const id of [newest, middle]) await storage.dropPlan(id);
      assert.deepEqual(await listed(), ids.slice(1));
      assert.equal(await storage.plan(newest), null);
      assert.equal(await storage.freezePlan(newest), null);
      assert.equal(await storage.workOffPlan(newest, act()), null);
    },
  },
  {
    what: "a plan is over after a day, and then goes with all that is in it",
    needs: "advance",
    async prove({ storage, advance }) {
      await bury(storage, PLAN_PAGE + 1);
      const { id } = await frozen(storage);
      await advance(DAY - 1);
      assert.notEqual(await storage.plan(id), null);
      await advance(1);
      assert.equal(await storage.plan(id), null);
      assert.equal(await storage.workOffPlan(id, act()), null);
      let rows = 0;
      for (let more = true; more; ) {
        const pruned = await storage.prune(KEPT);
        rows += pruned.rows;
        ({ more } = pruned);
      }
      assert.equal(rows, PLAN_PAGE + 2);
    },
  },
  {
    what: "plans that nobody begins make room for new ones, the oldest first; one that is begun stays",
    async prove({ storage, moment }) {
      await bury(storage, 1);
      const begun = await frozen(storage);
      await workOff(storage, begun);
      const idle: string[] = [];
      for (let n = 0; n < 52; n += 1) {
        idle.push(await begin(storage));
        await moment();
      }
      const left = (await storage.plans()).map(({ id }) => id);
      assert.deepEqual(left, [...idle.slice(2).toReversed(), begun.id]);
    },
  },
  {
    what: "a plan of one kind of reason means just that kind, whatever numbers and names stand in it",
    async prove({ storage }) {
      await register(storage);
      await arriveTogether(
        storage,
        users("user", 3).map((user, at) => ({ user, at })),
      );
      await route(storage);
      const words = ['property "a" of 17 is missing', 'property "b" of 4 is missing', "another reason"];
      for (const said of words)
        await settle(storage, await take(storage, 1), ({ event }) => ({
          ...{ event: event.seq, to: "dead", class: "rejected", reason: { words: said, status: 400 } },
        }));
      const reason = reasonKind({ words: words[0] ?? "", status: 400 });
      const done = await workOff(storage, await frozen(storage, "replay", { reason }));
      assert.deepEqual([done.deliveries, done.changed, (await statusOf(storage)).dead], [2, 2, 1]);
    },
  },
  {
    what: "a plan that names deliveries one by one has just those, and nothing joins it once it is frozen",
    async prove({ storage, questions }) {
      await bury(storage, 4);
      const { entries } = await questions.deliveries({ states: ["dead"] }, { limit: 10 });
      const [first, second, third] = entries;
      assert.ok(first && second && third);
      const id = await begin(storage, "replay", { ids: [first.id], more: 1 });
      assert.equal((await storage.plan(id))?.frozen, false);
      await storage.addToPlan(id, [first]);
      await storage.addToPlan(id, [second, { ...third, connector: "nobody" }]);
      const { plan } = await freeze(storage, id);
      assert.deepEqual(plan.meant, [{ connector: "crm", class: "rejected", count: 2 }]);
      assert.deepEqual(await storage.addToPlan(id, [third]), plan);
      assert.equal((await workOff(storage, plan)).changed, 2);
      assert.equal((await statusOf(storage)).dead, 2);
      const filtered = await begin(storage);
      assert.equal((await storage.addToPlan(filtered, [third]))?.deliveries, 0);
      assert.equal(await storage.addToPlan("none", [third]), null);
    },
  },
  {
    what: "whoever looks at a plan sees it as it is, and what of it has changed since it was frozen",
    async prove({ storage, questions }) {
      await bury(storage, 3);
      const plan = await frozen(storage);
      assert.deepEqual(await questions.plan(plan.id), plan);
      assert.deepEqual(await questions.plans(), [plan]);
      assert.equal(await questions.plan("none"), null);
      assert.deepEqual((await questions.planChanges(plan.id, { limit: 10 })).entries, []);
      await workOff(storage, await frozen(storage, "replay", { user: "user-1" }));
      await settle(storage, await take(storage, 1), delivered);
      await workOff(storage, await frozen(storage, "discard", { user: "user-2" }));
      const { entries, looked, next } = await questions.planChanges(plan.id, { limit: 10 });
      assert.deepEqual([entries.toSorted(), looked, next], [["delivered", "discarded"], 3, null]);
      const first = await questions.planChanges(plan.id, { limit: 1 });
      const rest = await questions.planChanges(plan.id, { limit: 9, after: first.next ?? "" });
      assert.deepEqual([...first.entries, ...rest.entries].toSorted(), ["delivered", "discarded"]);
      await workOff(storage, plan);
      assert.deepEqual((await questions.planChanges(plan.id, { limit: 10 })).entries, [], "nothing is left to be done");
    },
  },
  {
    what: "what a connector does not send is never in a plan",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      await settle(storage, await take(storage, 1), skipped);
      await settle(storage, await take(storage, 1), delivered);
      assert.equal((await frozen(storage)).deliveries, 0);
    },
  },
];
