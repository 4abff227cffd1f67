/** What the cases of the storage suite share: stores, events, and the way of an event into and out of a store. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import type { Event, EventKind, Reason } from "../../src/connector.ts";
import type { Callback, QuarantineEntry, StoredEvent } from "../../src/storage/contract/callbacks.ts";
import type { ConnectorState, Registration, RegistrationReport } from "../../src/storage/contract/connectors.ts";
import type { Carried, Claim, Settlement, SettleResult, TakenDelivery } from "../../src/storage/contract/deliveries.ts";
import type { ConnectorStatus, LedgerEntry } from "../../src/storage/contract/ledger.ts";
import type { Questions } from "../../src/storage/contract/questions.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";

/** An empty store, opened for one case. */
export interface OpenStore {
  readonly storage: Storage;
  /** Questions to the same store; closed by whoever closes the store. */
  readonly questions: Questions;
  /** Closes and opens the same store, as a restarted bridge would. Absent where closing ends the store. */
  reopen?(): Promise<Storage>;
  /** Moves the store's clock on by so many milliseconds. Absent where nobody can. */
  advance?(ms: number): Promise<void> | void;
  close(): Promise<void>;
}

export type Open = () => Promise<OpenStore>;

/** What a case works with. */
export interface World {
  readonly storage: Storage;
  readonly questions: Questions;
  /** Only for cases that say `needs: "advance"`. */
  advance(ms: number): Promise<void>;
  /** Lets so much time pass that the store's clock tells before from after. */
  moment(): Promise<void>;
  /** Only for cases that say `needs: "reopen"`. */
  reopen(): Promise<Storage>;
}

