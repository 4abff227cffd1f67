/** A delivery's line in the ledger, in words and for scripts. Pure. */

import { count, time, timeOrNull } from "../../basics/format.ts";
import type { Reason } from "../../connector.ts";
import type { StoredEvent } from "../../storage/contract/callbacks.ts";
import type { LedgerEntry } from "../../storage/contract/ledger.ts";
import { reasonText } from "../reason.ts";
import type { HeldEntry } from "./held.ts";
import { holdAsJson, holdText } from "./hold.ts";

/** `dead (rejected)`, `waiting` … */
export function stateText({ state, class: deadClass }: LedgerEntry): string {
  return state === "dead" && deadClass !== null ? `dead (${deadClass})` : state;
}

/** Why it is as it is. The reason of an earlier failure says nothing about what was delivered or overtaken afterwards. */
export function entryReason({ state, reason }: LedgerEntry): Reason | null {
  return state === "waiting" || state === "dead" || state === "skipped" ? reason : null;
}

/** Why it is as it is, on one line; empty when there is nothing to say. */
export function whyText(entry: LedgerEntry): string {
  const reason = entryReason(entry);
  return reason === null ? (entry.note ?? "") : reasonText(reason);
}

/** What became of one delivery, as a sentence begins: `delivered 2026-…, at the 2nd attempt`; what holds it, where that is known. */
export function fateText(entry: LedgerEntry & Partial<Pick<HeldEntry, "hold">>, now: number): string {
  const { state, settledAt, attempts, proof, hold = null } = entry;
  const at = settledAt === null ? "" : ` ${time(settledAt)}`;
  switch (state) {
    case "delivered":
      return `${proof === "accepted" ? "accepted" : "delivered"}${at}${attempts > 1 ? `, at attempt ${attempts}` : ""}`;
    case "waiting": {
      const next = hold === null ? "" : `, ${holdText(hold, now)}`;
      return attempts === 0 ? `waiting for its first attempt${next}` : `waiting after ${attemptsText(attempts)}${next}`;
    }
    case "dead":
      return `${stateText(entry)}${at}: given up after ${attemptsText(attempts)}`;
    case "superseded":
      return `superseded${at}: a newer event has overtaken it, so it is not sent`;
    case "skipped":
      return `skipped${at}: not sent`;
    case "discarded":
      return `discarded${at}: a person said not to send it`;
  }
}

function attemptsText(attempts: number): string {
  return count(attempts, "attempt");
}

export function eventJson(event: StoredEvent): Record<string, unknown> {
  const { seq: _, eventTime, receivedAt, discoveredAt, happenedBetween, ...rest } = event;
  return {
    ...{ ...rest, eventTime: time(eventTime), receivedAt: time(receivedAt) },
    ...(discoveredAt !== undefined && { discoveredAt: time(discoveredAt) }),
    ...(happenedBetween !== undefined && { happenedBetween: happenedBetween.map(time) }),
  };
}

/** @param now milliseconds since 1970, for the words */
export function entryJson(entry: HeldEntry, now: number): Record<string, unknown> {
  const { event, history, routedAt, firstAttemptAt, lastAttemptAt, settledAt, dueAt, hold, ...others } = entry;
  // said by what holds it
  const { isBehind: _, claimedUntil: __, ...rest } = others;
  return {
    ...rest,
    event: eventJson(event),
    history: history.map(({ at, reason }) => ({ at: time(at), reason })),
    routedAt: time(routedAt),
    firstAttemptAt: timeOrNull(firstAttemptAt),
    lastAttemptAt: timeOrNull(lastAttemptAt),
    settledAt: timeOrNull(settledAt),
    dueAt: timeOrNull(dueAt),
    hold: hold === null ? null : holdAsJson(hold, now),
  };
}
