/** Rows of a store as the contract's objects. Both stores name their columns alike, and keep what has many parts as JSON. */

import { deliveryIdOf } from "../../basics/delivery-id.ts";
import type { Event, Reason } from "../../connector.ts";
import type { Front } from "../contract/audit.ts";
import type { Edited, QuarantineEntry, StoredCallback, StoredEvent } from "../contract/callbacks.ts";
import type { ConnectorRow, ConnectorState, Differing, PutOff } from "../contract/connectors.ts";
import type { DeadClass, DeliveryState, TakenDelivery } from "../contract/deliveries.ts";
import type { Healed, HealReason } from "../contract/healing.ts";
import type { Attempt, ClockOff, DeadLetter, KnownEvent, LedgerEntry, TracedEvent } from "../contract/ledger.ts";
import type { KnownBridge, ServedConfiguration } from "../contract/presence.ts";

/** By column. */
type Row = Readonly<Record<string, unknown>>;

export function eventOf(row: Row): StoredEvent {
  const event = plainEventOf(row);
  return typeof row.e_healed === "string" ? { ...event, ...healedFacts(event, row.e_healed) } : event;
}

/** Of an event `e`, in a table of their own: SQLite reads all of a STRICT table that is given another column. */
export const HEALED_FACTS = "(SELECT f.facts FROM healed_facts f WHERE f.event = e.seq)";

/** A statement for a store that no release has opened yet which knows of healed events. */
export const withoutHealed = (sql: string): string => sql.replaceAll(HEALED_FACTS, "NULL");

/** What a healed event has beside its columns: JSON; null of any other. */
export function healedFactsOf({ discoveredAt, happenedBetween }: Event): string | null {
  return discoveredAt === undefined ? null : JSON.stringify({ discoveredAt, from: happenedBetween?.[0] });
}

function healedFacts({ eventTime }: Event, column: string): Pick<Event, "source" | "discoveredAt" | "happenedBetween"> {
  const { discoveredAt, from } = JSON.parse(column) as { discoveredAt: number; from: number };
  return { source: "reconcile", discoveredAt, happenedBetween: [from, eventTime] };
}

function plainEventOf(row: Row): StoredEvent {
  return {
    seq: Number(row.e_seq),
    id: String(row.e_id),
    kind: row.e_kind === "subscribed" ? "subscribed" : "unsubscribed",
    app: String(row.e_app),
    officialAccount: String(row.e_account),
    user: String(row.e_user),
    operator: String(row.e_operator),
    // SQLite knows no booleans; and 0.1.0 took an operator whom Chat did not name for an admin
    byAdmin: row.e_operator !== "" && (row.e_by_admin === true || row.e_by_admin === 1),
    platform: String(row.e_platform),
    clientIp: String(row.e_client_ip),
    eventTime: Number(row.e_event_time),
    receivedAt: Number(row.e_received_at),
  };
}

/** Just as it is stored. */
export function knownOf(row: Row): KnownEvent {
  return {
    seq: Number(row.seq),
    id: String(row.id),
    callback: Number(row.callback),
    operator: String(row.operator),
    byAdmin: row.by_admin === true || row.by_admin === 1,
  };
}

export const deliveryId = (row: Row): string => deliveryIdOf(String(row.e_id), String(row.origin));

export function callbackOf(row: Row): StoredCallback {
  return {
    seq: Number(row.seq),
    app: String(row.app),
    command: String(row.command),
    platform: String(row.platform),
    clientIp: String(row.client_ip),
    receivedAt: Number(row.received_at),
    body: plainBytes(row.body as Uint8Array),
  };
}

export function quarantineOf(row: Row): QuarantineEntry {
  const { seq: _, ...callback } = callbackOf(row);
  const entry = { ...callback, id: String(row.id), fault: String(row.fault), size: Number(row.size) };
  const requestTime = numberOrNull(row.request_time);
  return requestTime === null ? entry : { ...entry, stale: { requestTime, behindMs: Number(row.behind) } };
}

/** An entry with what a person has made of it. @param edits rows of `edited` */
export function editedEntryOf(row: Row, edits: readonly Row[]): QuarantineEntry {
  const own = edits.find(({ seq }) => Number(seq) === Number(row.seq));
  return own === undefined ? quarantineOf(row) : { ...quarantineOf(row), edited: editedOf(own) };
}

/** Where entries are listed, and in stories, without how the body came. */
export const EDITED_HEAD = "seq, entry, actor, front, proven, at, callback";

function editedOf(row: Row): Edited {
  const by = {
    name: String(row.actor),
    front: row.front as Front,
    // SQLite knows no booleans
    proven: row.proven === true || row.proven === 1,
  };
  const edited = { by, at: Number(row.at) };
  return row.original === undefined ? edited : { ...edited, original: plainBytes(row.original as Uint8Array) };
}

