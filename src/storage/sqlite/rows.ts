/** Rows of a SQLite store as the contract's objects. */
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
import type { Row } from "./context.ts";

/** Columns of an event, named so that they can stand beside a delivery's. */
export const EVENT = `e.seq AS e_seq, e.id AS e_id, e.kind AS e_kind, e.app AS e_app, e.official_account AS e_account,
  e.user AS e_user, e.operator AS e_operator, e.by_admin AS e_by_admin, e.platform AS e_platform,
  e.client_ip AS e_client_ip, e.event_time AS e_event_time, e.received_at AS e_received_at`;

export function eventOf(row: Row): StoredEvent {
  return {
    seq: Number(row.e_seq),
    id: String(row.e_id),
    kind: row.e_kind === "subscribed" ? "subscribed" : "unsubscribed",
    app: String(row.e_app),
    officialAccount: String(row.e_account),
    user: String(row.e_user),
    operator: String(row.e_operator),
    byAdmin: row.e_by_admin === 1,
    platform: String(row.e_platform),
    clientIp: String(row.e_client_ip),
    eventTime: Number(row.e_event_time),
    receivedAt: Number(row.e_received_at),
  };
}

export const deliveryId = (row: Row): string => `${row.e_id}:${row.origin}`;

export function callbackOf(row: Row): StoredCallback {
  return {
    seq: Number(row.seq),
    app: String(row.app),
    command: String(row.command),
    platform: String(row.platform),
    clientIp: String(row.client_ip),
    receivedAt: Number(row.received_at),
    body: row.body as Uint8Array,
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
    state: JSON.parse(String(row.state)) as ConnectorState,
    version: Number(row.version),
    since: Number(row.since),
    probeAt: nullable(row.probe_at),
    clock: Number(row.clock),
  };
}

export function takenOf(row: Row): TakenDelivery {
  return {
    id: deliveryId(row),
    event: eventOf(row),
    attempts: Number(row.attempts),
    generation: Number(row.generation),
    firstAttemptClock: nullable(row.first_attempt_clock),
  };
}

export function entryOf(row: Row): LedgerEntry {
  const waiting = row.state === "waiting";
  return {
    id: deliveryId(row),
    connector: String(row.name),
    event: eventOf(row),
    state: row.state as DeliveryState,
    class: (row.class ?? null) as DeadClass | null,
    reason: parsed<Reason>(row.reason),
    note: row.note === null ? null : String(row.note),
    generation: Number(row.generation),
    attempts: Number(row.attempts),
    history: parsed<Attempt[]>(row.history) ?? [],
    routedAt: Number(row.routed_at),
    firstAttemptAt: nullable(row.first_attempt_at),
    lastAttemptAt: nullable(row.last_attempt_at),
    settledAt: nullable(row.settled_at),
    dueAt: waiting ? Number(row.due_at) : null,
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
    reason: parsed<Reason>(row.reason) ?? { words: "unknown" },
    attempts: Number(row.attempts),
    firstAttemptAt: Number(row.first_attempt_at ?? lastAttemptAt),
    lastAttemptAt,
  };
}

const nullable = (value: Row[string]): number | null => (value === null || value === undefined ? null : Number(value));

function parsed<T>(value: Row[string]): T | null {
  return typeof value === "string" ? (JSON.parse(value) as T) : null;
}
