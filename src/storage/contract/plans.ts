/**
 * Repairs of many: what is meant is frozen as it was shown, page by page, and worked off in steps. So "all" is never more than
 * what somebody has seen, whoever goes on with it, and nobody waits for longer than a page takes.
 */
import type { Actor } from "./audit.ts";
import type { DeadClass, DeliveryState } from "./deliveries.ts";
import type { DeliveryFilter, LedgerEntry, RepairReport } from "./ledger.ts";

export type PlannedRepair = "replay" | "discard";

/** Which dead letters are meant. */
export interface PlanFilter extends Pick<DeliveryFilter, "connector" | "class" | "user" | "since" | "until" | "ids"> {
  /** Of reasons of this kind alone (`reasonKind`). */
  readonly reason?: string;
  /** Beside `ids`, which are the first of those that were named one by one: how many more were. */
  readonly more?: number;
}

/** A dead letter as it was looked at. */
export type PlanLetter = Pick<LedgerEntry, "id" | "connector" | "event" | "class" | "generation">;

export interface PlanRequest {
  /** Fresh for each; who names it again finds the same plan. */
  readonly id: string;
  readonly repair: PlannedRepair;
  readonly filter: PlanFilter;
  readonly actor: Actor;
}

export interface Plan extends PlanRequest {
  /** When it was begun, and until when it is kept: milliseconds since 1970. */
  readonly at: number;
  readonly endsAt: number;
  /** Whether all that is meant is in it: before, it is not worked off. */
  readonly frozen: boolean;
  /** How many deliveries are in it. */
  readonly deliveries: number;
  /** The same by connector and class, in the order of their names. */
  readonly meant: readonly { readonly connector: string; readonly class: DeadClass; readonly count: number }[];
  /** How many of them were worked off: changed, or left alone. */
  readonly done: number;
  readonly changed: number;
  /** What was left alone by why, each with the first few ids. */
  readonly left: readonly { readonly why: WhyLeft; readonly count: number; readonly ids: readonly string[] }[];
}

/** `again`: dead as it was, but of another generation: somebody has replayed it since. `unknown`: gone. */
export type WhyLeft = DeliveryState | "again" | "unknown";

/** What a step did. */
export interface PlanStep {
  readonly plan: Plan;
  /** Of its own deliveries, those that were left alone. */
  readonly left: RepairReport["left"];
}
