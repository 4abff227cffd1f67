/** What both walks, through the quarantine and through the raw callbacks, share: what is found, and what is taken in. */
import { readCallback } from "../../callback.ts";
import type { Config } from "../../config/checked-config.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Callback, Intake } from "../../storage/contract/callbacks.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { inTurns } from "../in-turns.ts";
import { takenIn } from "../quarantine/reread.ts";
import { wholeSince } from "./decisions.ts";

export interface WalkOptions {
  readonly storage: Storage;
  readonly config: Pick<Config, "storage" | "connectors">;
  /** What was received before is not looked at, milliseconds since 1970. */
  readonly since: number;
  /** Nor what was received then, or later. */
  readonly until?: number;
  /** A dry run changes nothing. */
  readonly act: Act | "dry run";
  /** Called with how many were read so far. */
  readonly onRead: (callbacks: number) => void;
}

/** A delivery that is sent after all. */
export interface SentAfterAll {
  readonly connector: string;
  readonly user: string;
  readonly eventTime: number;
  /** Why it was skipped. */
  readonly was: string;
}

export interface WalkReport {
  /** Raw callbacks and entries of the quarantine that were read. */
  read: number;
  /** Those that `retention` forbids to touch: what they hold, or what overtook it, may be gone. */
  leftOut: number;
  /** Those that are still not understood. */
  faulty: number;
  /** Those that are understood now and were not before, and the users in them. */
  understood: { callbacks: number; users: number };
  /** Events that are read otherwise now. */
  corrected: number;
  /** How many deliveries are sent after all. */
  again: number;
  /** The first of them. */
  readonly first: SentAfterAll[];
}

export interface Walk extends WalkOptions {
  readonly report: WalkReport;
  /** Since when the store has every event, milliseconds since 1970. */
  readonly whole: number;
  /** Events that this walk takes in, or would: the quarantine may hold what a raw callback holds as well. */
  readonly taken: Set<string>;
  /** Entries in which nothing can be, by `headOf`: a store that was read wrongly gave the router no more of a body. */
  readonly empty: Map<string, string>;
}

export async function openWalk(options: WalkOptions): Promise<Walk> {
  const { prunedBefore } = await options.storage.callbacks({ since: options.since, after: 0, limit: 1 });
  return {
    ...options,
    whole: wholeSince(prunedBefore, options.config.storage.retention, Date.now()),
    taken: new Set(),
    empty: new Map(),
    report: {
      ...{ read: 0, leftOut: 0, faulty: 0, corrected: 0, again: 0 },
      understood: { callbacks: 0, users: 0 },
      first: [],
    },
  };
}

/**
 * As if it had just arrived. False when the store refuses it.
 * @param served entries of the quarantine that go with it
 */
export async function takeInOne(
  { storage, act, report, taken }: Walk,
  intake: Intake,
  served: readonly string[],
): Promise<boolean> {
  const [callback] = intake.callbacks;
  const reading = callback === undefined ? undefined : readCallback(callback);
  const events = reading?.ok === true ? reading.events.filter(({ id }) => !taken.has(id)) : [];
  if (act !== "dry run") {
    const { refused } = await inTurns(() => storage.takeIn([takenIn(intake, served)], act));
    if (refused.length > 0) {
      report.faulty += 1;
      return false;
    }
  }
  for (const { id } of events) taken.add(id);
  if (events.length > 0) report.understood.callbacks += 1;
  report.understood.users += events.length;
  return true;
}

/** What came with a body. */
export function headOf({ app, command, platform, clientIp, receivedAt }: Callback): string {
  return JSON.stringify([app, command, platform, clientIp, receivedAt]);
}
