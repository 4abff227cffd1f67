/** Replays or discards the dead letters of these ids, in small steps, so that a running bridge never waits for long. */
import type { Act } from "../../storage/contract/audit.ts";
import type { LedgerEntry, RepairReport } from "../../storage/contract/ledger.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { inTurns } from "../in-turns.ts";

export type Repair = "replay" | "discard";

/** What a repair did, or would do. */
export interface RepairTally {
  changed: number;
  /** By connector, then by class. */
  readonly meant: Map<string, Map<string, number>>;
  readonly left: { readonly id: string; readonly why: string }[];
}

/** Deliveries in one transaction of the store. */
const PAGE = 500;

type Store = Pick<Storage, "deliveries" | Repair>;

/**
 * Sends dead letters again from their first attempt on, or puts them away.
 * @param options a dry run changes nothing; `onPage` is called after each step, with what was done so far
 */
export async function repairDeadLetters(
  storage: Store,
  repair: Repair,
  ids: readonly string[],
  options: { readonly act: Act | "dry run"; readonly onPage: (tally: RepairTally) => void },
): Promise<RepairTally> {
  const tally: RepairTally = { changed: 0, meant: new Map(), left: [] };
  for (let at = 0; at < ids.length; at += PAGE) {
    const { dead, left } = await pageOf(storage, ids.slice(at, at + PAGE));
    tally.left.push(...left);
    if (dead.length > 0) {
      const deadIds = dead.map(({ id }) => id);
      const step = () => storage[repair]({ ids: deadIds, states: ["dead"] }, options.act);
      add(tally, dead, await (options.act === "dry run" ? step() : inTurns(step)));
    }
    options.onPage(tally);
  }
  return tally;
}

interface Page {
  readonly dead: readonly LedgerEntry[];
  readonly left: RepairTally["left"];
}

async function pageOf(storage: Store, ids: readonly string[]): Promise<Page> {
  const found = await storage.deliveries({ ids }, { limit: ids.length });
  const known = new Set(found.map(({ id }) => id));
  const others = found.filter(({ state }) => state !== "dead").map(({ id, state }) => ({ id, why: state }));
  const unknown = ids.filter((id) => !known.has(id)).map((id) => ({ id, why: "unknown" }));
  return { dead: found.filter(({ state }) => state === "dead"), left: [...others, ...unknown] };
}

function add(tally: RepairTally, dead: readonly LedgerEntry[], { changed, left }: RepairReport): void {
  tally.changed += changed;
  tally.left.push(...left);
  const leftIds = new Set(left.map(({ id }) => id));
  for (const { id, connector, class: deadClass } of dead) {
    if (leftIds.has(id)) continue;
    const classes = tally.meant.get(connector) ?? new Map<string, number>();
    tally.meant.set(connector, classes);
    classes.set(deadClass ?? "", (classes.get(deadClass ?? "") ?? 0) + 1);
  }
}
