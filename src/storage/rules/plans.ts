/** How a repair of many is frozen and worked off. Pure. */
import type { Reason } from "../../connector.ts";
import type { Front } from "../contract/audit.ts";
import type { DeadClass, DeliveryState } from "../contract/deliveries.ts";
import type { Plan, PlanFilter, PlanLetter, PlannedRepair, PlanRequest, WhyLeft } from "../contract/plans.ts";
import { reasonKind } from "./reason-kind.ts";
import { deliveryId } from "./rows.ts";

/** By column. */
type Row = Readonly<Record<string, unknown>>;

/** Deliveries that are looked at, or changed, in one transaction. */
export const PLAN_PAGE = 500;
/** A plan is kept for so long, in milliseconds. */
export const PLAN_KEPT_MS = 24 * 3_600_000;
/** Plans that nobody has begun to work off: so many are kept, with so many deliveries in all. */
const MOST_IDLE = 50;
const MOST_IDLE_DELIVERIES = 1_000_000;
/** Of those that were left alone for one reason, so many are named. */
const NAMED = 5;

/** How far freezing has come. */
export interface FreezingPlace {
  /** By their numbers in the store; the first is the one that is looked through. */
  readonly connectors: readonly number[];
  /** The key of the last row that was looked at; `null`: none of this connector's yet. */
  readonly after: readonly (string | number)[] | null;
}

/** Columns of a new plan. */
export interface NewPlan {
  readonly id: string;
  readonly repair: PlannedRepair;
  readonly filter: string;
  readonly actor: string;
  readonly front: Front;
  readonly proven: boolean;
  readonly at: number;
  readonly endsAt: number;
  /** `null`: there is nothing to look through. */
  readonly place: string | null;
}

/** @param connectors which are meant, by their numbers */
export function newPlan(request: PlanRequest, connectors: readonly number[], at: number): NewPlan {
  const { id, repair, filter, actor } = request;
  const isNamed = filter.ids !== undefined;
  // what is named one by one is looked for by whoever names it
  const place = { connectors: isNamed ? [] : connectors, after: null } satisfies FreezingPlace;
  return {
    ...{ id, repair, filter: JSON.stringify(filter) },
    ...{ actor: actor.name, front: actor.front, proven: actor.proven },
    ...{ at, endsAt: at + PLAN_KEPT_MS },
    place: connectors.length === 0 && !isNamed ? null : JSON.stringify(place),
  };
}

/** Where freezing goes on; `null`: all is frozen. */
export function placeOfPlan(row: Row): FreezingPlace | null {
  return typeof row.place === "string" ? (JSON.parse(row.place) as FreezingPlace) : null;
}

/** @param keys of the rows of a page that was looked at, whether meant or not */
export function placeBehind(
  { connectors }: FreezingPlace,
  keys: readonly (readonly (string | number)[])[],
): string | null {
  const last = keys.length === PLAN_PAGE ? keys.at(-1) : undefined;
  if (last !== undefined) return JSON.stringify({ connectors, after: last } satisfies FreezingPlace);
  const rest = connectors.slice(1);
  return rest.length === 0 ? null : JSON.stringify({ connectors: rest, after: null } satisfies FreezingPlace);
}

/** A dead letter that was looked at. */
export interface Letter {
  readonly id: string;
  readonly connector: number;
  /** The connector's name. */
  readonly name: string;
  readonly event: number;
  readonly class: DeadClass;
  readonly generation: number;
  readonly receivedAt: number;
  /** As JSON; `null`: none was kept. */
  readonly reason: string | null;
}

/** @param row with the columns of its connector and event */
export function plannedLetter(row: Row): Letter {
  return {
    id: deliveryId(row),
    connector: Number(row.connector),
    name: String(row.name),
    event: Number(row.event),
    class: row.class as DeadClass,
    generation: Number(row.generation),
    receivedAt: Number(row.received_at),
    reason: typeof row.reason === "string" ? row.reason : null,
  };
}

