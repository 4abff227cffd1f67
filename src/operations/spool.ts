/** What waits outside of the store, since when and why: it can be told where the store itself cannot be asked. */

import { size, time } from "../basics/format.ts";
import { spooledBytes } from "../spool/segment.ts";
import { readTrouble } from "../spool/trouble-note.ts";
import type { SpoolSettings } from "./known.ts";

export interface SpoolStatus {
  readonly bytes: number;
  readonly max: number;
  /** Since when the bridge keeps callbacks there; `null` when it does not. */
  readonly since: string | null;
  /** With the place, the fault and the way out. */
  readonly why: string | null;
}

export async function spoolStatus({ spool, spool_max: max }: SpoolSettings): Promise<SpoolStatus> {
  const [bytes, trouble] = await Promise.all([spooledBytes(spool), readTrouble(spool)]);
  return { bytes, max, since: trouble === undefined ? null : time(trouble.since), why: trouble?.why ?? null };
}

/** Lines for people; none when all is well, or nothing is known. */
export function spoolWords(status: SpoolStatus | undefined): string[] {
  if (status === undefined) return [];
  const { bytes, max, since, why } = status;
  return [
    ...(bytes > 0 ? [`spool                   ${size(bytes)} of ${size(max)}`] : []),
    ...(since === null ? [] : [`Since ${since} the bridge keeps callbacks in the spool: ${why}`]),
  ];
}
