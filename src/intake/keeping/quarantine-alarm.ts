/**
 * Authentic callbacks that are not understood: each is kept, and a `warn` at most. That they go on coming is an `error`, said ever
 * more rarely, and `status` tells of it: nobody is unsubscribed by them until a person has looked.
 */

import { type EverRarer, everRarer } from "../../basics/ever-rarer.ts";
import { time } from "../../basics/format.ts";
import type { Logger } from "../../connector.ts";
import type { Misunderstood } from "../../storage/contract/presence.ts";

export interface QuarantineAlarm {
  /** An entry that is not merely stale was kept. @param now milliseconds since 1970 */
  quarantined(fault: string, now: number): void;
  /** Absent when a day has passed without one. */
  lately(now: number): Misunderstood | undefined;
}

/** After so long without another it begins anew, in milliseconds. */
const QUIET_MS = 24 * 60 * 60_000;

export const MISUNDERSTOOD =
  "callbacks of ours are not understood; they are kept in the quarantine, and unsubscribe nobody";
export const LOOK_AT_QUARANTINE =
  "`quarantine list` shows them; a newer release may understand them: `callbacks reread`, or `quarantine replay`";

export function openQuarantineAlarm(log: Logger): QuarantineAlarm {
  let known: (Misunderstood & { readonly said: EverRarer }) | undefined;
  const isQuiet = (now: number) => known === undefined || now - known.at > QUIET_MS;
  return {
    quarantined(fault, now) {
      const before = known === undefined || isQuiet(now) ? { count: 0, since: now, said: everRarer() } : known;
      known = { ...before, count: before.count + 1, at: now, fault };
      if (!known.said.isDue(now)) return;
      const since = time(known.since);
      log.error({
        fact: "intake.quarantine_grows",
        count: known.count,
        since,
        latest: fault,
        reason: MISUNDERSTOOD,
        todo: LOOK_AT_QUARANTINE,
      });
    },
    lately(now) {
      if (known === undefined || isQuiet(now)) return undefined;
      const { count, since, at, fault } = known;
      return { count, since, at, fault };
    },
  };
}
