/** Router and couriers over a store in memory: the delivery half of the bridge, without HTTP. */
import type { ConnectorConfig } from "../../src/config/config.ts";
import type { Logger } from "../../src/connector.ts";
import { openFleet, registrationOf } from "../../src/delivery/fleet.ts";
import { startRouter } from "../../src/delivery/router.ts";
import { sleep } from "../../src/delivery/waiting.ts";
import type { Callback, ConnectorStatus, DeliveryState, Storage } from "../../src/storage/contract.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";

/** A day before the tests run: never in the future. */
const DAY_START = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000;

export interface Engine {
  readonly storage: Storage;
  unsubscribe(users: readonly string[], when?: { eventTime: number }): Promise<void>;
  subscribe(users: readonly string[], when?: { eventTime: number }): Promise<void>;
  /** Resolves when every callback is events and every event is routed. */
  routed(): Promise<void>;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
  /** Resolves when the connector is as wished. */
  connectorIs(name: string, wished: (status: ConnectorStatus) => boolean): Promise<void>;
  /** The state of each user's delivery. */
  states(connector: string): Promise<Record<string, DeliveryState>>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function openEngine(connectors: readonly ConnectorConfig[], log: Logger = quiet): Promise<Engine> {
  const storage = openSqlite({ path: ":memory:" });
  await storage.register(connectors.map(registrationOf));
  const fleet = openFleet({ storage, log, userAgent: "test", template: () => () => "", onDead: () => undefined });
  await fleet.use(connectors);
  const router = startRouter({ storage, log, connectors, busy: () => false, onRouted: fleet.wake });

  async function accept(command: string, users: readonly string[], when = { eventTime: 0 }): Promise<void> {
    const { refused } = await storage.accept({
      callbacks: [callbackOf(command, users, when.eventTime)],
      quarantine: [],
    });
    if (refused.length > 0) throw new Error(refused[0]?.why);
    router.wake();
  }
  const until = async (met: () => Promise<boolean>): Promise<void> => {
    // what another loop writes has no signal here: look again after each of its turns
    while (!(await met())) await sleep(2);
  };
  const status = () => storage.status();
  const stop = async () => {
    await router.stop();
    await fleet.stop(1_000);
  };
  return {
    storage,
    unsubscribe: (users, when) => accept("OfficialAccount.CallbackAfterDeleteSubscriber", users, when),
    subscribe: (users, when) => accept("OfficialAccount.CallbackAfterAddSubscriber", users, when),
    routed: () =>
      until(async () => {
        const { unread } = await status();
        const { events } = await storage.unrouted(
          connectors.map(({ name }) => name),
          1,
        );
        return unread === 0 && events.length === 0;
      }),
    settled: () =>
      until(async () => {
        const now = await status();
        return now.unread === 0 && now.connectors.every(({ waiting }) => waiting === 0);
      }),
    connectorIs: (name, wished) =>
      until(async () => (await status()).connectors.some((one) => one.name === name && wished(one))),
    async states(connector) {
      const entries = await storage.deliveries({ connector }, { limit: 1_000 });
      return Object.fromEntries(entries.map(({ event, state }) => [event.user, state]));
    },
    stop,
    async close() {
      await stop();
      await storage.close();
    },
  };
}

export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A callback as Chat sends it. @param offset milliseconds after a fixed time in the past */
export function callbackOf(
  command: string,
  users: readonly string[],
  offset: number,
  account = "@TOA#_news",
): Callback {
  const body = {
    CallbackCommand: command,
    Official_Account: account,
    Operator_Account: "admin",
    SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })),
    EventTime: DAY_START + offset,
  };
  return {
    app: "1400000000",
    command,
    platform: "RESTAPI",
    clientIp: "127.0.0.1",
    receivedAt: Date.now(),
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}
