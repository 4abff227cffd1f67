/**
 * The loop that turns stored callbacks into events, and events into deliveries for the connectors that want them.
 *
 * Each connector has a cursor over the events, in the store: what is behind it is routed. So a connector that is new, or that
 * another machine with older settings did not know, gets what it missed; and a crash between two steps repeats, never skips.
 *
 * What has come alone goes the short way: it is expanded, routed, and claimed for couriers that rest, by one call of the store.
 */

import { largeIn, letGo } from "../../basics/garbage.ts";
import { type Loop, startLoop } from "../../basics/loop.ts";
import type { ConnectorConfig } from "../../config/checked-config.ts";
import { wants } from "../../config/selection.ts";
import type { Event, Logger } from "../../connector.ts";
import type { RouterFacts } from "../../facts/facts.ts";
import type { StoredCallback, StoredEvent } from "../../storage/contract/callbacks.ts";
import type { Carried, Choice, DecidedRoute, Route } from "../../storage/contract/deliveries.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { UNREAD_BYTES } from "../../storage/rules/bounds.ts";
import { routeOf } from "../../storage/rules/carrying.ts";
import type { Fleet } from "../fleet.ts";
import type { Throttle } from "../throttle.ts";
import { openExpander } from "./expand-each.ts";
import { expansionsOf, type Portion } from "./expanding.ts";

export interface RouterOptions {
  readonly storage: Storage;
  readonly log: Logger;
  readonly connectors: readonly ConnectorConfig[];
  readonly rest: Throttle["rest"];
  readonly facts?: RouterFacts;
  readonly couriers: Pick<Fleet, "wake" | "offers">;
}

export interface Router extends Pick<Loop, "wake" | "stop"> {
  /** Routes for these connectors from the next round on; they must be registered. */
  use(connectors: readonly ConnectorConfig[]): void;
}

/** Callbacks, and events, in one transaction: small enough that intake, which shares the store, hardly waits. */
const BATCH = 250;
/** A body, its text, and what it says. */
const READ = 4;
/** How often callbacks that another process stored are looked for, in milliseconds. */
const POLL_MS = 1_000;
/** Deliveries that go the short way at once: so few that nobody waits for them noticeably longer than for a step of the long one. */
const SHORT = 64;
/** Of bodies that were read together. From here on they may be so few because the next one did not fit, in bytes. */
const FULL_BYTES = UNREAD_BYTES / 4;

export function startRouter(options: RouterOptions): Router {
  const { storage, log, couriers, facts = { behindSince: undefined } } = options;
  let { connectors } = options;

  async function round(): Promise<number> {
    let started = performance.now();
    const callbacks = await storage.unread(BATCH);
    facts.behindSince = callbacks[0]?.receivedAt;
    const expander = openExpander(storage);
    let carried: Carried | undefined;
    let isFirst = true;
    for (const portion of expansionsOf(callbacks, log)) {
      if (loop.stopping) break;
      if (isFirst && isShort(portion, connectors.length)) carried = await carry(options, connectors, portion);
      if (carried === undefined) await expander.expand(portion.expansions);
      isFirst = false;
      if (portion.isLast) continue;
      await options.rest(performance.now() - started);
      started = performance.now();
    }
    letGo(largeIn(callbacks.map(({ body }) => body)) * READ);
    const events = carried === undefined || carried.isBehind ? await routeLong() : 0;
    expander.end();
    if (callbacks.length + events === 0) return POLL_MS;
    await options.rest(performance.now() - started);
    return isAll(callbacks, events) ? POLL_MS : 0;
  }

  async function routeLong(): Promise<number> {
    const { events, waiting } = await routeEvents(storage, connectors);
    if (waiting > 0) couriers.wake();
    return events;
  }

  const loop = startLoop({ round, log, what: "router" });
  return {
    wake: loop.wake,
    stop: loop.stop,
    use(next) {
      connectors = next;
      loop.wake();
    },
  };
}

/** Whether nothing is left of what was there: at everyday rates another round would be half of the work. What comes wakes the loop. */
function isAll(callbacks: readonly StoredCallback[], events: number): boolean {
  const bytes = callbacks.reduce((sum, { body }) => sum + body.length, 0);
  return callbacks.length < BATCH && bytes < FULL_BYTES && events < BATCH;
}

/** Whether it is all there is, and little. */
function isShort({ expansions, isLast }: Portion, connectors: number): boolean {
  const events = expansions.reduce((sum, expansion) => sum + expansion.events.length, 0);
  return isLast && events > 0 && events * Math.max(1, connectors) <= SHORT;
}

/**
 * The short way. Couriers that rest send at once what they get; the others look for it. Undefined where the store does not do it: that may be
 * for one callback, or one connector, which must not keep the others from the long way.
 */
async function carry(
  { storage, couriers }: Pick<RouterOptions, "storage" | "couriers">,
  connectors: readonly ConnectorConfig[],
  { expansions }: Portion,
): Promise<Carried | undefined> {
  const events = expansions.flatMap((expansion) => expansion.events);
  const decided = connectors.map((connector): DecidedRoute => {
    return { connector: connector.name, choices: events.map((event) => choiceOf(event, connector)) };
  });
  const offers = couriers.offers();
  const carrying = storage.carry(
    expansions,
    decided,
    offers.map(({ asked }) => asked),
  );
  for (const { asked, accept } of offers) {
    accept(carrying.then(({ claims }) => claims.find((claim) => claim.connector.name === asked.connector)));
  }
  const carried = await carrying.catch(() => undefined);
  if (carried !== undefined && carried.waiting > 0) couriers.wake(new Set(offers.map(({ asked }) => asked.connector)));
  return carried;
}

async function routeEvents(
  storage: Storage,
  connectors: readonly ConnectorConfig[],
): Promise<{ events: number; waiting: number }> {
  const { events, cursors, startsAt } = await storage.unrouted(
    connectors.map(({ name }) => name),
    BATCH,
  );
  if (events.length === 0) return { events: 0, waiting: 0 };
  const routes = connectors.flatMap((connector) => {
    const from = cursors[connector.name];
    const plan = from === undefined ? undefined : planRoute(connector, events, from, startsAt[connector.name] ?? 0);
    return plan === undefined ? [] : [plan];
  });
  return { events: events.length, waiting: await storage.route(routes) };
}

/**
 * What one connector gets of these events, or why not. Pure.
 * @param from the connector's cursor: events up to it are routed
 * @param startsAt events received before it (milliseconds since 1970) are not for this connector
 */
export function planRoute(
  connector: ConnectorConfig,
  events: readonly StoredEvent[],
  from: number,
  startsAt: number,
): Route | undefined {
  return routeOf({ connector: connector.name, from, startsAt }, events, (event) => choiceOf(event, connector));
}

function choiceOf(event: Event, connector: ConnectorConfig): Choice {
  const choice = wants(event, connector);
  if (!choice.send) return { skip: choice.reason };
  return choice.note === undefined ? {} : { note: choice.note.words };
}
