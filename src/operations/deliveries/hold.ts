/** What keeps a delivery from being sent just now, and until when. Pure. */

import { duration, timeOrNull, until } from "../../basics/format.ts";
import type { ConnectorConfig } from "../../config/checked-config.ts";
import type { Reason } from "../../connector.ts";
import type { ConnectorRow, ConnectorState, PauseCause } from "../../storage/contract/connectors.ts";
import type { LedgerEntry } from "../../storage/contract/ledger.ts";
import { reasonText } from "../reason.ts";
import { causeWords, conditionOf } from "../status/condition.ts";

/**
 * `under_way`: a machine is at it, and until then nobody else. `earlier_event`: one of the same person goes first. `retry`: only its own next attempt, the connector is well. `turn`: it is due, and the connector sends as fast as its rate, its
 * concurrency and the deliveries before it allow.
 */
export type HoldCause =
  | "not_configured"
  | "switched_off"
  | "paused"
  | "no_bridge"
  | "told_to_wait"
  | "backing_off"
  | "under_way"
  | "earlier_event"
  | "retry"
  | "turn";

export interface Hold {
  readonly by: HoldCause;
  /** Why the connector is paused. */
  readonly cause?: PauseCause | undefined;
  /** The same as a clause; of a destination in trouble what it said, where the delivery itself does not. */
  readonly why?: string | undefined;
  /** What the words of `why` are of a destination in trouble, for another language. */
  readonly reason?: Reason | undefined;
  /** Not before then, milliseconds since 1970; since then for a `turn`; `null`: no time ends it. */
  readonly until: number | null;
  /** True where that is the delivery's own time, behind the one when its connector asks again. */
  readonly isOwn?: boolean | undefined;
}

/** What a delivery's connector is like. */
export interface Circumstances {
  /** `null`: no bridge has run with it. */
  readonly row: Pick<ConnectorRow, "state" | "probeAt"> | null;
  /** Absent: the configuration does not name it; `unclear`: nobody can read how. */
  readonly config: ConnectorConfig | "unclear" | undefined;
  /** Whether any bridge runs. */
  readonly isServed: boolean;
}

type Waiting = Pick<LedgerEntry, "state" | "dueAt" | "isBehind" | "claimedUntil"> &
  Partial<Pick<LedgerEntry, "reason">>;

/** `null` for what does not wait. Where several hold it, the one that a person has to look at first. */
export function holdOf(
  { state, dueAt, reason, isBehind, claimedUntil = 0 }: Waiting,
  { row, config, isServed }: Circumstances,
  now: number,
): Hold | null {
  if (state !== "waiting") return null;
  if (row === null) return { by: config === undefined ? "not_configured" : "no_bridge", until: null };
  const due = Math.max(dueAt ?? 0, 0);
  // a connector that is probed sends what is due then, and nothing before
  const probed = isServed && row.probeAt !== null ? Math.max(row.probeAt, due) : null;
  const when = {
    until: probed,
    ...(probed !== null && probed > (row.probeAt ?? 0) && probed > now && { isOwn: true }),
  };
  switch (conditionOf(row, config, isServed)) {
    case "not configured":
      return { by: "not_configured", until: null };
    case "switched off":
      return { by: "switched_off", until: null };
    case "paused":
      return { by: "paused", cause: row.state.cause, why: causeWords(row.state), ...when };
    case "not served":
      return { by: "no_bridge", until: null };
    case "backing off":
      return { by: row.state.told ? "told_to_wait" : "backing_off", ...unsaid(row.state, reason), ...when };
    case "ready":
      if (claimedUntil > now) return { by: "under_way", until: claimedUntil };
      if (isBehind) return { by: "earlier_event", until: null };
      return { by: due > now ? "retry" : "turn", until: due };
  }
}

/** Why the destination is left alone, where the delivery has no reason of its own to say so: it was not tried yet. */
function unsaid(state: Pick<ConnectorState, "reason">, own: Reason | null | undefined): Pick<Hold, "why" | "reason"> {
  return own === null && state.reason !== undefined ? { why: reasonText(state.reason), reason: state.reason } : {};
}

/** A delivery that is due for less was looked at in passing: nothing holds it. Milliseconds. */
const IN_PASSING_MS = 5_000;

/** As it goes on after `waiting after 2 attempts`. */
export function holdText(hold: Hold, now: number): string {
  const whole = wholeHoldText(hold, now);
  if (whole !== undefined) return `held: ${whole}`;
  const at = hold.until ?? now;
  if (hold.by === "earlier_event") return "held: an earlier event of this person goes first";
  if (hold.by === "under_way") return `held: a machine is at it; should that one be gone, another is ${until(at, now)}`;
  if (hold.by === "retry") return `next attempt ${until(at, now)}`;
  const waits = now - at;
  if (waits < IN_PASSING_MS) return "next attempt now";
  return `due for ${duration(waits)}: it goes in its turn, as fast as its connector's rate allows`;
}

/** What holds all of a connector's deliveries, as a clause; undefined where nothing does. */
export function wholeHoldText({ by, cause, why, until: at, isOwn }: Hold, now: number): string | undefined {
  const next =
    at === null ? "" : `, ${isOwn ? "next attempt at the earliest" : "its connector asks again"} ${until(at, now)}`;
  switch (by) {
    case "not_configured":
      return "its connector is not in the configuration any more";
    case "switched_off":
      return "its connector is switched off (enabled: false)";
    case "paused":
      return `its connector is paused${why === undefined ? "" : `, ${why}`}${mendedBy(cause)}${next || untilWhen(cause)}`;
    case "no_bridge":
      return "no bridge runs";
    case "told_to_wait":
      return `the destination told us to wait${why === undefined ? "" : ` (${why})`}${next}`;
    case "backing_off":
      return `the destination is in trouble${why === undefined ? "" : ` (${why})`}${next}`;
    case "under_way":
    case "earlier_event":
    case "retry":
    case "turn":
      return undefined;
  }
}

/** Asking again alone does not end it. */
const mendedBy = (cause: PauseCause | undefined): string =>
  cause === "credentials" || cause === "refusing" ? ": somebody must mend that" : "";

function untilWhen(cause: PauseCause | undefined): string {
  return cause === "person" || cause === "gone" ? ", until somebody resumes it" : ", asked again when a bridge runs";
}

/** @param now milliseconds since 1970, for the words */
export function holdAsJson(hold: Hold, now: number): Record<string, unknown> {
  return { by: hold.by, cause: hold.cause ?? null, until: timeOrNull(hold.until), words: holdText(hold, now) };
}
