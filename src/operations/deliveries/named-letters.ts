/** Dead letters that somebody names one by one, made a plan of: frozen, shown and worked off as any other. */
import type { Actor } from "../../storage/contract/audit.ts";
import type { LedgerEntry } from "../../storage/contract/ledger.ts";
import type { Plan, PlannedRepair } from "../../storage/contract/plans.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { PLAN_PAGE } from "../../storage/rules/plans.ts";
import { idsNoted } from "../audit/witness.ts";
import { connectorNames } from "../connectors/named.ts";
import { inTurns } from "../in-turns.ts";
import { everyFound } from "../patience.ts";
import { oneDelivery } from "./list.ts";
import { type Freezing, frozen, newPlanId } from "./plan.ts";

export interface NamedLetters {
  readonly plan: Plan;
  /** Of the ids, those that are no dead letter (any more). */
  readonly others: readonly string[];
}

/** More than these are looked for among all dead letters: one by one, each may be a look at much of a store. */
const ONE_BY_ONE = 100;

/** Freezes a plan of these. Changes no delivery. @param ids each once */
export async function planLetters(
  { storage, questions }: { readonly storage: Storage; readonly questions: Questions },
  actor: Actor,
  repair: PlannedRepair,
  ids: readonly string[],
  freezing: Freezing,
): Promise<NamedLetters> {
  const { id } = await storage.beginPlan({ id: newPlanId(), repair, filter: idsNoted(ids), actor });
  const missing = new Set(ids);
  const letters = ids.length <= ONE_BY_ONE ? oneByOne(questions, ids) : amongAll(questions, missing);
  for await (const page of letters) {
    for (let at = 0; at < page.length; at += PLAN_PAGE) {
      await inTurns(() => storage.addToPlan(id, page.slice(at, at + PLAN_PAGE)), freezing.giveWay);
    }
    for (const letter of page) missing.delete(letter.id);
  }
  return { plan: await frozen(storage, id, freezing), others: [...missing] };
}

async function* oneByOne(questions: Questions, ids: readonly string[]): AsyncGenerator<readonly LedgerEntry[]> {
  for (const id of ids) {
    const entry = await oneDelivery(questions, id);
    if (entry?.state === "dead") yield [entry];
  }
}

async function* amongAll(questions: Questions, ids: ReadonlySet<string>): AsyncGenerator<readonly LedgerEntry[]> {
  for (const connector of await connectorNames(questions)) {
    for await (const page of everyFound((part) => questions.deliveries({ connector, states: ["dead"] }, part))) {
      yield page.filter(({ id }) => ids.has(id));
      if (ids.size === 0) return;
    }
  }
}
