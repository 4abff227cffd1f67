/** A plan that somebody begins in the moment between its being frozen and the end of what has frozen it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { typedPlainly } from "../../src/basics/typed.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { consoleRoutes } from "../../src/console/console.ts";
import type { ConsoleOptions } from "../../src/console/visit.ts";
import { openPlanRuns } from "../../src/operations/deliveries/plan-runs.ts";
import type { Operations } from "../../src/operations/operations.ts";
import type { Plan } from "../../src/storage/contract/plans.ts";
import { ACCOUNTS, OPS, openApp } from "../admin/support.ts";

const ID = "aaaaaaaaaaaa";
const FROZEN = { id: ID, repair: "replay", frozen: true, deliveries: 3, done: 0, meant: [], left: [] };

function openPlan() {
  const worked: string[] = [];
  const work: Promise<unknown>[] = [];
  const runs = openPlanRuns((_, act) => void work.push(act(new AbortController().signal)));
  const operations: Partial<Operations> = {
    plan: async () => FROZEN as unknown as Plan,
    workOff: async (plan) => {
      worked.push(plan.id);
      return { plan, left: [], isDone: true };
    },
  };
  const options = {
    ...{ operations: () => operations, version: "0", clock: Date.now, runs, typed: typedPlainly, env: {} },
    config: () => ({ secrets: [], connectors: [] }) as unknown as Config,
    onUnanswered: (path: string) => assert.fail(path),
    checks: { latest: () => undefined },
    ...{
      inBackground: () => undefined,
      exchanges: () => [],
      load: () => assert.fail(),
      giveWay: async () => undefined,
    },
  } as unknown as ConsoleOptions;
  const app = openApp({ accounts: ACCOUNTS }, consoleRoutes(options));
  const press = () =>
    app.ask(`/plans/${ID}/work`, {
      method: "POST",
      headers: { authorization: `Bearer ${OPS}`, "content-type": "application/x-www-form-urlencoded" },
      body: "",
    });
  return { runs, worked, press, allOver: () => Promise.all(work) };
}

describe("a plan that is begun while its freezing comes to an end", () => {
  it("is worked off behind that, once however often the button is pressed", async () => {
    const { runs, worked, press, allOver } = openPlan();
    const { promise: frozen, resolve: end } = Promise.withResolvers<void>();
    runs.start(ID, "freeze", () => frozen);
    for (const answer of [await press(), await press()]) assert.equal(answer.status, 303);
    assert.deepEqual(worked, []);
    end();
    await allOver();
    assert.deepEqual(worked, [ID]);
  });
  it("goes on where it was stopped a moment ago", async () => {
    const { runs, worked, press, allOver } = openPlan();
    const { promise: step, resolve: end } = Promise.withResolvers<void>();
    runs.start(ID, "run", () => step);
    runs.stop(ID);
    assert.equal((await press()).status, 303);
    end();
    await allOver();
    assert.deepEqual(worked, [ID]);
  });
});
