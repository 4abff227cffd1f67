/** All couriers of the configuration: opened, swapped on a reload, stopped. */
import { startLoopLag } from "../basics/loop-lag.ts";
import { userStack } from "../basics/user-frames.ts";
import { within } from "../basics/waiting.ts";
import type { ConnectorConfig } from "../config/checked-config.ts";
import type { Connector, Logger, Render } from "../connector.ts";
import { type Facts, openFacts } from "../facts/facts.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { openRendering } from "./attempt/rendering.ts";
import { type Courier, type CourierOptions, type Offer, startCourier } from "./courier/courier.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Followed } from "./following/followed.ts";
import { openConnector } from "./open-connector.ts";
import { reopening } from "./reopening.ts";
import { type Company, openCompany } from "./settlement/company.ts";
import type { Throttle } from "./throttle.ts";
import { openRates, type Rates } from "./tools/rate.ts";

export interface FleetOptions {
  readonly storage: Storage;
  readonly log: Logger;
  readonly userAgent: string;
  readonly template: (source: unknown) => Render;
  readonly rest: Throttle["rest"];
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
  /** Called after verdicts of death. */
  readonly onDead: () => void;
  readonly facts?: Pick<Facts, "connector">;
  /** Nobody follows anyone unless given. */
  readonly followed?: Followed;
}

export interface Fleet {
  /** Serves these connectors from now on. Those that did not change go on undisturbed; the others finish what is under way. */
  use(connectors: readonly ConnectorConfig[]): Promise<void>;
  /** Ends these, if they are served: what is under way is settled under the names that the store still knows. */
  retire(names: readonly string[]): Promise<void>;
  /** There may be something new to take. @param but those who know already, by their connectors */
  wake(but?: ReadonlySet<string>): void;
  /** Of the couriers that rest. To be accepted at once. */
  offers(): readonly Offer[];
  /** Resolves within about `graceMs`, when everything under way is settled or given up. */
  stop(graceMs: number): Promise<void>;
}

interface Running {
  readonly config: ConnectorConfig;
  readonly connector: Connector;
  readonly courier: Courier;
}

/** How long a reload waits for what is under way over the old settings, in milliseconds. */
const SWAP_GRACE_MS = 30_000;
/** Whoever waits longer for a connector to close waits for nothing, and the others with it. Milliseconds. */
const CLOSING_MS = 2_000;
/** A batch may take several requests (look up, pages, write), each within the connector's `timeout`. */
const REQUESTS_A_BATCH = 12;

export function openFleet(options: FleetOptions): Fleet {
  const { storage, log } = options;
  const rates = openRates(storage.shared ? storage.reserve.bind(storage) : undefined);
  const lag = startLoopLag();
  const company = openCompany();
  const running = new Map<string, Running>();
  let isStopped = false;

  async function retire(name: string, graceMs: number): Promise<void> {
    const old = running.get(name);
    running.delete(name);
    await old?.courier.stop(graceMs);
    rates.forget(name);
    const closing = Promise.resolve(old?.connector.close?.());
    await within(CLOSING_MS, "its `close`", closing).catch((error: unknown) =>
      log.warn({ fact: "connector.unclosed", connector: name, reason: String(error), ...userStack(error) }),
    );
  }

  return {
    async use(connectors) {
      const wanted = new Map(connectors.filter(({ common }) => common.enabled).map((one) => [one.name, one]));
      const outdated = [...running].filter(([name, { config }]) => !sameConnector(config, wanted.get(name)));
      await Promise.all(outdated.map(([name]) => retire(name, SWAP_GRACE_MS)));
      for (const [name, config] of isStopped ? [] : wanted) {
        if (!running.has(name)) running.set(name, launch(config, { ...options, company, lateMs: lag.lateMs }, rates));
      }
    },
    async retire(names) {
      await Promise.all(names.map((name) => retire(name, SWAP_GRACE_MS)));
    },
    wake(but) {
      for (const [name, { courier }] of running) if (!but?.has(name)) courier.wake();
    },
    offers: () => [...running.values()].flatMap(({ courier }) => courier.offer() ?? []),
    async stop(graceMs) {
      isStopped = true;
      await Promise.all([...running.keys()].map((name) => retire(name, graceMs)));
      lag.stop();
    },
  };
}

type Launching = FleetOptions & Pick<CourierOptions, "lateMs"> & { readonly company: Company };

function launch(config: ConnectorConfig, options: Launching, rates: Rates): Running {
  const { storage, log, rest, redact, onDead, followed, lateMs, company } = options;
  const { common, name, type, settings } = config;
  const facts = (options.facts ?? openFacts()).connector(name);
  const unopened = (error: unknown) =>
    log.error({ fact: "connector.unopened", connector: name, reason: String(error), ...userStack(error) });
  let rendering = openRendering(options.template);
  const open = () => {
    // one that could not be opened leaves templates behind that nobody asks for
    rendering = openRendering(options.template);
    return openConnector(config, { ...options, facts, rates, template: rendering.template });
  };
  const connector = reopening(open, unopened);
  const courier = startCourier({
    name,
    connector,
    storage,
    log,
    rest,
    redact,
    onDead,
    facts,
    lateMs,
    company,
    ...(followed && { called: followed.called }),
    prepare: (deliveries) => rendering.prepare(deliveries),
    fingerprint: fingerprintOf(config),
    policy: {
      giveUpAfterMs: common.retry.give_up_after,
      firstDelayMs: common.retry.first_delay,
      maxDelayMs: common.retry.max_delay,
    },
    largestBatch: Math.max(1, Math.floor(type.largestBatch(settings)) || 1),
    concurrency: common.concurrency ?? type.concurrency,
    deliverTimeoutMs: common.timeout * REQUESTS_A_BATCH,
  });
  return { config, connector, courier };
}

function sameConnector(before: ConnectorConfig, after: ConnectorConfig | undefined): boolean {
  // a connector of one's own is loaded anew when its file changes: another object with the same settings
  return after !== undefined && after.type === before.type && fingerprintOf(after) === fingerprintOf(before);
}