/** One sentence of the contract, and its proof. */
export interface Case {
  /** A sentence. */
  readonly what: string;
  readonly needs?: "advance" | "reopen";
  prove(world: World): Promise<void>;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** An hour before the suite began, in milliseconds since 1970: event times count from here. */
const EARLIER = Date.now() - HOUR;

export const WHY: Reason = { words: "no", status: 500, category: "VALIDATION_ERROR", message: 'foreign "text" ✗' };

// --- events and callbacks -------------------------------------------------------------------------------------------

export interface Happening {
  readonly user: string;
  /** Milliseconds after a fixed time in the past; 0 unless given. */
  readonly at?: number;
  readonly kind?: EventKind;
  readonly account?: string;
  readonly app?: string;
  /** Milliseconds since 1970. */
  readonly receivedAt?: number;
}

export function eventOf(happening: Happening): Event {
  const { user, at = 0, kind = "unsubscribed", account = "@TOA#_news", app = "1400000000" } = happening;
  const key = JSON.stringify(["suite", app, kind, account, user, at]);
  return {
    id: createHash("sha256").update(key).digest("hex"),
    kind,
    app,
    officialAccount: account,
    user,
    operator: "administrator",
    byAdmin: true,
    platform: "RESTAPI",
    clientIp: "127.0.0.1",
    eventTime: EARLIER + at,
    receivedAt: happening.receivedAt ?? EARLIER + at + 500,
  };
}

export function callbackOf(text: string, change: Partial<Callback> = {}): Callback {
  return {
    app: "1400000000",
    command: "OfficialAccount.CallbackAfterDeleteSubscriber",
    platform: "RESTAPI",
    clientIp: "127.0.0.1",
    receivedAt: EARLIER,
    body: new TextEncoder().encode(text),
    ...change,
  };
}

export function entryOf(id: string, change: Partial<QuarantineEntry> = {}): QuarantineEntry {
  const body = new TextEncoder().encode(`what came, ${id}`);
  return { ...callbackOf(""), body, id, fault: "EventTime is missing", size: body.length, ...change };
}

/** Accepts one callback for each event, in this order, and expands them. Returns the events as the store has them. */
export async function arrive(storage: Storage, ...happenings: Happening[]): Promise<StoredEvent[]> {
  const callbacks = happenings.map(({ user }) => callbackOf(user));
  assert.deepEqual((await storage.accept({ callbacks, quarantine: [] })).refused, []);
  const events = happenings.map(eventOf);
  const unread = await storage.unread(happenings.length);
  assert.equal(unread.length, happenings.length);
  await storage.expand(
    unread.map(({ seq }, index) => {
      const event = events[index];
      return { callback: seq, events: event === undefined ? [] : [event], quarantine: [] };
    }),
  );
  return Promise.all(happenings.map((happening) => stored(storage, happening)));
}

/** All these events in one callback. */
export async function arriveTogether(storage: Storage, happenings: readonly Happening[]): Promise<void> {
  await storage.accept({ callbacks: [callbackOf("many")], quarantine: [] });
  const [callback] = await storage.unread(1);
  assert.ok(callback);
  await storage.expand([{ callback: callback.seq, events: happenings.map(eventOf), quarantine: [] }]);
}

/** The event as the store has it. */
export async function stored(storage: Storage, happening: Happening): Promise<StoredEvent> {
  const { id } = eventOf(happening);
  const found = (await storage.trace(happening.user)).find(({ event }) => event.id === id);
  assert.ok(found, `the store does not know the event of ${happening.user}`);
  return found.event;
}

// --- connectors and routes ------------------------------------------------------------------------------------------

export function registrationOf(name: string, change: Partial<Registration> = {}): Registration {
  return {
    name,
    type: "scripted",
    writes: "fact",
    start: "all",
    destination: "nowhere",
    fingerprint: "as it was",
    ...change,
  };
}

export async function register(
  storage: Storage,
  name = "crm",
  change: Partial<Registration> = {},
): Promise<RegistrationReport> {
  return storage.register([registrationOf(name, change)]);
}

/** Routes whatever is behind the cursors. `skip` gives the reason for an event that a connector does not want. */
export async function route(
  storage: Storage,
  connectors: readonly string[] = ["crm"],
  skip: (event: StoredEvent) => string | undefined = () => undefined,
): Promise<number> {
  const { events, cursors, startsAt } = await storage.unrouted(connectors, 100_000);
  const to = events.at(-1)?.seq;
  if (to === undefined) return 0;
  return storage.route(
    connectors.map((connector) => {
      const from = cursors[connector] ?? 0;
      const meant = events.filter(({ seq, receivedAt }) => seq > from && receivedAt >= (startsAt[connector] ?? 0));
      const deliveries = meant.map((event) => {
        const reason = skip(event);
        return reason === undefined ? { event: event.seq } : { event: event.seq, skip: { words: reason } };
      });
      return { connector, from, to, deliveries };
    }),
  );
}

export interface Carrying {
  readonly connectors?: readonly string[];
  /** Gives the reason for an event that a connector does not want. */
  readonly skip?: (event: Event) => string | undefined;
  /** Most deliveries of a claim. */
  readonly limit?: number;
}

/** Events that arrive in one callback and go the short way to connectors that rest. */
export async function carry(
  storage: Storage,
  happenings: readonly Happening[],
  { connectors = ["crm"], skip = () => undefined, limit = 100 }: Carrying = {},
): Promise<Carried> {
  await storage.accept({ callbacks: [callbackOf("carried")], quarantine: [] });
  const [callback] = await storage.unread(1);
  assert.ok(callback);
  const events = happenings.map(eventOf);
  const choices = events.map((event) => {
    const reason = skip(event);
    return reason === undefined ? {} : { skip: { words: reason } };
  });
  return storage.carry(
    [{ callback: callback.seq, events, quarantine: [] }],
    connectors.map((connector) => ({ connector, choices })),
    connectors.map((connector) => {
      const id = randomUUID();
      const holder = { id, tokens: [] };
      return { connector, limit, probeLimit: 5, leaseMs: LEASE_MS, token: `${id} 1`, holder };
    }),
  );
}

/** Events that arrive and are routed to `crm`. */
export async function queue(storage: Storage, ...happenings: Happening[]): Promise<StoredEvent[]> {
  const events = await arrive(storage, ...happenings);
  await route(storage);
  return events;
}

/** One event for each of these users, a second apart, routed to `crm`. */
export function queueUsers(storage: Storage, ...users: string[]): Promise<StoredEvent[]> {
  return queue(storage, ...users.map((user, index) => ({ user, at: index * SECOND })));
}

export function users(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

// --- taking and settling --------------------------------------------------------------------------------------------

export const LEASE_MS = 10 * MINUTE;

export function take(storage: Storage, limit = 100, probeLimit = 5, connector = "crm"): Promise<Claim> {
  return storage.take(connector, limit, probeLimit, LEASE_MS);
}

export function usersOf(claim: Pick<Claim, "deliveries">): string[] {
  return claim.deliveries.map(({ event }) => event.user);
}

/** Event times of a claim, as given to `eventOf`. */
export function timesOf({ deliveries }: { deliveries: readonly Pick<TakenDelivery, "event">[] }): number[] {
  return deliveries.map(({ event }) => event.eventTime - EARLIER);
}

export type Verdict = (delivery: TakenDelivery) => Settlement;

export const delivered: Verdict = ({ event }) => ({ event: event.seq, to: "delivered" });
export const dead: Verdict = ({ event }) => ({ event: event.seq, to: "dead", class: "rejected", reason: WHY });
export const skipped: Verdict = ({ event }) => ({ event: event.seq, to: "skipped", reason: WHY });
export const later =
  (delayMs: number, lane: "normal" | "slow" | "same" = "normal", attempted = true): Verdict =>
  ({ event }) => ({ event: event.seq, to: "waiting", reason: WHY, delayMs, lane, attempted });

export interface Change {
  readonly state: Partial<ConnectorState>;
  readonly probeInMs?: number | null;
}

/** Settles a claim's deliveries, all alike, perhaps with a change of the connector's state. */
export function settle(storage: Storage, claim: Claim, verdict: Verdict, change?: Change): Promise<SettleResult> {
  return storage.settle({
    connector: claim.connector.name,
    token: claim.token,
    settlements: claim.deliveries.map(verdict),
    ...(change !== undefined && { change: changeOf(claim.connector.version, change) }),
  });
}

export function changeOf(from: number, { state, probeInMs = null }: Change) {
  return { from, state: { status: "ready", failures: 0, told: false, held: [], ...state } as const, probeInMs };
}

/** Writes a state without settling anything. */
export async function changeState(storage: Storage, change: Change, connector = "crm"): Promise<void> {
  const row = await storage.connector(connector);
  assert.ok(row);
  const settled = await storage.settle({
    connector,
    token: "nobody's",
    settlements: [],
    change: changeOf(row.version, change),
  });
  assert.equal(settled.tag, "settled");
}

/** Takes and settles until nothing is given any more. Returns the deliveries in the order in which they were given. */
export async function drain(
  storage: Storage,
  verdict: Verdict = delivered,
  limit = 100,
  connector = "crm",
): Promise<TakenDelivery[]> {
  const given: TakenDelivery[] = [];
  for (let idle = 0; idle < 100; idle += 1) {
    const claim = await take(storage, limit, 5, connector);
    given.push(...claim.deliveries);
    if (claim.deliveries.length > 0) {
      await settle(storage, claim, verdict);
      idle = 0;
    } else if (claim.superseded === 0 && claim.waitMs !== 0) {
      // what a take only superseded or put aside is no reason to stop
      return given;
    }
  }
  throw new Error("the store asks to be asked again at once, for ever");
}

// --- asking ---------------------------------------------------------------------------------------------------------

/** The ledger's line on one event at one connector. */
export async function entry(storage: Storage, event: StoredEvent, connector = "crm"): Promise<LedgerEntry> {
  const traced = (await storage.trace(event.user)).find((one) => one.event.id === event.id);
  const found = traced?.deliveries.find((one) => one.connector === connector);
  assert.ok(found, `${connector} has no delivery of ${event.user}'s event`);
  return found;
}

export async function stateOf(storage: Storage, event: StoredEvent, connector = "crm"): Promise<string> {
  return (await entry(storage, event, connector)).state;
}

export async function statusOf(storage: Storage, connector = "crm"): Promise<ConnectorStatus> {
  const found = (await storage.status()).connectors.find(({ name }) => name === connector);
  assert.ok(found, `the store does not know ${connector}`);
  return found;
}

/** Nothing is due: whoever asked may rest. */
export function assertNothing(claim: Claim): void {
  assert.deepEqual(usersOf(claim), []);
  assert.notEqual(claim.waitMs, 0, "a courier would ask again at once, for ever");
}
