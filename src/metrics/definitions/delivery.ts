/** What goes out: each connector of the configuration, and all others that the store knows as one. */
import { sum } from "../../basics/sum.ts";
import { ATTEMPT_OUTCOMES, ENDINGS } from "../../facts/connector-facts.ts";
import type { PauseCause } from "../../storage/contract/connectors.ts";
import { DEAD_CLASSES } from "../../storage/contract/deliveries.ts";
import type { ConnectorStanding } from "../../storage/contract/ledger.ts";
import {
  counter,
  gauge,
  histogram,
  type Labels,
  type MetricDefinition,
  type Sample,
  stateSet,
  value,
} from "../definition.ts";
import { type ConnectorMoment, connectorMoments, OTHER, otherRowsOf, type ScrapeMoment } from "../moment.ts";

const CONNECTOR = ["connector", "type"] as const;
const STATES = ["ready", "backing_off", "paused", "switched_off"] as const;
/** What is counted in the store, and not to its end. */
const COUNTS = ["waiting", "dead"] as const;
const CAUSES: readonly PauseCause[] = ["credentials", "refusing", "gone", "person"];

type OfEach<T> = (connector: ConnectorMoment, moment: ScrapeMoment) => readonly Sample<T>[];

const each =
  <T>(read: OfEach<T>) =>
  (moment: ScrapeMoment): Sample<T>[] =>
    connectorMoments(moment).flatMap((connector) => read(connector, moment));

/** One value of each, from what the process itself has seen. */
const ofEach = <T>(read: (connector: ConnectorMoment) => T) =>
  each<T>((connector) => [[connector.labels, read(connector)]]);

/** One value of each that the store knows, and one of all that are not configured, where there are any. */
const fromStore =
  (read: (row: ConnectorStanding, now: number) => number, join: (values: readonly number[]) => number) =>
  (moment: ScrapeMoment): Sample<number>[] => {
    const others = otherRowsOf(moment).map((row) => read(row, moment.now));
    const known = connectorMoments(moment).flatMap(({ labels, row }): Sample<number>[] =>
      row === undefined ? [] : [[labels, read(row, moment.now)]],
    );
    return others.length === 0 ? known : [...known, [OTHER, join(others)]];
  };

/** The same with more labels. */
const labelled = (more: Labels, samples: readonly Sample<number>[]): Sample<number>[] =>
  samples.map(([labels, one]) => [{ ...labels, ...more }, one]);

const largest = (values: readonly number[]): number => Math.max(...values);

/** 1 where one of these counts is no count. */
const countsThatAre =
  (which: "atLeast" | "about") =>
  (moment: ScrapeMoment): Sample<number>[] =>
    COUNTS.flatMap((count) =>
      labelled({ count }, fromStore((row) => (row[which]?.includes(count) ? 1 : 0), largest)(moment)),
    );

function stateOf({ row, config }: ConnectorMoment): string | undefined {
  return config.common.enabled ? row?.state.status : "switched_off";
}

