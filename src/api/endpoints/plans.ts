/** Repairs of dead letters: of those that a filter finds by a plan, which is frozen, looked at, and worked off; of named ones at once. */
import { type Static, Type } from "@sinclair/typebox";
import type { PlannedRepairs } from "../../operations/deliveries/plan.ts";
import type { Repair, RepairTally } from "../../operations/deliveries/repair.ts";
import { allMeant, deliveryIdMeant } from "../../operations/meant-ids.ts";
import type { Plan } from "../../storage/contract/plans.ts";
import { type ApiCall, type Endpoint, endpoint } from "../endpoint.ts";
import { ProblemError } from "../problem.ts";
import { DONE, IS_DONE, WHY } from "../schemas/common.ts";
import { MEANT, PLAN, REPAIR, STEP, TALLY } from "../schemas/plans.ts";

const NO_PLAN = { 404: "There is no such plan (any more): plans are kept for a day." };
const ID = { id: "The plan's id, or any beginning of it that no other has." };
const OF_PLANS = { tag: "dead-letters", params: ID, refusals: NO_PLAN } as const;

async function planOf({ params: { id = "" }, operations, runs }: Pick<ApiCall, "params" | "operations" | "runs">) {
  const plan = await operations.plan(id);
  if (plan === null) throw new ProblemError(404, NO_PLAN[404]);
  return { ...plan, isRunning: runs.isRunning(plan.id) };
}

/** Goes on with it in the background, and answers with how it is once the first step is done. */
function begun(call: Pick<ApiCall, "runs">, freeze: (onPage: (plan: Plan) => void) => Promise<PlannedRepairs>) {
  const { promise: first, resolve, reject } = Promise.withResolvers<Plan>();
  const frozen = freeze((plan) => {
    resolve(plan);
    // known by its id only now
    call.runs.start(plan.id, "freeze", () => frozen);
  });
  frozen.then(({ plan }) => resolve(plan), reject);
  return first;
}

export const PLAN_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "POST", path: "/dead-letters/plans", tag: "dead-letters", least: "operator", status: 202 },
    summary: "Freeze what a filter finds, to be replayed or discarded",
    description:
      "Changes no delivery. Follow the plan until it is `frozen`, look at it, and run it: exactly what it holds is meant then. A plan of the same that was begun and not finished is answered instead.",
    body: Type.Object({ repair: REPAIR, ...MEANT }),
    answer: PLAN,
    refusals: { 404: "The store knows no connector of this name." },
    async act(call) {
      const { repair, ...filter } = call.body;
      const plan = await begun(call, (onPage) => call.operations.planRepair(repair, filter, onPage));
      return { ...plan, isRunning: call.runs.isRunning(plan.id) };
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/plans/{id}", least: "viewer", ...OF_PLANS },
    summary: "A plan, and how far it has come",
    answer: PLAN,
    act: planOf,
  }),
  endpoint({
    ...{ method: "POST", path: "/plans/{id}/freeze", least: "operator", status: 202, ...OF_PLANS },
    summary: "Go on freezing a plan that was interrupted before it was frozen",
    answer: PLAN,
    async act(call) {
      const plan = await begun(call, (onPage) => call.operations.openPlan(call.params.id ?? "", onPage));
      return { ...plan, isRunning: call.runs.isRunning(plan.id) };
    },
  }),
  endpoint({
    ...{ method: "POST", path: "/plans/{id}/run", least: "operator", status: 202, ...OF_PLANS },
    summary: "Work a plan off, whoever waits for it",
    description: "Follow it until `done` is `deliveries`. What was interrupted goes on where it was.",
    body: Type.Object(WHY),
    answer: PLAN,
    async act(call) {
      const { runs, operations, body } = call;
      const plan = await planOf(call);
      if (!plan.frozen) throw new ProblemError(409, NOT_FROZEN);
      if (plan.done < plan.deliveries)
        runs.start(plan.id, "run", (isStopped) =>
          operations.workOff(plan, { ...body, isStopped, onPage: () => undefined }),
        );
      return planOf(call);
    },
    refusals: { ...NO_PLAN, 409: "It is not frozen yet." },
  }),
  endpoint({
    ...{ method: "POST", path: "/plans/{id}/step", least: "operator", ...OF_PLANS },
    summary: "Work off one step of a plan, 500 deliveries at most",
    body: Type.Object(WHY),
    answer: STEP,
    async act(call) {
      const plan = await planOf(call);
      if (!plan.frozen) throw new ProblemError(409, NOT_FROZEN);
      let isFirst = true;
      const isStopped = () => {
        const isOver = !isFirst;
        isFirst = false;
        return isOver;
      };
      const worked = await call.operations.workOff(plan, { ...call.body, isStopped, onPage: () => undefined });
      return { ...worked, plan: { ...worked.plan, isRunning: call.runs.isRunning(plan.id) } };
    },
    refusals: { ...NO_PLAN, 409: "It is not frozen yet." },
  }),
  endpoint({
    ...{ method: "POST", path: "/plans/{id}/stop", least: "operator", ...OF_PLANS },
    summary: "Stop working a plan off, after the step under way",
    answer: PLAN,
    async act(call) {
      const plan = await planOf(call);
      call.runs.stop(plan.id);
      return plan;
    },
  }),
  endpoint({
    ...{ method: "POST", path: "/plans/{id}/drop", least: "operator", ...OF_PLANS },
    summary: "Forget a plan that nobody wants, unless somebody has begun it",
    answer: DONE,
    async act(call) {
      await call.operations.dropPlan((await planOf(call)).id);
      return IS_DONE;
    },
  }),
  ...(["replay", "discard"] as const).map(byIds),
];

const NOT_FROZEN = "the plan is not frozen yet: follow it until it is, look at it, and run it then";

/** Of dead letters that are named. */
function byIds(repair: Repair): Endpoint {
  return endpoint({
    ...{ method: "POST", path: `/dead-letters/${repair}`, tag: "dead-letters", least: "operator" },
    summary: repair === "replay" ? "Send dead letters again, by their ids" : "Put dead letters away, by their ids",
    body: Type.Object({
      ids: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        maxItems: 5_000,
        description: "Or beginnings of them.",
      }),
      dry: Type.Optional(
        Type.Boolean({ default: true, description: "Only say what would be done; it is done where this is false." }),
      ),
      ...WHY,
    }),
    answer: TALLY,
    async act({ body: { ids, dry = true, why }, operations }) {
      const meant = await allMeant(ids, (id) => deliveryIdMeant(operations, id));
      const tally = await operations.repairDeadLetters(repair, meant, { dryRun: dry, why, onPage: () => undefined });
      return { done: !dry, changed: tally.changed, meant: meantIn(tally), left: tally.left };
    },
  });
}

function meantIn({ meant }: RepairTally): Static<typeof TALLY>["meant"] {
  return [...meant].flatMap(([connector, classes]) =>
    [...classes].map(([name, count]) => ({ connector, class: name, count })),
  );
}
