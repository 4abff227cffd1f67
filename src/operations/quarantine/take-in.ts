/** Takes entries of the quarantine in, as if they had just arrived: many in one transaction, so that thousands are no matter. */
import type { Act } from "../../storage/contract/audit.ts";
import type { TakenIn } from "../../storage/contract/callbacks.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { TAKEN_BY_ANOTHER } from "../../storage/rules/repairing.ts";
import { inTurns } from "../in-turns.ts";
import { reread, takenIn } from "./reread.ts";

/** What became of an entry, or would. */
export interface EntryFate {
  readonly id: string;
  /** Absent: it is understood. */
  readonly fault?: string;
  readonly users: number;
}

const GROUP_ENTRIES = 200;
const GROUP_BYTES = 4 * 1024 * 1024;

interface Understood {
  readonly verdict: EntryFate;
  readonly taken: TakenIn;
}

/** @param onProgress called with how many were looked at so far */
export async function takeIn(
  storage: Storage,
  ids: readonly string[],
  act: Act,
  onProgress: (count: number) => void,
): Promise<EntryFate[]> {
  const verdicts: EntryFate[] = [];
  let group: Understood[] = [];
  let bytes = 0;
  for (const id of ids) {
    const entry = await storage.quarantineEntry(id);
    const reading = entry === null ? ({ tag: "faulty", fault: TAKEN_BY_ANOTHER } as const) : reread(entry, Date.now());
    if (reading.tag === "faulty") verdicts.push({ id, users: 0, fault: reading.fault });
    else {
      const { users, intake } = reading;
      group.push({ verdict: { id, users }, taken: takenIn(intake, [id]) });
      bytes += entry?.body.length ?? 0;
    }
    if (group.length < GROUP_ENTRIES && bytes < GROUP_BYTES) continue;
    verdicts.push(...(await takeGroup(storage, group, act)));
    [group, bytes] = [[], 0];
    onProgress(verdicts.length);
  }
  verdicts.push(...(await takeGroup(storage, group, act)));
  onProgress(verdicts.length);
  return verdicts;
}

async function takeGroup(storage: Storage, group: readonly Understood[], act: Act): Promise<EntryFate[]> {
  if (group.length === 0) return [];
  const all = group.map(({ taken }) => taken);
  const { refused } = await inTurns(() => storage.takeIn(all, act));
  const faults = new Map(refused.map(({ index, why }) => [index, why]));
  return group.map(({ verdict }, index) => {
    const fault = faults.get(index);
    return fault === undefined ? verdict : { id: verdict.id, users: 0, fault };
  });
}
