/** One person's whole story: every event, and what became of it at each connector. */
import { duration, timeOrNull } from "../../basics/format.ts";
import { ANSWER_WITHIN_MS } from "../../config/schema.ts";
import type { ConnectorRow } from "../../storage/contract/connectors.ts";
import type { TracedEvent } from "../../storage/contract/ledger.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import type { Known } from "../known.ts";
import { everyFound } from "../patience.ts";
import { editedJson } from "../quarantine/list.ts";
import { entryJson, eventJson } from "./entry.ts";
import { type HeldEntry, withHolds } from "./held.ts";

export interface TracedStory extends TracedEvent {
  readonly deliveries: readonly HeldEntry[];
  /** Connectors that have no delivery of the event. */
  readonly missing: readonly Missing[];
}

export interface Missing {
  readonly connector: string;
  readonly why: string;
  /** `not_run`: no bridge has run with it. `coming`: within moments. `left_out`: never. */
  readonly by: "not_run" | "coming" | "left_out";
  /** There will be one, within moments. */
  readonly isComing: boolean;
}

/** By event time; empty when nothing is known of the user. Changes nothing. @param user the id in Chat; case-sensitive */
export async function traceUser(questions: Questions, known: Known, user: string): Promise<readonly TracedStory[]> {
  // before the events: one that is routed in between has a delivery, or is said to be still coming; never that it has none
  const rows = await rowsOf(questions, known);
  const events: TracedEvent[] = [];
  for await (const page of everyFound((part) => questions.trace(user, part))) events.push(...page);
  if (events.length === 0) return [];
  const held = await withHolds(
    questions,
    known,
    events.flatMap(({ deliveries }) => deliveries),
  );
  const byEvent = Map.groupBy(held, ({ event }) => event.seq);
  return events
    .toSorted((a, b) => a.event.eventTime - b.event.eventTime || a.event.seq - b.event.seq)
    .map((traced) => ({
      ...traced,
      deliveries: byEvent.get(traced.event.seq) ?? [],
      missing: missingIn(traced, rows),
    }));
}

async function rowsOf(
  questions: Questions,
  { connectors, unclear }: Known,
): Promise<ReadonlyMap<string, ConnectorRow | null>> {
  const rows = new Map<string, ConnectorRow | null>();
  const names = [...connectors.map(({ name }) => name), ...(unclear === "all" ? [] : unclear)];
  for (const name of names) rows.set(name, await questions.connector(name));
  return rows;
}

function missingIn({ event, deliveries }: TracedEvent, rows: ReadonlyMap<string, ConnectorRow | null>): Missing[] {
  const delivered = new Set(deliveries.map(({ connector }) => connector));
  return [...rows]
    .filter(([connector]) => !delivered.has(connector))
    .map(([connector, row]) => {
      const by = row === null ? "not_run" : row.cursor < event.seq ? "coming" : "left_out";
      return { connector, by, why: WHY_MISSING[by], isComing: by === "coming" };
    });
}

const WHY_MISSING: Readonly<Record<Missing["by"], string>> = {
  not_run: "not yet: the bridge has not run with this connector",
  coming: "not yet: it will be looked at within moments while the bridge runs",
  left_out: "never: the connector was added later, and its `start` leaves out what was before",
};

/**
 * Milliseconds until Chat was told that the event is safe; null where nobody knows. What reached the store later than callbacks are
 * answered was answered before: by the spool, or 503.
 */
export function acknowledgedAfterMs(receivedAt: number, storedAt: number | null): number | null {
  if (storedAt === null || storedAt - receivedAt > ANSWER_WITHIN_MS) return null;
  return Math.max(0, Math.round(storedAt - receivedAt));
}

/** The same of an event as it is known: of one that was found no callback told, and nobody waited for an answer. */
export function acknowledgementOf({ event, storedAt }: Pick<TracedEvent, "event" | "storedAt">): number | null {
  return event.source === undefined ? acknowledgedAfterMs(event.receivedAt, storedAt) : null;
}

/** When Chat was told that the event is safe, in words; both times in milliseconds since 1970. */
export function acknowledged(receivedAt: number, storedAt: number | null): string {
  const ms = acknowledgedAfterMs(receivedAt, storedAt);
  if (ms !== null) return `after ${ms} ms, when it was safely stored`;
  if (storedAt === null) return "unknown: it came from the quarantine, or the bridge was interrupted just then";
  const later = `it reached the store after ${storedAfter(storedAt - receivedAt)}`;
  return `unknown: ${later}, kept in the spool or the quarantine before that, or answered 503`;
}

const storedAfter = (ms: number): string => (ms < 10_000 ? `${Math.round(ms)} ms` : duration(ms));

export function storyAsJson(
  { event, storedAt, deliveries, missing, edited }: TracedStory,
  now: number,
): Record<string, unknown> {
  return {
    event: eventJson(event),
    storedAt: timeOrNull(storedAt),
    acknowledgedAfterMs: acknowledgementOf({ event, storedAt }),
    edited: edited === undefined ? null : { ...editedJson(edited), entry: edited.entry },
    // the event stands above them
    deliveries: deliveries.map((entry) => ({ ...entryJson(entry, now), event: undefined })),
    without: missing.map(({ connector, why }) => ({ connector, why })),
  };
}
