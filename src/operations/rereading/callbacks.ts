/** Reads raw callbacks once more: events that were missed are taken in, those that were read wrongly are put right. */
import { readCallback } from "../../callback.ts";
import type { Event } from "../../connector.ts";
import type { StoredCallback } from "../../storage/contract/callbacks.ts";
import type { Correction, KnownEvent } from "../../storage/contract/ledger.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { inTurns } from "../in-turns.ts";
import { isReadOtherwise, mayBeOvertaken, sendAfterAll } from "./decisions.ts";
import { headOf, takeInOne, type Walk } from "./walk.ts";

const PAGE = 250;
/** Events in one question. */
const BATCH = 1_000;
/** Events in one change: whoever waits for the store must not wait long. */
const CHANGED = 500;
/** So many deliveries are named. */
const NAMED = 100;

export async function walkCallbacks(walk: Walk): Promise<void> {
  const { storage, since, until = Number.POSITIVE_INFINITY, report, onRead } = walk;
  for (let after = 0; ; ) {
    const { callbacks } = await storage.callbacks({ since, after, limit: PAGE });
    const last = callbacks.at(-1);
    if (last === undefined) return;
    for (const callback of callbacks) if (callback.receivedAt < until) await readAgain(walk, callback);
    after = last.seq;
    onRead(report.read);
  }
}

async function readAgain(walk: Walk, callback: StoredCallback): Promise<void> {
  const { storage, report, taken, whole } = walk;
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
    const empty = walk.empty.get(headOf(callback));
    const served = empty === undefined ? [] : [empty];
    if (await takeInOne(walk, { callbacks: [plain], quarantine }, served)) forgetEmpty(walk, callback);
  }
  await correct(walk, callback, events, known);
}

async function knownOf(storage: Storage, events: readonly Event[]): Promise<ReadonlyMap<string, KnownEvent>> {
  const known = new Map<string, KnownEvent>();
  for (let at = 0; at < events.length; at += BATCH) {
    for (const one of await storage.known(events.slice(at, at + BATCH))) known.set(one.id, one);
  }
  return known;
}

/** The whole body of what it was to hold is understood now. */
function forgetEmpty({ empty, report }: Walk, callback: StoredCallback): void {
  if (empty.delete(headOf(callback))) report.faulty -= 1;
}

async function correct(
  walk: Walk,
  callback: StoredCallback,
  events: readonly Event[],
  known: ReadonlyMap<string, KnownEvent>,
): Promise<void> {
  const corrections: Correction[] = [];
  for (const event of events) {
    const before = known.get(event.id);
    if (before === undefined || !isReadOtherwise(event, before, callback.seq)) continue;
    const { operator, byAdmin } = event;
    corrections.push({ seq: before.seq, operator, byAdmin, again: await againOf(walk, event) });
  }
  walk.report.corrected += corrections.length;
  const { act, storage } = walk;
  if (act === "dry run") return;
  for (let at = 0; at < corrections.length; at += CHANGED) {
    await inTurns(() => storage.correct(corrections.slice(at, at + CHANGED), act));
  }
}

/** The deliveries of an event that are sent after all. */
async function againOf({ storage, config, report }: Walk, event: Event): Promise<Correction["again"]> {
  const traced = (await storage.trace(event.user)).find((one) => one.event.id === event.id);
  return (traced?.deliveries ?? []).flatMap((entry) => {
    const { connector, reason } = entry;
    const configured = config.connectors.find(({ name }) => name === connector);
    const note = sendAfterAll(entry, event, configured);
    if (note === undefined) return [];
    report.again += 1;
    const { user, eventTime } = event;
    if (report.first.length < NAMED) report.first.push({ connector, user, eventTime, was: reason?.words ?? "" });
    return [{ connector, note }];
  });
}
