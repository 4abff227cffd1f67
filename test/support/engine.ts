/** Router and couriers over a store in memory: the delivery half of the bridge, without HTTP. */

import { sleep } from "../../src/basics/waiting.ts";
import type { ConnectorConfig } from "../../src/config/checked-config.ts";
import type { Logger, Render } from "../../src/connector.ts";
import { openFleet } from "../../src/delivery/fleet.ts";
import { registrationOf } from "../../src/delivery/registration.ts";
import { startRouter } from "../../src/delivery/routing/router.ts";
import type { Throttle } from "../../src/delivery/throttle.ts";
import type { Callback } from "../../src/storage/contract/callbacks.ts";
import type { DeliveryState } from "../../src/storage/contract/deliveries.ts";
import type { ConnectorStatus } from "../../src/storage/contract/ledger.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";

/** A day before the tests run: never in the future. */
const DAY_START = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000;

export interface Engine {
  readonly storage: Storage;
  unsubscribe(users: readonly string[], details?: CallbackDetails): Promise<void>;
  subscribe(users: readonly string[], details?: CallbackDetails): Promise<void>;
  /** Resolves when every callback is events and every event is routed. */
  routed(): Promise<void>;
  /** Resolves when nothing waits; `help` is called as long as something does. */
  settled(help?: () => Promise<void>): Promise<void>;
  /** Resolves when the connector is as wished. */
  connectorIs(name: string, wished: (status: ConnectorStatus) => boolean): Promise<void>;
  /** The state of each user's delivery. */
  states(connector: string): Promise<Record<string, DeliveryState>>;
  /** Serves the same connectors with other settings from now on, as a reload does. */
  reload(connectors: readonly ConnectorConfig[]): Promise<void>;
  stop(): Promise<void>;
  /** Ends as a killed process would: nothing that is under way is settled. The store can be opened anew. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export interface CallbackDetails {
  /** Milliseconds after a fixed time in the past. */
  readonly eventTime: number;
  readonly account?: string;
}

export interface EngineOptions {
  readonly log?: Logger;
  /** A file; in memory unless set. */
  readonly path?: string;
  /** What stands between the engine and its store. */
  readonly through?: (storage: Storage) => Storage;
  /** What router and couriers call after a piece of work. */
  readonly rest?: Throttle["rest"];
  /** Compiles the templates of connectors; they make nothing unless given. */
  readonly template?: (source: unknown) => Render;
}

export async function openEngine(
  connectors: readonly ConnectorConfig[],
  {
    log = quiet,
    path = ":memory:",
    through = (storage) => storage,
    rest = async () => false,
    template = () => () => "",
  }: EngineOptions = {},
): Promise<Engine> {
  const opened = openSqlite({ path });
  const plug = { pulled: false };
  const storage = through(unpluggable(opened, plug));
  await storage.register(connectors.map(registrationOf));
  const fleet = openFleet({
    storage,
    log,
    userAgent: "test",
    template,
    rest,
    redact: (text) => text,
    onDead: () => undefined,
  });
  await fleet.use(connectors);
  const router = startRouter({ storage, log, connectors, rest, couriers: fleet });

  async function accept(
    command: string,
    users: readonly string[],
    details: CallbackDetails = { eventTime: 0 },
  ): Promise<void> {
    const { refused } = await storage.accept({
      callbacks: [callbackOf(command, users, details)],
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
  const stop = async (graceMs = 1_000) => {
    await router.stop();
    await fleet.stop(graceMs);
  };
  return {
    storage,
    unsubscribe: (users, details) => accept("OfficialAccount.CallbackAfterDeleteSubscriber", users, details),
    subscribe: (users, details) => accept("OfficialAccount.CallbackAfterAddSubscriber", users, details),
    routed: () =>
      until(async () => {
        const { unread } = await status();
        const { events } = await storage.unrouted(
          connectors.map(({ name }) => name),
          1,
        );
        return unread === 0 && events.length === 0;
      }),
    settled: (help = async () => undefined) =>
      until(async () => {
        const now = await status();
        const settled = now.unread === 0 && now.connectors.every(({ waiting }) => waiting === 0);
        if (!settled) await help();
        return settled;
      }),
    connectorIs: (name, wished) =>
      until(async () => (await status()).connectors.some((one) => one.name === name && wished(one))),
    async states(connector) {
      const entries = await storage.deliveries({ connector }, { limit: 1_000 });
      return Object.fromEntries(entries.map(({ event, state }) => [event.user, state]));
    },
    async reload(changed) {
      await storage.register(changed.map(registrationOf));
      await fleet.use(changed);
    },
    stop: () => stop(),
    async crash() {
      plug.pulled = true;
      await stop(0);
      await opened.close();
    },
    async close() {
      await stop();
      await opened.close();
    },
  };
}

/** A store that stops answering when the plug is pulled. */
function unpluggable(storage: Storage, plug: { pulled: boolean }): Storage {
  return new Proxy(storage, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        plug.pulled ? Promise.reject(new Error("the plug is pulled")) : value.apply(target, args);
    },
  });
}

export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A callback as Chat sends it. */
export function callbackOf(
  command: string,
  users: readonly string[],
  { eventTime, account = "@TOA#_news" }: CallbackDetails,
): Callback {
  const body = {
    CallbackCommand: command,
    Official_Account: account,
    Operator_Account: "admin",
    SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })),
    EventTime: DAY_START + eventTime,
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
