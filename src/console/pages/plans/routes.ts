/** What is asked of plans, and done with them. */
import type { Action, Page } from "../../page.ts";
import { countPlan, dropPlan, stopPlan, workPlan } from "./actions.ts";
import { plans } from "./list.tsx";
import { plan } from "./page.tsx";

export const PLAN_PAGES: readonly Page[] = [plans, plan];
export const PLAN_ACTIONS: readonly Action[] = [workPlan, stopPlan, countPlan, dropPlan];
