/** A connector's condition in a marketer's words. Pure. */

import { count, duration, time, until } from "../../basics/format.ts";
import type { ConnectorConfig } from "../../config/checked-config.ts";
import { isForeignRefusal } from "../../connector-tools.ts";
import type { ConnectorRow, ConnectorState, PauseCause } from "../../storage/contract/connectors.ts";
import type { ConnectorStatus } from "../../storage/contract/ledger.ts";
import { reasonText } from "../reason.ts";

export type Condition = "ready" | "backing off" | "not served" | "paused" | "switched off" | "not configured";

/**
 * @param config absent: the configuration does not name it any more; `unclear`: nobody can read how
 * @param isServed whether any bridge runs
 */
export function conditionOf(
  { state }: Pick<ConnectorRow, "state">,
  config: ConnectorConfig | "unclear" | undefined,
  isServed: boolean,
): Condition {
  if (config === undefined) return "not configured";
  if (config !== "unclear" && !config.common.enabled) return "switched off";
  // a pause outlives the bridge; everything else is what a bridge that is gone has found
  if (!isServed && state.status !== "paused") return "not served";
  return state.status === "backing_off" ? "backing off" : state.status;
}

/** Needs a person, or a change of the configuration. */
export function needsHelp(status: ConnectorStatus, condition: Condition): boolean {
  return condition === "paused" || (condition === "not configured" && status.waiting > 0);
}

const CAUSES: Readonly<Record<PauseCause, string>> = {
  credentials: "the destination refuses the credentials",
  refusing: "the destination takes nothing",
  gone: "the destination says that it is gone for good",
  person: "somebody paused it",
};

/** Why it is paused, as a clause. */
export function causeWords({ cause, reason, by }: Pick<ConnectorState, "cause" | "reason" | "by">): string | undefined {
  if (cause === "credentials" && reason !== undefined && isForeignRefusal(reason))
    return "somebody in between refuses us";
  if (cause === "person" && by !== undefined) return `${by} paused it`;
  return cause === undefined ? undefined : CAUSES[cause];
}

const UNASKED = "asked again when a bridge runs";
const HELD = "they are given up once it accepts another one; refused on and on, they are kept and it pauses";
const NEVER_TAKEN =
  "nothing was ever taken with these settings, so they are tried again every hour, and given up by their age alone";

function heldLines({ name, state: { held }, takenWith, fingerprint }: ConnectorStatus): string[] {
  const head = `${name} refused its last ${count(held.length, "delivery", "deliveries")}`;
  const [latest] = held.slice(-1);
  const why = latest === undefined ? [] : [`why: ${reasonText(latest.reason)}`];
  return [`${head}: ${takenWith === fingerprint ? HELD : NEVER_TAKEN}`, ...why];
}

/** What to know and what to do, a line each; nothing when all is well. */
export function explanation(status: ConnectorStatus, condition: Condition, now: number, isServed: boolean): string[] {
  const { name, state, since, probeAt, waiting } = status;
  const why = state.reason === undefined ? [] : [`why: ${reasonText(state.reason)}`];
  const asked = probeAt === null ? [] : [isServed ? `asked again ${until(probeAt, now)} (${time(probeAt)})` : UNASKED];
  switch (condition) {
    case "ready":
      return state.held.length === 0 ? [] : heldLines(status);
    case "not served":
      if (state.status !== "backing_off") return state.held.length === 0 ? [] : heldLines(status);
      return [`${name} was in trouble since ${time(since)} when the last bridge ended`, ...why, ...asked];
    case "switched off":
      return [`${name} is switched off (enabled: false); its queue is kept`];
    case "not configured":
      if (waiting === 0) return [];
      return [
        `${name} is not in the configuration any more, and what waits for it goes nowhere`,
        `to do: put it back, or let its successor adopt its queue with \`was: ${name}\``,
      ];
    case "backing off":
      return [`${name} is in trouble for ${duration(now - since)} (since ${time(since)})`, ...why, ...asked];
    case "paused": {
      const cause = causeWords(state) ?? "it is paused";
      const head = `${name} is paused for ${duration(now - since)} (since ${time(since)}): ${cause}`;
      return [head, ...why, ...asked, `to do: ${wayOut(status)}`];
    }
  }
}

function wayOut({ name, state }: ConnectorStatus): string {
  switch (state.cause) {
    case "credentials":
      if (state.reason !== undefined && isForeignRefusal(state.reason))
        return "see that firewalls and proxies let this machine through, then look at its address, then at the credentials; it goes on by itself as soon as they do";
      return "renew the credentials; it goes on by itself as soon as they work";
    case "refusing":
      return "look at the reason and mend the connector's settings; it goes on by itself once something is accepted";
    case "gone":
      return `correct its address, or \`resume ${name}\` if the destination is back`;
    default:
      return `\`resume ${name}\` lets it go on`;
  }
}