export function clockOffOf(row: Row): ClockOff {
  return { host: String(row.host), offMs: Number(row.off_ms), since: Number(row.since), at: Number(row.at) };
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
    fingerprint: String(row.fingerprint),
    // a store that this release has not opened yet has no such column
    takenWith: typeof row.taken_with === "string" ? row.taken_with : null,
    ...differingOf(row),
  };
}

function differingOf(row: Row): Pick<ConnectorRow, "differing"> {
  const differing = parsed<Differing>(row.differing);
  return differing === null ? {} : { differing };
}

export function stateOf(row: Row): ConnectorState {
  const document = JSON.parse(String(row.state)) as ConnectorState;
  const putOff = parsed<PutOff[]>(row.put_off);
  return putOff === null ? document : { ...document, putOff };
}

/** A state as a store keeps it: the document, and what stands beside it. */
export function stateColumns({ putOff = [], ...document }: ConnectorState): [state: string, putOff: string | null] {
  return [JSON.stringify(document), putOff.length === 0 ? null : JSON.stringify(putOff)];
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
  // the attempt that delivered was when it was settled: so it is written once (rules/settling.ts)
  const delivering = row.state === "delivered" && Number(row.attempts) > 0 ? numberOrNull(row.settled_at) : null;
  return {
    id: deliveryId(row),
    connector: String(row.name),
    event: eventOf(row),
    state: row.state as DeliveryState,
    // of a delivered one it is what is proven
    class: row.state === "delivered" ? null : ((row.class ?? null) as DeadClass | null),
    proof: row.state === "delivered" && row.class === "accepted" ? "accepted" : null,
    reason: parsed<Reason>(row.reason),
    note: row.note === null ? null : String(row.note),
    generation: Number(row.generation),
    attempts: Number(row.attempts),
    history: parsed<Attempt[]>(row.history) ?? [],
    routedAt: Number(row.routed_at),
    firstAttemptAt: numberOrNull(row.first_attempt_at) ?? delivering,
    lastAttemptAt: numberOrNull(row.last_attempt_at) ?? delivering,
    settledAt: numberOrNull(row.settled_at),
    dueAt: row.state === "waiting" ? Number(row.due_at) : null,
    ...(row.state === "waiting" && waitingFor(row)),
  };
}

/** Of one store it is the person behind whose event it stands, of the other whether it does. */
function waitingFor({ parked, lease_until }: Row): Pick<LedgerEntry, "isBehind" | "claimedUntil"> {
  const isBehind = parked !== undefined && parked !== null && parked !== false;
  const claimedUntil = lease_until === undefined ? null : numberOrNull(lease_until);
  return { ...(isBehind && { isBehind }), ...(claimedUntil !== null && { claimedUntil }) };
}

/**
 * @param row an event's, with `stored_at` and `e_callback`
 * @param links of the person: healed events, each with the callback that came after all
 * @param edits rows of `edited` (`EDITED_HEAD`), of this event's callback and others
 */
export function storyOf(
  row: Row,
  deliveries: readonly Row[],
  links: readonly Row[],
  edits: readonly Row[],
): TracedEvent {
  const event = eventOf(row);
  const edit = edits.find(({ callback }) => Number(callback) === Number(row.e_callback));
  const own = links.find((link) => Number(link.event) === event.seq);
  const same = links.find((link) => numberOrNull(link.callback) === event.seq);
  return {
    ...{ event, storedAt: numberOrNull(row.stored_at), deliveries: deliveries.map(entryOf) },
    ...(own !== undefined && { healed: healedOf(own) }),
    ...(same !== undefined && { sameAs: String(same.id) }),
    ...(edit !== undefined && { edited: { ...editedOf(edit), entry: String(edit.entry) } }),
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

/** All of it but whether it still serves the store, which is a matter of time. */
export function bridgeOf(row: Row): Omit<KnownBridge, "serves"> & { readonly seenAt: number } {
  return {
    id: String(row.id),
    host: String(row.host),
    process: Number(row.process),
    version: String(row.version),
    configuration: parsed<ServedConfiguration>(row.configuration),
    since: Number(row.since),
    seenAt: Number(row.seen_at),
    endedAt: numberOrNull(row.ended_at),
  };
}

export function healedOf(row: Row): Healed {
  return {
    event: String(row.id),
    reason: row.reason as HealReason,
    happenedBetween: [Number(row.happened_from), Number(row.event_time)],
    discoveredAt: Number(row.discovered_at),
    callback: row.callback_id === null ? null : String(row.callback_id),
  };
}

export const numberOrNull = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);

/** What a driver hands out may be a Buffer, and a part of something larger. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes);
}

/** Of a column of a delivery. */
export const reasonOf = (column: unknown): Reason | null => parsed<Reason>(column);

function parsed<T>(value: unknown): T | null {
  return typeof value === "string" ? (JSON.parse(value) as T) : null;
}