/** @param numbers of connectors, by their names: what is of none of them is left out */
export function lettersOf(letters: readonly PlanLetter[], numbers: ReadonlyMap<string, number>): readonly Letter[] {
  return letters.slice(0, PLAN_PAGE).flatMap(({ id, connector: name, event, class: deadClass, generation }) => {
    const connector = numbers.get(name);
    if (connector === undefined || deadClass === null) return [];
    const { seq, receivedAt } = event;
    return [{ ...{ id, connector, name, event: seq, class: deadClass, generation, receivedAt }, reason: null }];
  });
}

/** What is not left to the page's own conditions. @param upto the newest event when the plan was begun */
export function isInPlan(
  { class: deadClass, since = 0, until = Number.POSITIVE_INFINITY, reason }: PlanFilter,
  upto: number,
  letter: Pick<Letter, "class" | "event" | "receivedAt" | "reason">,
): boolean {
  if (deadClass !== undefined && letter.class !== deadClass) return false;
  if (reason !== undefined && kindOf(letter) !== reason) return false;
  return letter.event <= upto && letter.receivedAt >= since && letter.receivedAt < until;
}

function kindOf({ reason }: Pick<Letter, "reason">): string | undefined {
  return reason === null ? undefined : reasonKind(JSON.parse(reason) as Reason);
}

/** By connector and class, in the order of their names. */
export function counted(meant: Plan["meant"], more: readonly Letter[]): Plan["meant"] {
  const counts = new Map(meant.map((one) => [`${one.connector} ${one.class}`, one]));
  for (const { name: connector, class: deadClass } of more) {
    const key = `${connector} ${deadClass}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { connector, class: deadClass, count });
  }
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Whether there is more to work off: nothing of it before all is frozen. */
export function goesOn({ frozen, done, deliveries }: Pick<Plan, "frozen" | "done" | "deliveries">): boolean {
  return frozen && done < deliveries;
}

/** What became of a delivery since it was frozen; `null`: it is gone. */
export type FoundNow = { readonly state: DeliveryState; readonly generation: number } | null;

/** An item as it was frozen. */
export function frozenOf({ state, generation }: Row) {
  return { state: String(state), generation: Number(generation) };
}

/** The same as it is by now. */
export function foundOf({ now_state: state, now_generation: generation }: Row): FoundNow {
  return state === null ? null : { state: state as DeliveryState, generation: Number(generation) };
}

/** Why one is left alone; undefined: it is changed. */
export function whyLeft(
  frozen: { readonly state: string; readonly generation: number },
  found: FoundNow,
): WhyLeft | undefined {
  if (found === null) return "unknown";
  if (found.state !== frozen.state) return found.state;
  return found.generation === frozen.generation ? undefined : "again";
}

/** @param more what a step has left alone */
export function withLeft(
  left: Plan["left"],
  more: readonly { readonly id: string; readonly why: WhyLeft }[],
): Plan["left"] {
  const byWhy = new Map(left.map((one) => [one.why, one]));
  for (const { id, why } of more) {
    const { count, ids } = byWhy.get(why) ?? { count: 0, ids: [] };
    byWhy.set(why, { why, count: count + 1, ids: ids.length < NAMED ? [...ids, id] : ids });
  }
  return [...byWhy.values()];
}

/** Which idle plans make room for new ones. @param idle newest first */
export function idleTooMany(idle: readonly Pick<Plan, "id" | "deliveries">[]): readonly string[] {
  let sum = 0;
  return idle.flatMap(({ id, deliveries }, index) => {
    sum += deliveries;
    return index >= MOST_IDLE || (index > 0 && sum > MOST_IDLE_DELIVERIES) ? [id] : [];
  });
}

export function planOf(row: Row): Plan {
  return {
    id: String(row.id),
    repair: row.repair === "discard" ? "discard" : "replay",
    filter: JSON.parse(String(row.filter)) as PlanFilter,
    actor: {
      name: String(row.actor),
      front: row.front as Front,
      // SQLite knows no booleans
      proven: row.proven === true || row.proven === 1,
    },
    at: Number(row.at),
    endsAt: Number(row.ends_at),
    frozen: row.place === null,
    deliveries: Number(row.deliveries),
    meant: JSON.parse(String(row.meant)) as Plan["meant"],
    done: Number(row.done),
    changed: Number(row.changed),
    left: JSON.parse(String(row.left_alone)) as Plan["left"],
  };
}
