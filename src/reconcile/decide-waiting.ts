/** Whose spool may hold callbacks that the store does not know. Pure; milliseconds since 1970, on the store's clock. */
import type { KnownBridge } from "../storage/contract/presence.ts";
import { says } from "./words.ts";

/** Of one that fell silent without a farewell nobody knows; after so long it is believed to have been killed. */
const SILENT_FOR_LONG_MS = 10 * 60_000;

/**
 * Why nothing may be delivered yet; undefined: nothing is in the way. A spool that was seen is in the way until a bridge of the same host and
 * path says that it holds none, or until nobody remembers the bridge.
 * Every window that is still to be confirmed ends after that, so it overlaps.
 * @param bridges as the store tells them; one's own included
 */
export function whyWait(bridges: readonly KnownBridge[]): string | undefined {
  const newest = Math.max(0, ...bridges.map(({ seenAt }) => seenAt ?? 0));
  for (const bridge of bridges) {
    const { host, process, serves, endedAt, seenAt } = bridge;
    const who = { host, process };
    const since = bridge.configuration?.spool?.since;
    if (since !== undefined && !isTakenOver(bridge, bridges)) {
      return says(serves ? "spool_held" : "spool_seen", who).words;
    }
    const isSilent = !serves && endedAt === null && seenAt !== null;
    if (isSilent && newest - seenAt < SILENT_FOR_LONG_MS && !hasSuccessor(bridge, bridges))
      return says("silent", who).words;
  }
  return undefined;
}

/** A later one with the same spool has said that there is nothing in it. */
function isTakenOver(bridge: KnownBridge, bridges: readonly KnownBridge[]): boolean {
  return successors(bridge, bridges).some(({ configuration }) => configuration?.spool?.since === undefined);
}

const hasSuccessor = (bridge: KnownBridge, bridges: readonly KnownBridge[]): boolean =>
  successors(bridge, bridges).length > 0;

function successors({ id, host, seenAt, configuration }: KnownBridge, bridges: readonly KnownBridge[]) {
  return bridges.filter(
    (other) =>
      other.id !== id &&
      other.host === host &&
      other.configuration?.spool?.path === configuration?.spool?.path &&
      (other.seenAt ?? 0) > (seenAt ?? 0),
  );
}
