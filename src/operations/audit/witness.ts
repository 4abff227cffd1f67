/** Writes down who does what, and who looks up whom: every operation goes by it. */
import { randomUUID } from "node:crypto";
import { time } from "../../basics/format.ts";
import type { Act, Actor, LookUp, RepairOperation } from "../../storage/contract/audit.ts";
import type { DeliveryFilter } from "../../storage/contract/ledger.ts";
import type { Storage } from "../../storage/contract/storage.ts";

export interface Witness {
  readonly actor: Actor;
  /** What the store is told with a change. */
  act(operation: RepairOperation, filter: Act["filter"], person?: string): Act;
  /** Called when there is an answer, which never waits for it. */
  looked(lookUp: Omit<LookUp, "actor">): void;
  /** Resolves when all that was looked up is written down, or could not be. */
  allNoted(): Promise<void>;
}

/** @param onUnnoted called with why something that was looked up could not be written down */
export function openWitness(
  storage: Pick<Storage, "noteLookUp">,
  actor: Actor,
  onUnnoted: (error: unknown) => void,
): Witness {
  const writing = new Set<Promise<void>>();
  return {
    actor,
    act: (operation, filter, person) => ({
      ...{ id: randomUUID(), actor, operation, filter },
      ...(person !== undefined && { person }),
    }),
    looked(lookUp) {
      const written: Promise<void> = storage
        .noteLookUp({ ...lookUp, actor })
        .catch(onUnnoted)
        .finally(() => writing.delete(written));
      writing.add(written);
    },
    async allNoted() {
      await Promise.all(writing);
    },
  };
}

/** A filter as it is written down. */
export function filterNoted({ since, until, ids, ...rest }: DeliveryFilter): Act["filter"] {
  return { ...rest, ...timesNoted({ since, until }), ...(ids !== undefined && idsNoted(ids)) };
}

function timesNoted(times: Readonly<Record<string, number | undefined>>): Act["filter"] {
  const given = Object.entries(times).flatMap(([name, at]) => (at === undefined ? [] : [[name, time(at)] as const]));
  return Object.fromEntries(given);
}

/** So many ids are written down; of more, how many. */
const MOST_IDS = 20;

export function idsNoted(ids: readonly string[]): { readonly ids: readonly string[]; readonly more?: number } {
  const more = ids.length - MOST_IDS;
  return { ids: ids.slice(0, MOST_IDS), ...(more > 0 && { more }) };
}
