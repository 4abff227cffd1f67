/** Whether a bridge that has given a sign of life still runs. Pure. */
import type { KnownBridge } from "../contract/presence.ts";

/** How often a bridge gives a sign of life, in milliseconds. */
export const SIGN_EVERY_MS = 10_000;
/** Whoever gave none for so long is believed to have been killed, or cut off: three in a row are missing. */
export const SILENT_MS = 35_000;
/** Rows of bridges that run no more are kept for so long. */
export const REMEMBERED_MS = 24 * 3_600_000;

/** @param now milliseconds since 1970, by the clock that wrote `seenAt` */
export function isServing({ seenAt, endedAt }: Pick<KnownBridge, "seenAt" | "endedAt">, now: number): boolean {
  // a sign from the future is another clock's, and says no more than one from the past
  return endedAt === null && seenAt !== null && Math.abs(now - seenAt) < SILENT_MS;
}

/** Who holds the lock of a store for one bridge. */
export type Lock =
  | { readonly tag: "free" | "unknown" }
  /** `holder`: absent when nobody knows. */
  | { readonly tag: "held"; readonly holder?: Holder };

interface Holder {
  readonly host: string;
  readonly process: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The same where one bridge at a time serves the store: its lock ends with it, whatever the latest signs of life say. */
export function judgeByLock(bridges: readonly KnownBridge[], lock: Lock): readonly KnownBridge[] {
  switch (lock.tag) {
    case "unknown":
      return bridges;
    case "free":
      return bridges.map((bridge) => ({ ...bridge, serves: false }));
    case "held": {
      const known = bridges.find((bridge) => bridge.endedAt === null && isHolder(bridge, lock.holder));
      const others = bridges.filter((bridge) => bridge !== known);
      // one holds it at a time: whoever fell silent before has ended
      const ended = others.map((bridge) => ({ ...bridge, serves: false, endedAt: bridge.endedAt ?? bridge.seenAt }));
      return [{ ...(known ?? unknown(lock.holder)), serves: true }, ...ended];
    }
  }
}

function isHolder({ host, process }: KnownBridge, holder: Holder | undefined): boolean {
  return holder === undefined || (host === holder.host && process === holder.process);
}

/** Of a release that gives no signs of life, or one that has just begun. */
function unknown({ host, process, since }: Holder = { host: "", process: 0, since: 0 }): Omit<KnownBridge, "serves"> {
  return { id: "", host, process, version: null, configuration: null, since, seenAt: null, endedAt: null };
}
