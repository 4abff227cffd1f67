/**
 * From callbacks to what `expand` writes, in portions: a callback may name 80,000 users, and nobody holds all their events at
 * once. Pure, but for the log.
 */
import { checkCallback, eventsOf, quarantineEntry, readCallback } from "../../callback.ts";
import type { Logger } from "../../connector.ts";
import type { Expansion, QuarantineEntry, StoredCallback } from "../../storage/contract/callbacks.ts";
import { RECONCILED } from "../../storage/rules/healed-callback.ts";

/** What goes into one transaction. */
export interface Portion {
  readonly expansions: readonly Expansion[];
  /** Nothing follows. */
  readonly isLast: boolean;
}

/** Events, and quarantined users, in one portion: few enough that intake, which shares the store, hardly waits. */
const LARGEST_PORTION = 1_000;

/** Made one by one, when they are asked for. All portions before a callback's last one leave it unread. */
export function* expansionsOf(callbacks: readonly StoredCallback[], log: Logger): Generator<Portion> {
  let expansions: Expansion[] = [];
  let size = 0;
  for (const [index, callback] of callbacks.entries()) {
    for (const part of partsOf(callback, log)) {
      const own = part.events.length + part.quarantine.length;
      if (size + own > LARGEST_PORTION && expansions.length > 0) {
        yield { expansions, isLast: false };
        [expansions, size] = [[], 0];
      }
      expansions.push(part);
      size += own;
      // the next part of a callback is in a transaction of its own
      if (part.part === "more") {
        yield { expansions, isLast: false };
        [expansions, size] = [[], 0];
      }
    }
    if (index === callbacks.length - 1) yield { expansions, isLast: true };
  }
}

/** Intake has read it before; should a newer release read it otherwise, it is kept in the quarantine, not lost. */
function* partsOf(callback: StoredCallback, log: Logger): Generator<Expansion> {
  const { seq } = callback;
  if (callback.command === RECONCILED) {
    const read = readCallback(callback);
    if (read.ok) {
      yield { callback: seq, events: read.events, quarantine: [] };
      return;
    }
  }
  const checked = checkCallback(callback);
  if (!checked.ok) {
    log.error({ fact: "callback.unreadable", callback: seq, reason: checked.fault });
    yield { callback: seq, events: [], quarantine: [quarantineEntry(callback, checked.fault)] };
    return;
  }
  const { users, quarantine } = checked;
  const parts = Math.max(1, Math.ceil(users.length / LARGEST_PORTION), Math.ceil(quarantine.length / LARGEST_PORTION));
  for (let part = 0; part < parts; part += 1) {
    const [from, to] = [part * LARGEST_PORTION, (part + 1) * LARGEST_PORTION];
    const events = eventsOf(callback, checked, users.slice(from, to));
    const bad: readonly QuarantineEntry[] = quarantine.slice(from, to);
    const marked = parts === 1 ? {} : ({ part: part === parts - 1 ? "last" : "more" } as const);
    yield { callback: seq, events, quarantine: bad, ...marked };
  }
}
