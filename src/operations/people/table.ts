/** What is known of people, as a table: a line for each delivery, and one for an event that has none. Pure. */
import type { Cell } from "../../basics/csv.ts";
import { timeOrNull } from "../../basics/format.ts";
import type { HeldEntry } from "../deliveries/held.ts";
import { acknowledgementOf, type TracedStory } from "../deliveries/trace.ts";
import { reasonText } from "../reason.ts";
import type { Person } from "./look.ts";

/** Names as the API has them. Times are ISO 8601 in UTC. */
const COLUMNS = [
  ...(["user", "verdict", "event", "kind", "app", "official_account", "happened_at", "received_at"] as const),
  ...([
    "acknowledged_after_ms",
    "operator",
    "by_admin",
    "platform",
    "source",
    "connector",
    "delivery",
    "state",
  ] as const),
  ...(["proof", "class", "attempts", "first_attempt_at", "last_attempt_at", "settled_at", "reason", "answer"] as const),
];

type Line = Readonly<Record<(typeof COLUMNS)[number], Cell>>;

export function peopleTable(people: readonly Person[]): readonly (readonly Cell[])[] {
  const lines = people.flatMap(linesOf);
  return [COLUMNS, ...lines.map((line) => COLUMNS.map((name) => line[name]))];
}

function linesOf({ user, stories, verdict: { tag } }: Person): Line[] {
  if (stories.length === 0) return [{ ...NOTHING, user, verdict: tag }];
  return stories.flatMap((story) => {
    const event = { ...NOTHING, user, verdict: tag, ...eventCells(story) };
    const { deliveries } = story;
    return deliveries.length === 0 ? [event] : deliveries.map((entry) => ({ ...event, ...deliveryCells(entry) }));
  });
}

const NOTHING = Object.fromEntries(COLUMNS.map((name) => [name, null])) as Line;

function eventCells({ event, storedAt }: TracedStory): Partial<Line> {
  return {
    event: event.id,
    kind: event.kind,
    app: event.app,
    official_account: event.officialAccount,
    happened_at: timeOrNull(event.eventTime),
    received_at: timeOrNull(event.receivedAt),
    acknowledged_after_ms: acknowledgementOf({ event, storedAt }),
    operator: event.operator,
    by_admin: event.byAdmin,
    platform: event.platform,
    source: event.source ?? "callback",
  };
}

function deliveryCells(entry: HeldEntry): Partial<Line> {
  return {
    connector: entry.connector,
    delivery: entry.id,
    state: entry.state,
    proof: entry.proof,
    class: entry.class,
    attempts: entry.attempts,
    first_attempt_at: timeOrNull(entry.firstAttemptAt),
    last_attempt_at: timeOrNull(entry.lastAttemptAt),
    settled_at: timeOrNull(entry.settledAt),
    reason: entry.reason === null ? null : reasonText(entry.reason),
    answer: entry.note,
  };
}
