/** From what was chosen to a plan that says what it means. */

import type { Repair } from "../../../operations/deliveries/repair.ts";
import type { Plan } from "../../../storage/contract/plans.ts";
import type { Action } from "../../page.ts";
import type { Visit } from "../../visit.ts";
import { choiceIn, planFilterOf } from "./choice.ts";
import { WORDS } from "./words.ts";

export const repairOf = (form: URLSearchParams): Repair => (form.get("repair") === "discard" ? "discard" : "replay");

/** Begins a plan of exactly what the filter finds; it is frozen in the background, and its page says how far that is. */
export const planAll: Action = {
  path: "/dead-letters/plan",
  async act(visit, form) {
    const filter = planFilterOf(choiceIn(form), visit);
    const { plan } = await visit.operations.beginRepair(repairOf(form), filter);
    if (!plan.frozen) freezeBeside(visit, plan);
    return `/plans/${plan.id}`;
  },
};

export function freezeBeside({ runs, operations }: Pick<Visit, "runs" | "operations">, { id }: Pick<Plan, "id">): void {
  runs.start(id, "freeze", async (isStopped) => {
    const stopped = new Error("stopped");
    const onPage = () => {
      if (isStopped()) throw stopped;
    };
    await operations.openPlan(id, onPage).catch((error: unknown) => {
      // what is left of it is looked for when somebody goes on
      if (error !== stopped) throw error;
    });
  });
}

/** More than one page of the list holds. */
const MOST_CHOSEN = 1_000;

export const planChosen: Action = {
  path: "/dead-letters/choose",
  async act({ operations, language }, form) {
    const ids = [...new Set(form.getAll("id"))].slice(0, MOST_CHOSEN);
    const words = WORDS[language];
    if (ids.length === 0) return { title: words.title, status: 422, body: words.nothingChosen };
    const { plan } = await operations.planLetters(repairOf(form), ids);
    return `/plans/${plan.id}`;
  },
};
