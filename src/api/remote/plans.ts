/** Plans on a bridge that is reached by its API: frozen over there, and worked off step by step. */
import { sleep } from "../../basics/waiting.ts";
import type { PlannedRepairs } from "../../operations/deliveries/plan.ts";
import type { Operations } from "../../operations/operations.ts";
import { Refused, said } from "../../operations/refused.ts";
import type { RepairReport } from "../../storage/contract/ledger.ts";
import type { Plan } from "../../storage/contract/plans.ts";
import { DONE } from "../schemas/common.ts";
import { PLAN, STEP } from "../schemas/plans.ts";
import { type ApiClient, iso, part } from "./client.ts";

/** Between two looks at what goes on over there; milliseconds. */
const LOOK_AGAIN_MS = 200;

export function plansBy(client: ApiClient) {
  const { post } = client;
  return {
    async planRepair(repair, { since, until, ...filter }, onPage) {
      const when = { since: iso(since), until: iso(until) };
      return frozen(client, await post(PLAN, "/dead-letters/plans", { repair, ...filter, ...when }), onPage);
    },
    openPlan: async (id, onPage) => frozen(client, await post(PLAN, `/plans/${part(id)}/freeze`), onPage),
    async workOff({ id }, { onPage, isStopped, why }) {
      const left: RepairReport["left"][number][] = [];
      for (;;) {
        if (isStopped()) {
          return { plan: await planAt(client, id), left, isDone: false };
        }
        const step = await post(STEP, `/plans/${part(id)}/step`, { why });
        left.push(...step.left);
        onPage(step.plan);
        if (step.plan.done >= step.plan.deliveries) return { plan: step.plan, left, isDone: true };
      }
    },
    async dropPlan(id) {
      await post(DONE, `/plans/${part(id)}/drop`);
    },
  } satisfies Partial<Operations>;
}

async function planAt({ find }: ApiClient, id: string) {
  const plan = await find(PLAN, `/plans/${part(id)}`);
  if (plan === null) throw new Refused("unknown", said("no_plan", { id }));
  return plan;
}

/** Frozen to its end by the bridge, which is looked at meanwhile. */
async function frozen(client: ApiClient, begun: Plan, onPage: (plan: Plan) => void): Promise<PlannedRepairs> {
  let plan: Plan = begun;
  while (!plan.frozen) {
    onPage(plan);
    await sleep(LOOK_AGAIN_MS);
    const now = await planAt(client, plan.id);
    // whoever froze it was stopped in between
    plan = now.frozen || now.isRunning ? now : await client.post(PLAN, `/plans/${part(plan.id)}/freeze`);
  }
  return { plan, isContinued: plan.done > 0 && plan.done < plan.deliveries };
}
