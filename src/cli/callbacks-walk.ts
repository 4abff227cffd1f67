/** Walks through the raw callbacks and the quarantine, reads them once more, and does what follows, or only says so. */
import { checkCallback, isFaultOfReading, readCallback } from "../callback.ts";
import type { Config } from "../config/config.ts";
import type { Event } from "../connector.ts";
import type { Callback, Correction, Intake, KnownEvent, Storage, StoredCallback } from "../storage/contract.ts";
import { reread } from "./reread.ts";
import { isReadOtherwise, mayBeOvertaken, sendAfterAll, wholeSince } from "./rereading.ts";

export interface WalkOptions {
  readonly storage: Storage;
  readonly config: Pick<Config, "storage" | "connectors">;
  /** What was received before is not looked at, milliseconds since 1970. */
  readonly since: number;
  /** False: changes nothing. */
  readonly act: boolean;
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

const PAGE = 250;
/** Bodies may be large. */
const QUARANTINE_PAGE = 20;
/** Events in one question. */
const BITE = 1_000;
/** So many deliveries are named. */
const NAMED = 100;

export async function walk(options: WalkOptions): Promise<WalkReport> {
  const { storage, config, since, act, onRead } = options;
  const report: WalkReport = {
    ...{ read: 0, leftOut: 0, faulty: 0, corrected: 0, again: 0 },
    understood: { callbacks: 0, users: 0 },
    first: [],
  };
  // events that this walk takes in, or would: the quarantine may hold what a raw callback holds as well
  const taken = new Set<string>();
  // entries in which nothing can be, by what came with them: a store that was read wrongly gave the router no more of a body
  const husks = new Map<string, string>();
  const { prunedBefore } = await storage.callbacks({ since, after: 0, limit: 1 });
  const whole = wholeSince(prunedBefore, config.storage.retention, Date.now());
  await walkQuarantine();
  await walkCallbacks();
  return report;

  async function walkQuarantine(): Promise<void> {
    for (const id of await quarantinedSince(storage, since)) {
      const entry = await storage.quarantineEntry(id);
      // what did not prove to come from Chat when it came is no matter of reading
      if (entry === null || !isFaultOfReading(entry.fault)) continue;
      const reading = reread(entry, Date.now());
      report.read += 1;
      if (reading.tag === "faulty") {
        report.faulty += 1;
        if (entry.body.length < 2 && entry.size < 2) husks.set(headOf(entry), id);
      } else if (isOld(reading.intake.callbacks[0])) report.leftOut += 1;
      else if (await takeIn(reading.intake)) await removeEntry(id);
      onRead(report.read);
    }
  }

  /** Its whole body is understood now. */
  async function removeHusk(callback: Callback): Promise<void> {
    const id = husks.get(headOf(callback));
    if (id === undefined) return;
    husks.delete(headOf(callback));
    report.faulty -= 1;
    await removeEntry(id);
  }

  async function removeEntry(id: string): Promise<void> {
    if (act) await storage.quarantineRemove([id]);
  }

  function isOld(callback: Callback | undefined): boolean {
    const checked = callback && checkCallback(callback);
    return (
      callback !== undefined && checked?.ok === true && mayBeOvertaken(callback.receivedAt, checked.eventTime, whole)
    );
  }

  /** As if it had just arrived. False when the store refuses it. */
  async function takeIn(intake: Intake): Promise<boolean> {
    const [callback] = intake.callbacks;
    const reading = callback === undefined ? undefined : readCallback(callback);
    const events = reading?.ok === true ? reading.events.filter(({ id }) => !taken.has(id)) : [];
    if (act && (await storage.accept(intake)).refused.length > 0) {
      report.faulty += 1;
      return false;
    }
    for (const { id } of events) taken.add(id);
    if (events.length > 0) report.understood.callbacks += 1;
    report.understood.users += events.length;
    return true;
  }

  async function walkCallbacks(): Promise<void> {
    for (let after = 0; ; ) {
      const { callbacks } = await storage.callbacks({ since, after, limit: PAGE });
      const last = callbacks.at(-1);
      if (last === undefined) return;
      for (const callback of callbacks) await readAgain(callback);
      after = last.seq;
      onRead(report.read);
    }
  }

  async function readAgain(callback: StoredCallback): Promise<void> {
    report.read += 1;
    const reading = readCallback(callback);
    if (!reading.ok) {
      report.faulty += 1;
      return;
    }
    const { events, quarantine } = reading;
    if (events[0] !== undefined && mayBeOvertaken(callback.receivedAt, events[0].eventTime, whole)) {
      report.leftOut += 1;
      return;
    }
    const known = await knownOf(storage, events);
    if (events.some(({ id }) => !known.has(id) && !taken.has(id))) {
      const { seq: _, ...plain } = callback;
      if (await takeIn({ callbacks: [plain], quarantine })) await removeHusk(callback);
    }
    await correct(
      events.filter((event) => {
        const before = known.get(event.id);
        return before !== undefined && isReadOtherwise(event, before, callback.seq);
      }),
      known,
    );
  }

  async function correct(events: readonly Event[], known: ReadonlyMap<string, KnownEvent>): Promise<void> {
    const corrections: Correction[] = [];
    for (const event of events) {
      const { id, operator, byAdmin } = event;
      corrections.push({ seq: known.get(id)?.seq ?? 0, operator, byAdmin, again: await againOf(event) });
    }
    report.corrected += corrections.length;
    if (!act) return;
    for (let at = 0; at < corrections.length; at += BITE) await storage.correct(corrections.slice(at, at + BITE));
  }

  async function againOf(event: Event): Promise<Correction["again"]> {
    const traced = (await storage.trace(event.user)).find((one) => one.event.id === event.id);
    return (traced?.deliveries ?? []).flatMap((entry) => {
      const { connector } = entry;
      const note = sendAfterAll(
        entry,
        event,
        config.connectors.find(({ name }) => name === connector),
      );
      if (note === undefined) return [];
      report.again += 1;
      const { user, eventTime } = event;
      if (report.first.length < NAMED)
        report.first.push({ connector, user, eventTime, was: entry.reason?.words ?? "" });
      return [{ connector, note }];
    });
  }
}

function headOf({ app, command, platform, clientIp, receivedAt }: Callback): string {
  return JSON.stringify([app, command, platform, clientIp, receivedAt]);
}

/** Collected before anything is removed: a page begins behind an entry that must still be there. */
async function quarantinedSince(storage: Storage, since: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await storage.quarantined({ limit: QUARANTINE_PAGE, ...(after !== undefined && { after }) });
    ids.push(...page.filter(({ receivedAt }) => receivedAt >= since).map(({ id }) => id));
    after = page.at(-1)?.id;
    if (after === undefined) return ids;
  }
}

async function knownOf(storage: Storage, events: readonly Event[]): Promise<ReadonlyMap<string, KnownEvent>> {
  const known = new Map<string, KnownEvent>();
  for (let at = 0; at < events.length; at += BITE) {
    for (const one of await storage.known(events.slice(at, at + BITE))) known.set(one.id, one);
  }
  return known;
}
