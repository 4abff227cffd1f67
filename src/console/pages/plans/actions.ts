/** A plan is worked off in the background, whoever looks: it gives way to intake, and what is left at a restart is gone on with. */
import type { Plan } from "../../../storage/contract/plans.ts";
import type { Action } from "../../page.ts";
import type { Visit } from "../../visit.ts";
import { numberText } from "../../words/quantity.ts";
import { freezeBeside } from "../dead-letters/actions.ts";
import { WITHOUT_NUMBER } from "./decision.tsx";
import { noPlan, planView } from "./page.tsx";
import { WORDS } from "./words.ts";

export const workPlan: Action = {
  path: "/plans/:id/work",
  async act(visit, form) {
    const { operations, params, runs } = visit;
    const plan = await operations.plan(params.id ?? "");
    if (plan === null) return noPlan(visit);
    // it is frozen a moment before whoever froze it has come to the end
    const isOpen = plan.done < plan.deliveries && !runs.isWorkedOff(plan.id);
    const complaint = isOpen ? complaintOf(plan, form, visit) : undefined;
    if (complaint !== undefined) return planView(plan, visit, complaint);
    const why = form.get("why") ?? "";
    // a second tab finds it running, and joins
    if (isOpen) {
      runs.start(plan.id, "run", (isStopped) => operations.workOff(plan, { isStopped, onPage: () => undefined, why }));
    }
    return `/plans/${plan.id}`;
  },
};

function complaintOf(plan: Plan, form: URLSearchParams, { language }: Visit): string | undefined {
  const words = WORDS[language];
  if (!plan.frozen) return words.notYet;
  if (plan.repair === "replay") return undefined;
  if ((form.get("why") ?? "").trim() === "") return words.noWhy;
  const rest = plan.deliveries - plan.done;
  const isTyped = (form.get("number") ?? "").replace(/[\s,.'’]/g, "") === String(rest);
  return rest > WITHOUT_NUMBER && !isTyped ? words.wrongNumber(numberText(rest, language)) : undefined;
}

export const stopPlan: Action = {
  path: "/plans/:id/stop",
  async act({ params, runs }) {
    runs.stop(params.id ?? "");
    return `/plans/${params.id}`;
  },
};

/** Goes on with looking for what is meant, after a restart. */
export const countPlan: Action = {
  path: "/plans/:id/count",
  async act(visit) {
    const plan = await visit.operations.plan(visit.params.id ?? "");
    if (plan === null) return noPlan(visit);
    // one that names its deliveries is not to end with fewer
    if (!plan.frozen && plan.filter.ids === undefined) freezeBeside(visit, plan);
    return `/plans/${plan.id}`;
  },
};

export const dropPlan: Action = {
  path: "/plans/:id/drop",
  async act({ operations, params }) {
    await operations.dropPlan(params.id ?? "");
    return "/dead-letters";
  },
};
