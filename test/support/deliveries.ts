/** Deliveries and connector rows for tests of pure functions. */
import { type ConnectorRow, type ConnectorState, READY } from "../../src/storage/contract/connectors.ts";
import type { TakenDelivery } from "../../src/storage/contract/deliveries.ts";

/** A taken delivery; its event's `seq` also makes its id. */
export function taken(seq: number, change: Partial<TakenDelivery> = {}): TakenDelivery {
  return {
    id: `event-${seq}:crm`,
    attempts: 0,
    generation: 1,
    firstAttemptClock: null,
    event: {
      seq,
      id: `event-${seq}`,
      kind: "unsubscribed",
      app: "1400000000",
      officialAccount: "@TOA#_news",
      user: `user-${seq}`,
      operator: `user-${seq}`,
      byAdmin: false,
      platform: "iOS",
      clientIp: "127.0.0.1",
      eventTime: 1_670_574_414_123,
      receivedAt: 1_670_574_414_500,
    },
    ...change,
  };
}

/** Of the settings of `row`, with which something was taken before. */
export const FINGERPRINT = "as it is";

export function row(state: Partial<ConnectorState> = {}, change: Partial<ConnectorRow> = {}): ConnectorRow {
  return {
    name: "crm",
    origin: "crm",
    type: "scripted",
    destination: "nowhere",
    cursor: 0,
    state: { ...READY, ...state },
    version: 7,
    since: 0,
    probeAt: null,
    clock: 0,
    fingerprint: FINGERPRINT,
    takenWith: FINGERPRINT,
    ...change,
  };
}
