/** Further destinations of the demo: a stand-in of each type that was asked for, by what the type's own folder offers. */
import { nameOf, yamlBlock } from "../operations/sandbox/fragment.ts";
import {
  type Arrival,
  isStrange,
  type OfferedStandIn,
  type RunningStandIn,
  startStandIns,
} from "../operations/sandbox/stand-ins.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import { breakDown, type Receipt } from "./destinations.ts";

export interface Guests {
  /** Of their connectors, in the order in which they were asked for. */
  readonly names: readonly string[];
  /** What stands below `connectors:` for them; empty without any. */
  readonly yaml: string;
  /** From now on they know somebody whom they did not know. */
  know(user: string): void;
  /** All of them answer 503 for `ms`. */
  breakDown(ms: number, retryAfterS: number): void;
  /** Whether something was written about this person, and taken; undefined for a connector that is no guest's. */
  has(entry: LedgerEntry): boolean | undefined;
  receipts(): readonly Receipt[];
  close(): Promise<void>;
}

interface Guest extends RunningStandIn {
  readonly name: string;
}

/**
 * @param taken names that other connectors have
 * @param unknown whom they do not know at first, where their destinations know people at all
 */
export async function startGuests(
  offered: readonly OfferedStandIn[],
  taken: readonly string[],
  unknown: string,
): Promise<Guests> {
  const strangers = new Set([unknown]);
  const written = new Map<string, Set<string>>(offered.map(({ type }) => [type.type, new Set()]));
  const isStranger = (user: string) => isStrange(user) || strangers.has(user);
  const { all, close } = await startStandIns(offered, (arrival) => note(arrival, written), isStranger);
  const guests = all.map((one): Guest => ({ ...one, name: freeName(one, taken) }));
  const peopleOf = (guest: Guest) => written.get(guest.type.type) ?? new Set();
  return {
    names: guests.map(({ name }) => name),
    yaml: guests.map(({ name, standIn, sandbox }) => `\n${yamlBlock(name, standIn.yaml(sandbox.url))}\n`).join(""),
    know: (user) => strangers.delete(user),
    breakDown(ms, retryAfterS) {
      const end = performance.now() + ms;
      for (const { sandbox } of guests) breakDown(sandbox, retryAfterS, () => performance.now() < end);
    },
    has({ connector, event }) {
      const guest = guests.find(({ name }) => name === connector);
      return guest && peopleOf(guest).has(event.user);
    },
    receipts: () =>
      guests.map((guest): Receipt => {
        const kept = peopleOf(guest).size;
        return { connector: guest.name, kept, things: "people told of", requests: guest.sandbox.count };
      }),
    close,
  };
}

/** A look-up sets nothing, and what was refused is not there. */
function note({ type, status, told }: Arrival, written: ReadonlyMap<string, Set<string>>): void {
  if (status >= 300) return;
  for (const { person, set } of told) if (Object.keys(set).length > 0) written.get(type)?.add(person);
}

function freeName({ type }: RunningStandIn, taken: readonly string[]): string {
  const usual = nameOf(type);
  return taken.includes(usual) ? type.type : usual;
}