export const DELIVERY: readonly MetricDefinition[] = [
  gauge(
    "connector_waiting",
    "Deliveries that wait, those not yet routed included. Connectors that are not configured any more are one, _other.",
    CONNECTOR,
    fromStore(({ waiting }) => waiting, sum),
  ),
  gauge(
    "connector_oldest_waiting_age_seconds",
    "Since when the oldest waiting delivery was received; 0 when none waits.",
    CONNECTOR,
    fromStore(
      ({ oldestWaitingAt }, now) => (oldestWaitingAt === null ? 0 : Math.max(0, (now - oldestWaitingAt) / 1_000)),
      largest,
    ),
  ),
  gauge(
    "connector_dead_letters",
    "Deliveries that were given up, neither replayed nor discarded, by class.",
    [...CONNECTOR, "class"],
    (moment) =>
      DEAD_CLASSES.flatMap((one) => labelled({ class: one }, fromStore(({ deadOf }) => deadOf[one], sum)(moment))),
  ),
  gauge(
    "connector_at_least",
    "1 where waiting, or dead letters, are more than is told: a large store does not count them to their end.",
    [...CONNECTOR, "count"],
    countsThatAre("atLeast"),
  ),
  gauge(
    "connector_about",
    "1 where waiting, or dead letters, are an estimate: more than 100,000 are not counted where machines share a store.",
    [...CONNECTOR, "count"],
    countsThatAre("about"),
  ),
  gauge(
    "connector_in_flight",
    "Deliveries in calls that are under way.",
    CONNECTOR,
    ofEach(({ facts }) => facts.inFlight),
  ),
  gauge(
    "connector_concurrency",
    "Calls that may be under way at once: from a few up to the setting as the destination answers well; 0 where none is served.",
    CONNECTOR,
    ofEach(({ facts }) => facts.concurrency),
  ),
  counter(
    "connector_attempts_total",
    "Attempts by what they came to, for one delivery: its outcome, or the trouble of the whole destination.",
    [...CONNECTOR, "outcome"],
    each(({ labels, facts }) => ATTEMPT_OUTCOMES.map((outcome) => [{ ...labels, outcome }, facts.attempts[outcome]])),
  ),
  counter(
    "connector_deliveries_total",
    "Deliveries that ended while being sent, by how.",
    [...CONNECTOR, "state"],
    each(({ labels, facts }) => ENDINGS.map((state) => [{ ...labels, state }, facts.endings[state]])),
  ),
  counter(
    "connector_given_up_total",
    "Deliveries that became dead letters, by class.",
    [...CONNECTOR, "class"],
    each(({ labels, facts }) => DEAD_CLASSES.map((one) => [{ ...labels, class: one }, facts.dead[one]])),
  ),
  histogram(
    "connector_event_to_delivered_seconds",
    "From when somebody did it (EventTime) until the destination had it.",
    CONNECTOR,
    ofEach(({ facts }) => facts.fromEvent),
  ),
  histogram(
    "connector_receipt_to_delivered_seconds",
    "From when the callback was received until the destination had it.",
    CONNECTOR,
    ofEach(({ facts }) => facts.fromReceipt),
  ),
  gauge(
    "connector_state",
    "The connector's state: 1 at ready, backing_off, paused or switched_off.",
    [...CONNECTOR, "state"],
    each((connector) => {
      const state = stateOf(connector);
      return state === undefined ? [] : stateSet("state", STATES, state, connector.labels);
    }),
  ),
  gauge(
    "connector_pause_cause",
    "Why it is paused: 1 at credentials, refusing, gone or person; all 0 while it is not.",
    [...CONNECTOR, "cause"],
    each(({ labels, row }) => (row === undefined ? [] : stateSet("cause", CAUSES, causeOf(row), labels))),
  ),
  counter(
    "connector_permits_total",
    "Requests that the rate has let go, by budget.",
    [...CONNECTOR, "budget"],
    each(({ labels, facts }) => [...facts.permits].map(([budget, { used }]) => [{ ...labels, budget }, used])),
  ),
  gauge(
    "connector_permits_per_second",
    "How many requests the rate lets go in a second, by budget.",
    [...CONNECTOR, "budget"],
    each(({ labels, facts }) =>
      [...facts.permits].map(([budget, { rate }]) => [{ ...labels, budget }, (rate.requests * 1_000) / rate.perMs]),
    ),
  ),
  value("unread_callbacks", "Callbacks that the router has not read yet.", ({ store }) => store.value?.unread),
  value(
    "router_lag_seconds",
    "Age of the oldest callback that the router is at; 0 when it is through.",
    ({ facts, now }) => {
      const since = facts.router.behindSince;
      return since === undefined ? 0 : Math.max(0, (now - since) / 1_000);
    },
  ),
];

function causeOf({ state }: ConnectorStanding): PauseCause | undefined {
  return state.status === "paused" ? state.cause : undefined;
}
