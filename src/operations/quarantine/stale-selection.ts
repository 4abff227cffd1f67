/**
 * Which stale entries of the quarantine `--all` means. Honest ones are all off by the same, as far as our clock was; an old URL
 * in wrong hands lies behind them, and its body proves nothing. Pure.
 */
import { STALE_FAULT } from "../../callback.ts";
import type { QuarantineEntry } from "../../storage/contract/callbacks.ts";
import { FAR_BEHIND_MS, isFarBehind } from "../../storage/rules/quarantine-bounds.ts";

/** What is needed of an entry, without its body. */
export type EntryHead = Pick<QuarantineEntry, "id" | "app" | "fault" | "receivedAt" | "stale">;

/** Why a stale entry is left: `unstated`: nobody said how far off it may have been. */
export type LeftOut = "unstated" | "further off" | "far behind" | "unknown";

/** Whether it came stale. */
export function cameStale({ fault, stale }: Pick<EntryHead, "fault" | "stale">): boolean {
  return stale !== undefined || fault === STALE_FAULT;
}

/** RequestTime less our clock when it came, in milliseconds; undefined where nobody knows it. */
export function aheadMs({ receivedAt, stale }: Pick<EntryHead, "receivedAt" | "stale">): number | undefined {
  return stale === undefined ? undefined : stale.requestTime - receivedAt;
}

/** By id, those of these entries that are left, with why. @param withinMs how far off they may have been; undefined: not said */
export function leftOut(heads: readonly EntryHead[], withinMs: number | undefined): ReadonlyMap<string, LeftOut> {
  const isBehindOthers = laggards(heads);
  const left = new Map<string, LeftOut>();
  for (const head of heads) {
    if (!cameStale(head)) continue;
    const why = whyLeft(head, withinMs, isBehindOthers(head));
    if (why !== undefined) left.set(head.id, why);
  }
  return left;
}

function whyLeft(head: EntryHead, withinMs: number | undefined, isBehindOthers: boolean): LeftOut | undefined {
  const { stale } = head;
  const ahead = aheadMs(head);
  // 0.1.0 has kept it without its RequestTime
  if (stale === undefined || ahead === undefined) return "unknown";
  if (isFarBehind(stale) || isBehindOthers) return "far behind";
  if (withinMs === undefined) return "unstated";
  return Math.abs(ahead) <= withinMs ? undefined : "further off";
}

const HOUR_MS = 3_600_000;

/**
 * Those that lag behind others of their app that came about the same time. It is known of most when they come; not of those
 * that came before the first honest one.
 */
function laggards(heads: readonly EntryHead[]): (head: EntryHead) => boolean {
  const best = new Map<string, number>();
  const hourOf = ({ receivedAt }: EntryHead) => Math.floor(receivedAt / HOUR_MS);
  for (const head of heads) {
    const key = `${head.app} ${hourOf(head)}`;
    best.set(key, Math.max(best.get(key) ?? Number.NEGATIVE_INFINITY, aheadMs(head) ?? Number.NEGATIVE_INFINITY));
  }
  return (head) => {
    const hour = hourOf(head);
    const around = [hour - 1, hour, hour + 1].map((one) => best.get(`${head.app} ${one}`) ?? Number.NEGATIVE_INFINITY);
    return Math.max(...around) - (aheadMs(head) ?? 0) > FAR_BEHIND_MS;
  };
}

/** The largest distance of those that only wait to be told one, in milliseconds; undefined when there are none. */
export function distanceNeeded(heads: readonly EntryHead[], left: ReadonlyMap<string, LeftOut>): number | undefined {
  let most: number | undefined;
  for (const head of heads) {
    if (left.get(head.id) === "unstated") most = Math.max(most ?? 0, Math.abs(aheadMs(head) ?? 0));
  }
  return most;
}
