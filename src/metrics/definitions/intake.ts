/** What comes in: from a request to a kept callback. */
import type { IntakeCount } from "../../facts/intake-facts.ts";
import { PLACES } from "../../facts/keeping-facts.ts";
import {
  counter,
  gauge,
  histogram,
  type MetricDefinition,
  type Sample,
  stateSet,
  total,
  value,
} from "../definition.ts";
import { appsOf, type ScrapeMoment } from "../moment.ts";

/** What became of authentic callbacks. */
const RESULTS: Readonly<Record<string, IntakeCount>> = {
  stored: "callbacks_stored",
  empty: "callbacks_empty",
  other_command: "callbacks_other_command",
  faulty: "callbacks_faulty",
  too_large: "callbacks_too_large",
  wrong_path: "callbacks_wrong_path",
  lost: "callbacks_lost",
};

const CAUSES: Readonly<Record<string, IntakeCount>> = {
  address: "refused_address",
  app: "refused_app",
  sign: "refused_sign",
  clock: "refused_clock",
  body: "refused_body",
  path: "refused_path",
};

function byApp(moment: ScrapeMoment, label: string, names: Readonly<Record<string, IntakeCount>>): Sample<number>[] {
  return appsOf(moment).flatMap((app) =>
    Object.entries(names).map(
      ([called, name]): Sample<number> => [{ [label]: called, app }, countOf(moment, app, name)],
    ),
  );
}

const ofApps =
  (name: IntakeCount) =>
  (moment: ScrapeMoment): Sample<number>[] =>
    appsOf(moment).map((app) => [{ app }, countOf(moment, app, name)]);

function countOf({ facts }: ScrapeMoment, app: string, name: IntakeCount): number {
  return facts.intake.counts.get(app)?.[name] ?? 0;
}

export const INTAKE: readonly MetricDefinition[] = [
  counter(
    "callbacks_total",
    "Authentic callbacks by what became of them and by SDKAppID. One that could not be kept anywhere is lost, beside what it was.",
    ["result", "app"],
    (moment) => byApp(moment, "result", RESULTS),
  ),
  counter(
    "refused_requests_total",
    "Requests that were refused, by cause: address, app, sign, clock, body (did not come to its end), path.",
    ["cause", "app"],
    (moment) => byApp(moment, "cause", CAUSES),
  ),
  counter(
    "quarantined_users_total",
    "Users of callbacks that could not be understood.",
    ["app"],
    ofApps("users_faulty"),
  ),
  counter("stale_unkept_total", "Stale requests that the quarantine had no room for.", ["app"], ofApps("stale_unkept")),
  counter(
    "unheard_answers_total",
    "Callbacks that were kept, and whose sender was gone before the answer.",
    ["app"],
    ofApps("answers_unheard"),
  ),
  histogram(
    "ack_duration_seconds",
    "From the first moment that a callback is seen to its OK. Chat waits two seconds.",
    [],
    ({ facts }) => [[{}, facts.intake.acks]],
  ),
  counter(
    "slow_acks_total",
    "OKs that took longer than a second, and than the two that Chat waits.",
    ["over"],
    ({ facts }) => [
      [{ over: "1s" }, facts.intake.slowAcks.overOne],
      [{ over: "2s" }, facts.intake.slowAcks.overTwo],
    ],
  ),
  histogram(
    "commit_duration_seconds",
    "What keeping a group of callbacks took: a transaction of the store, or an append to the spool.",
    ["place"],
    ({ facts }) => PLACES.map((place) => [{ place }, facts.keeping[place].durations]),
  ),
  histogram("commit_callbacks", "Callbacks and quarantine entries that were kept together.", ["place"], ({ facts }) =>
    PLACES.map((place) => [{ place }, facts.keeping[place].sizes]),
  ),
  counter("failed_commits_total", "Groups that the store, or the spool, did not take.", ["place"], ({ facts }) =>
    PLACES.map((place) => [{ place }, facts.keeping[place].failures]),
  ),
  gauge(
    "keeping",
    "Where the next callback is likely to be kept: 1 at store, spool or nowhere.",
    ["place"],
    ({ keeping }) => stateSet("place", ["store", "spool", "nowhere"], keeping),
  ),
  value(
    "clock_offset_seconds",
    "How far our clock is ahead of the senders' (negative: behind), by the RequestTime of the last minute or two.",
    ({ facts }) => {
      const ahead = facts.intake.clockAhead();
      return ahead === undefined ? undefined : -ahead / 1_000;
    },
  ),
  value(
    "spool_entries",
    "Callbacks and quarantine entries that wait in the spool for the store.",
    ({ disk }) => disk?.spool.entries,
  ),
  value("spool_bytes", "Size of the spool.", ({ disk }) => disk?.spool.bytes),
  value(
    "spool_max_bytes",
    "How large the spool may become (storage.spool_max).",
    ({ config }) => config.storage.spool_max,
  ),
  value("spool_oldest_age_seconds", "Age of the oldest callback in the spool; 0 when it is empty.", ({ disk, now }) => {
    if (disk === undefined) return undefined;
    const { oldestAt } = disk.spool;
    return oldestAt === undefined ? 0 : Math.max(0, (now - oldestAt) / 1_000);
  }),
  total(
    "quarantine_dropped_total",
    "Quarantine entries that had to go: nobody can look at them any more.",
    ({ facts }) => facts.upkeep.quarantineDropped,
  ),
];
