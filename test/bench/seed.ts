/** Fills a store with waiting deliveries, through the storage contract. */

import { readCallback } from "../../src/callback.ts";
import type { Callback } from "../../src/storage/contract/callbacks.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { waitingUser } from "./users.ts";

const USERS_A_CALLBACK = 500;
const COMMAND = "OfficialAccount.CallbackAfterDeleteSubscriber";

/** Adds events until each of these registered connectors has `count` more waiting deliveries. */
export async function seed(storage: Storage, connectors: readonly string[], count: number): Promise<void> {
  for (let made = 0; made < count; made += USERS_A_CALLBACK) {
    await storage.accept({ callbacks: [callback(made)], quarantine: [] });
    const unread = await storage.unread(10);
    await storage.expand(
      unread.map((stored) => {
        const read = readCallback(stored);
        return { callback: stored.seq, events: read.ok ? read.events : [], quarantine: [] };
      }),
    );
    const { events, cursors } = await storage.unrouted(connectors, 10_000);
    const to = events.at(-1)?.seq ?? 0;
    await storage.route(
      connectors.map((connector) => ({
        connector,
        from: cursors[connector] ?? 0,
        to,
        deliveries: events.map(({ seq }) => ({ event: seq })),
      })),
    );
  }
}

function callback(first: number): Callback {
  const now = Date.now();
  const body = {
    CallbackCommand: COMMAND,
    Official_Account: "@TOA#_bench",
    Operator_Account: "admin",
    SubscribeAccountList: Array.from({ length: USERS_A_CALLBACK }, (_, index) => ({
      Subscriber_Account: waitingUser(first + index),
    })),
    EventTime: now,
  };
  return {
    app: "1400000000",
    command: COMMAND,
    platform: "RESTAPI",
    clientIp: "127.0.0.1",
    receivedAt: now,
    body: Buffer.from(JSON.stringify(body)),
  };
}
