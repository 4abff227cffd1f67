/** Takes entries of the quarantine in, as if they had just arrived: many in one transaction, so that thousands are no matter. */
import type { Callback, QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { reread } from "./reread.ts";

/** What became of an entry, or would. */
export interface Verdict {
  readonly id: string;
  /** Absent: it is understood. */
  readonly fault?: string;
  readonly users: number;
}

export const GONE = "there is no entry with this id (any more)";

const GROUP_ENTRIES = 200;
const GROUP_BYTES = 4 * 1024 * 1024;

interface Understood {
  readonly verdict: Verdict;
  readonly callback: Callback | undefined;
  readonly quarantine: readonly QuarantineEntry[];
}

/** @param onProgress called with how many were looked at so far */
export async function takeIn(
  storage: Storage,
  ids: readonly string[],
  onProgress: (count: number) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let group: Understood[] = [];
  let bytes = 0;
  for (const id of ids) {
    const entry = await storage.quarantineEntry(id);
    const reading = entry === null ? ({ tag: "faulty", fault: GONE } as const) : reread(entry, Date.now());
    if (reading.tag === "faulty") verdicts.push({ id, users: 0, fault: reading.fault });
    else {
      const { users, intake } = reading;
      group.push({ verdict: { id, users }, callback: intake.callbacks[0], quarantine: intake.quarantine });
      bytes += entry?.body.length ?? 0;
    }
    if (group.length < GROUP_ENTRIES && bytes < GROUP_BYTES) continue;
    verdicts.push(...(await takeGroup(storage, group)));
    [group, bytes] = [[], 0];
    onProgress(verdicts.length);
  }
  verdicts.push(...(await takeGroup(storage, group)));
  onProgress(verdicts.length);
  return verdicts;
}

async function takeGroup(storage: Storage, group: readonly Understood[]): Promise<Verdict[]> {
  if (group.length === 0) return [];
  const withCallback = group.filter(({ callback }) => callback !== undefined);
  const { refused } = await storage.accept({
    callbacks: withCallback.flatMap(({ callback }) => (callback === undefined ? [] : [callback])),
    quarantine: group.flatMap(({ quarantine }) => quarantine),
  });
  const faults = new Map(refused.map(({ index, why }) => [withCallback[index]?.verdict.id, why]));
  await storage.quarantineRemove(group.map(({ verdict }) => verdict.id).filter((id) => !faults.has(id)));
  return group.map(({ verdict }) => {
    const fault = faults.get(verdict.id);
    return fault === undefined ? verdict : { id: verdict.id, users: 0, fault };
  });
}
