/** Repairs of many dead letters: frozen as they are shown, worked off in steps, gone on with by whoever asks for the same. */
import { randomBytes } from "node:crypto";
import type { Actor } from "../../storage/contract/audit.ts";
import type { RepairReport } from "../../storage/contract/ledger.ts";
import type { Plan, PlanFilter, PlannedRepair } from "../../storage/contract/plans.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import type { Witness } from "../audit/witness.ts";
import { filterNoted } from "../audit/witness.ts";
import { MOST_TOLD } from "../beginnings.ts";
import { whyGiven } from "../connectors/control.ts";
import { insistOnConnector } from "../connectors/named.ts";
import { type GiveWay, inTurns } from "../in-turns.ts";
import { Refused, said } from "../refused.ts";

/** What is to be done, or was begun by somebody. */
export interface PlannedRepairs {
  readonly plan: Plan;
  /** Somebody has begun to work it off and was interrupted: what was given up since is not in it. */
  readonly isContinued: boolean;
}

/** What working off has done, and why it ended. */
export interface WorkedOff {
  readonly plan: Plan;
  /** What this run has left alone. */
  readonly left: RepairReport["left"];
  /** False when it was stopped before the end. */
  readonly isDone: boolean;
}

type OnPlan = (plan: Plan) => void;

/** How a plan is frozen: `onPage` is called after each step. */
export interface Freezing {
  readonly onPage: OnPlan;
  readonly giveWay?: GiveWay | undefined;
}

/**
 * The plan of the same repair that was begun and not finished, or a new one, frozen to its end. Changes no delivery. Rejects with
 * `Refused` when the store does not know the filter's connector.
 */
export async function planRepair(
  storage: Storage,
  actor: Actor,
  repair: PlannedRepair,
  filter: PlanFilter,
  freezing: Freezing,
): Promise<PlannedRepairs> {
  const { plan, isContinued } = await beginRepair(storage, actor, repair, filter);
  return isContinued ? { plan, isContinued } : { plan: await frozen(storage, plan.id, freezing), isContinued };
}

/** The same, not frozen yet where it is new: nothing is looked at. */
export async function beginRepair(
  storage: Storage,
  actor: Actor,
  repair: PlannedRepair,
  filter: PlanFilter,
): Promise<PlannedRepairs> {
  await insistOnConnector(storage, filter.connector);
  const now = Date.now();
  const begun = (await storage.plans()).find((plan) => isUnfinished(plan) && isSame(plan, { repair, filter }, now));
  if (begun !== undefined) return { plan: begun, isContinued: true };
  return { plan: await storage.beginPlan({ id: newPlanId(), repair, filter, actor }), isContinued: false };
}

export function newPlanId(): string {
  return randomBytes(6).toString("hex");
}

/** A plan by its id, frozen to its end. Rejects with `Refused` when there is none, or no more. */
export async function openPlan(storage: Storage, id: string, freezing: Freezing): Promise<PlannedRepairs> {
  const named = await planNamed(storage, id);
  const plan = await frozen(storage, named?.id ?? id, freezing);
  return { plan, isContinued: isUnfinished(plan) };
}

/** The plan that is meant by its id, or by any beginning of it; `null`: there is none. */
export async function planNamed(store: Pick<Storage, "plan" | "plans">, text: string): Promise<Plan | null> {
  const whole = await store.plan(text);
  if (whole !== null) return whole;
  const beginning = text.replace(/…$/, "");
  const meant = beginning === "" ? [] : (await store.plans()).filter(({ id }) => id.startsWith(beginning));
  const [first, another] = meant;
  if (first === undefined) return null;
  if (another === undefined) return first;
  const ids = meant.slice(0, MOST_TOLD).map(({ id }) => id);
  throw new Refused("unknown", said("several_plans", { text, ids: ids.join(", ") }));
}

export async function frozen(storage: Storage, id: string, { onPage, giveWay }: Freezing): Promise<Plan> {
  for (;;) {
    const plan = await inTurns(() => storage.freezePlan(id), giveWay);
    if (plan === null) throw gone(id);
    if (plan.frozen) return plan;
    onPage(plan);
  }
}

/** How a plan is worked off. */
export interface WorkingOff extends Freezing {
  /** Asked before each step: what is left is gone on with later. */
  readonly isStopped: () => boolean;
  /** Why, for others: it stands in the audit. */
  readonly why?: string | undefined;
}

/** Works a plan off. Rejects with `Refused` when there is none, or no more. */
export async function workOff(
  storage: Storage,
  { act, actor }: Pick<Witness, "act" | "actor">,
  plan: Pick<Plan, "id" | "repair" | "filter">,
  options: WorkingOff,
): Promise<WorkedOff> {
  const { user, ...others } = plan.filter;
  // the same for all steps of this actor, whenever they are taken: one row of the audit
  const id = JSON.stringify(["plan", plan.id, actor.front, actor.name, actor.proven]);
  const why = whyGiven(options.why);
  const filter = { ...filterNoted(others), plan: plan.id, ...(why !== undefined && { why }) };
  const by = { ...act(plan.repair, filter, user), id };
  const left: RepairReport["left"][number][] = [];
  for (;;) {
    const step = options.isStopped()
      ? undefined
      : await inTurns(() => storage.workOffPlan(plan.id, by), options.giveWay);
    if (step === null) throw gone(plan.id);
    if (step === undefined) return { plan: (await storage.plan(plan.id)) ?? never(plan.id), left, isDone: false };
    left.push(...step.left);
    options.onPage(step.plan);
    if (step.plan.done >= step.plan.deliveries) return { plan: step.plan, left, isDone: true };
  }
}

function never(id: string): never {
  throw gone(id);
}

function gone(id: string): Refused {
  return new Refused("unknown", said("no_plan", { id }));
}

function isUnfinished({ done, deliveries }: Plan): boolean {
  return done > 0 && done < deliveries;
}

/** Typing and starting takes moments, and clocks differ by some. Milliseconds. */
const TYPED_MS = 5_000;

/**
 * Whether a plan is of the same request: also of one whose `since` or `until` was so long ago, which means another time by now.
 * @param now milliseconds since 1970
 */
export function isSame(
  plan: Pick<Plan, "repair" | "filter" | "at">,
  { repair, filter }: Pick<Plan, "repair" | "filter">,
  now: number,
): boolean {
  const [one, other] = [plan.filter, filter];
  // those that were named one by one are meant once
  if (one.ids !== undefined || other.ids !== undefined) return false;
  const keys = ["connector", "class", "user", "reason"] as const;
  if (plan.repair !== repair || keys.some((key) => one[key] !== other[key])) return false;
  return (["since", "until"] as const).every((key) => isSameTime(one[key], other[key], now - plan.at));
}

/** @param passed milliseconds between the two requests */
function isSameTime(then: number | undefined, time: number | undefined, passed: number): boolean {
  if (then === time) return true;
  return then !== undefined && time !== undefined && Math.abs(time - then - passed) < TYPED_MS;
}
