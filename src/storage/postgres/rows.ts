/** Rows of a PostgreSQL store as the contract's objects. */
import type { Reason } from "../../connector.ts";
import type {
  Attempt,
  ConnectorRow,
  ConnectorState,
  DeadClass,
  DeadLetter,
  DeliveryState,
  LedgerEntry,
  QuarantineEntry,
  StoredCallback,
  StoredEvent,
  TakenDelivery,
} from "../contract.ts";
import type { Row } from "./values.ts";

/** Columns of an event, named so that they can stand beside a delivery's. */
export const EVENT = `e.seq AS e_seq, e.id AS e_id, e.kind AS e_kind, e.app AS e_app, e.official_account AS e_account,
  e.user_id AS e_user, e.operator AS e_operator, e.by_admin AS e_by_admin, e.platform AS e_platform,
  e.client_ip AS e_client_ip, e.event_time AS e_event_time, e.received_at AS e_received_at`;

/** Columns of a delivery that the contract's objects are made of. */
export const DELIVERY = `d.event, d.connector, d.state, d.class, d.reason, d.note, d.generation, d.attempts,
  array_to_string(d.history, E'\\n') AS history, d.routed_at, d.first_attempt_at, d.first_attempt_clock, d.last_attempt_at,
  d.settled_at, d.due_at`;

export function eventOf(row: Row): StoredEvent {
  return {
    seq: Number(row.e_seq),
    id: String(row.e_id),
    kind: row.e_kind === "subscribed" ? "subscribed" : "unsubscribed",
    app: String(row.e_app),
    officialAccount: String(row.e_account),
    user: String(row.e_user),
    operator: String(row.e_operator),
    byAdmin: row.e_by_admin === true,
    platform: String(row.e_platform),
    clientIp: String(row.e_client_ip),
    eventTime: Number(row.e_event_time),
    receivedAt: Number(row.e_received_at),
  };
}

export const deliveryId = (row: Row): string => `${row.e_id}:${row.origin}`;

/** A delivery id's parts: the event's id, and the first name that its connector had. */
export function splitId(id: string): [eventId: string, origin: string] {
  const colon = id.indexOf(":");
  return [id.slice(0, colon), id.slice(colon + 1)];
}

export function callbackOf(row: Row): StoredCallback {
  return {
    seq: Number(row.seq),
    app: String(row.app),
    command: String(row.command),
    platform: String(row.platform),
    clientIp: String(row.client_ip),
    receivedAt: Number(row.received_at),
    body: new Uint8Array(row.body as Uint8Array),
  };
}

export function quarantineOf(row: Row): QuarantineEntry {
  const { seq: _, ...callback } = callbackOf(row);
  return { ...callback, id: String(row.id), fault: String(row.fault), size: Number(row.size) };
}

export function connectorOf(row: Row): ConnectorRow {
  return {
    name: String(row.name),
    origin: String(row.origin),
    type: String(row.type),
    destination: String(row.destination),
    cursor: Number(row.cursor),
    state: stateOf(row),
    version: Number(row.version),
    since: Number(row.since),
    probeAt: numberOrNull(row.probe_at),
    clock: Number(row.clock),
  };
}

export function stateOf(row: Row): ConnectorState {
  return JSON.parse(String(row.state)) as ConnectorState;
}

export function takenOf(row: Row): TakenDelivery {
  return {
    id: deliveryId(row),
    event: eventOf(row),
    attempts: Number(row.attempts),
    generation: Number(row.generation),
    firstAttemptClock: numberOrNull(row.first_attempt_clock),
  };
}

export function entryOf(row: Row): LedgerEntry {
  return {
    id: deliveryId(row),
    connector: String(row.name),
    event: eventOf(row),
    state: row.state as DeliveryState,
    class: (row.class ?? null) as DeadClass | null,
    reason: reasonOf(row),
    note: row.note === null ? null : String(row.note),
    generation: Number(row.generation),
    attempts: Number(row.attempts),
    history: historyOf(row),
    routedAt: Number(row.routed_at),
    firstAttemptAt: numberOrNull(row.first_attempt_at),
    lastAttemptAt: numberOrNull(row.last_attempt_at),
    settledAt: numberOrNull(row.settled_at),
    dueAt: row.state === "waiting" ? Number(row.due_at) : null,
  };
}

export function letterOf(row: Row): DeadLetter {
  const lastAttemptAt = Number(row.last_attempt_at ?? row.settled_at);
  return {
    id: deliveryId(row),
    generation: Number(row.generation),
    connector: String(row.name),
    event: eventOf(row),
    class: row.class as DeadClass,
    reason: reasonOf(row) ?? { words: "unknown" },
    attempts: Number(row.attempts),
    firstAttemptAt: Number(row.first_attempt_at ?? lastAttemptAt),
    lastAttemptAt,
  };
}

export const numberOrNull = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);

function reasonOf(row: Row): Reason | null {
  return typeof row.reason === "string" ? (JSON.parse(row.reason) as Reason) : null;
}

/** A line for each failed attempt: JSON itself has no line breaks. */
function historyOf(row: Row): readonly Attempt[] {
  const lines = String(row.history ?? "");
  return lines === "" ? [] : lines.split("\n").map((line) => JSON.parse(line) as Attempt);
}
