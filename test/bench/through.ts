/** Events taken the whole way through a store: kept, read, routed and delivered at the first attempt, as on a quiet day. */
import { readCallback } from "../../src/callback.ts";
import type { Callback } from "../../src/storage/contract/callbacks.ts";
import type { Registration } from "../../src/storage/contract/connectors.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { callbackBody } from "../support/callbacks.ts";
import { CONNECTORS } from "./setup.ts";

const NAMES = Object.keys(CONNECTORS);
/** So many events are on their way at once. */
const AT_ONCE = 200;
const LEASE_MS = 60_000;
const COMMAND = "OfficialAccount.CallbackAfterDeleteSubscriber";

export interface ThroughOptions {
  readonly events: number;
  /** Of one callback. */
  readonly users: number;
  /** How many there have been before: each is of another user. */
  readonly from?: number;
  /** False: they are routed, and wait. */
  readonly isDelivered?: boolean;
}

export async function registerThree(storage: Storage): Promise<void> {
  await storage.register(
    Object.entries(CONNECTORS).map(
      ([name, type]): Registration => ({
        ...{ name, type, start: "all", destination: "https://bench.example", fingerprint: "bench" },
        writes: name === "crm" ? "state" : "fact",
      }),
    ),
  );
}

export async function takeThrough(
  storage: Storage,
  { events, users, from = 0, isDelivered = true }: ThroughOptions,
): Promise<void> {
  for (let made = 0; made < events; made += AT_ONCE) {
    const callbacks = Array.from({ length: Math.ceil(AT_ONCE / users) }, (_, index) =>
      callbackOf(from + made + index * users, users),
    );
    await storage.accept({ callbacks, quarantine: [] });
    await routeAll(storage, callbacks.length);
    if (isDelivered) for (const name of NAMES) await deliverAll(storage, name);
  }
}

/** What waits unread becomes events, and these deliveries of all three. */
export async function routeAll(storage: Storage, callbacks: number): Promise<void> {
  const unread = await storage.unread(callbacks);
  await storage.expand(
    unread.map((stored) => {
      const read = readCallback(stored);
      return { callback: stored.seq, events: read.ok ? read.events : [], quarantine: [] };
    }),
  );
  const { events, cursors } = await storage.unrouted(NAMES, AT_ONCE * 2);
  const to = events.at(-1)?.seq ?? 0;
  const deliveries = events.map(({ seq }) => ({ event: seq }));
  await storage.route(NAMES.map((connector) => ({ connector, from: cursors[connector] ?? 0, to, deliveries })));
}

async function deliverAll(storage: Storage, connector: string): Promise<void> {
  for (;;) {
    const { token, deliveries } = await storage.take(connector, AT_ONCE, 1, LEASE_MS);
    if (deliveries.length === 0) return;
    const settlements = deliveries.map(({ event }) => ({ event: event.seq, to: "delivered" as const }));
    await storage.settle({ connector, token, settlements });
  }
}

function callbackOf(first: number, users: number): Callback {
  const now = Date.now();
  const request = {
    users: Array.from({ length: users }, (_, index) => userOf(first + index)),
    ...{ officialAccount: "@TOA#_bench", operator: "admin", eventTime: now },
  };
  return {
    ...{ app: "1400000000", command: COMMAND, platform: "RESTAPI", clientIp: "127.0.0.1", receivedAt: now },
    body: Buffer.from(callbackBody(request)),
  };
}

/** Ids come in no order: neighbours lie far apart in an index by user. The prime and its factor make each come once. */
const userOf = (index: number): string => `user-${((index * 61_803_399) % 99_999_989).toString().padStart(8, "0")}`;
