/** Whether a callback of the quarantine is understood by now. Pure. */
import { checkCallback } from "../../callback.ts";
import type { Callback, Intake, QuarantineEntry, TakenIn } from "../../storage/contract/callbacks.ts";

export type Rereading =
  /** Store `intake`, then the entry has served. */
  | { readonly tag: "understood"; readonly users: number; readonly intake: Intake }
  | { readonly tag: "faulty"; readonly fault: string };

/** @param served the entries that it was read from */
export function takenIn({ callbacks: [callback], quarantine }: Intake, served: readonly string[]): TakenIn {
  return { ...(callback !== undefined && { callback }), quarantine, served };
}

/**
 * Reads an entry once more, with the time when it came, and then with the present time: our clock may have been wrong.
 * @param now milliseconds since 1970
 */
export function reread(entry: QuarantineEntry, now: number): Rereading {
  if (entry.body.length === 0 && entry.size > 0) {
    return { tag: "faulty", fault: `its body was not kept: ${entry.fault}` };
  }
  const { app, command, platform, clientIp, receivedAt, body } = entry;
  const callback: Callback = { app, command, platform, clientIp, receivedAt, body };
  const first = readOnce(callback);
  if (first.tag === "understood") return first;
  const second = readOnce({ ...callback, receivedAt: now });
  return second.tag === "understood" ? second : first;
}

function readOnce(callback: Callback): Rereading {
  const checked = checkCallback(callback);
  if (!checked.ok) return { tag: "faulty", fault: checked.fault };
  const { users, quarantine } = checked;
  const [faulty] = quarantine;
  if (users.length === 0 && faulty !== undefined) return { tag: "faulty", fault: faulty.fault };
  return {
    tag: "understood",
    users: users.length,
    intake: { callbacks: users.length > 0 ? [callback] : [], quarantine },
  };
}
