/** Whom a callback names that is not an event yet: it waits to be read, or in the quarantine. */
import { checkCallback } from "../callback.ts";
import type { AccountKey } from "./contract/accounts.ts";
import type { Callback, QuarantineEntry } from "./contract/callbacks.ts";

export interface NamedPerson {
  readonly user: string;
  /** Its id in the quarantine. */
  readonly entry: string;
  /** What it says when it happened, milliseconds since 1970. */
  readonly eventTime: number;
}

/** People of an account whose unsubscription an entry tells, if it can be read: with the time when it came, or with the present one. */
export function namedIn(entry: QuarantineEntry, { app, account }: AccountKey, now: number): readonly NamedPerson[] {
  if (entry.app !== app) return [];
  for (const receivedAt of [entry.receivedAt, now]) {
    const checked = checkCallback({ ...entry, receivedAt });
    if (!checked.ok) continue;
    if (checked.kind !== "unsubscribed" || checked.officialAccount !== account) return [];
    return checked.users.map((user) => ({ user, entry: entry.id, eventTime: checked.eventTime }));
  }
  return [];
}

/** Whether a callback that waits to be read changes anything of this person. */
export function mentions(callback: Callback, { app, account }: AccountKey, user: string): boolean {
  if (callback.app !== app) return false;
  const checked = checkCallback(callback);
  return checked.ok && checked.officialAccount === account && checked.users.includes(user);
}
