/** How connectors, bridges and the store are. */
import { Type } from "@sinclair/typebox";
import { mapOf, nullable, sentAs, time, word } from "../wire/forms.ts";
import { ALARMS } from "./alarms.ts";
import { REASON } from "./common.ts";
import { ACCOUNT } from "./healing.ts";

const HELD_REJECTION = Type.Object({ event: Type.Integer(), reason: REASON });

const CONNECTOR_STATE = Type.Object({
  status: word("ready", "backing_off", "paused"),
  cause: Type.Optional(word("credentials", "refusing", "gone", "person")),
  by: Type.Optional(Type.String({ description: "Who paused it." })),
  reason: Type.Optional(REASON),
  failures: Type.Integer({ description: "Troubles of the whole destination in a row." }),
  told: Type.Boolean({ description: "The destination itself named the time of the next attempt." }),
  held: Type.Array(HELD_REJECTION, { description: "Refusals in a row, not given up yet." }),
});

const COUNTS = word("waiting", "dead", "deliveredLastHour", "deliveredLastDay", "deadLastHour", "deadLastDay");

export const CONNECTOR_STATUS = Type.Object({
  name: Type.String(),
  origin: Type.String({ description: "Its name in delivery ids." }),
  type: Type.String(),
  destination: Type.String({ description: "Where it writes, without secrets." }),
  state: CONNECTOR_STATE,
  since: time("When its present state began."),
  probeAt: sentAs("next_probe_at", nullable(time("When it is tried again by itself."))),
  waiting: Type.Integer(),
  oldestWaitingAt: nullable(time("When the oldest waiting event was received.")),
  dead: Type.Integer(),
  deadOf: sentAs(
    "dead_by_class",
    Type.Object({ rejected: Type.Integer(), expired: Type.Integer(), unmatched: Type.Integer() }),
  ),
  deliveredLastHour: Type.Integer(),
  deliveredLastDay: Type.Integer(),
  deadLastHour: Type.Integer(),
  deadLastDay: Type.Integer(),
  atLeast: Type.Optional(Type.Array(COUNTS, { description: "Of these there are more: nobody has counted on." })),
  about: Type.Optional(Type.Array(COUNTS, { description: "These are estimates: nobody can count so much." })),
  ...{ cursor: Type.Integer(), version: Type.Integer(), clock: Type.Integer() },
  ...{ fingerprint: Type.String(), takenWith: nullable(Type.String()) },
});

export const CONNECTOR = Type.Object(
  {
    status: CONNECTOR_STATUS,
    condition: word("ready", "backing off", "not served", "paused", "switched off", "not configured"),
    explanation: Type.Optional(
      Type.Array(Type.String(), { description: "What to know and what to do, a sentence each." }),
    ),
  },
  { $id: "Connector" },
);

const TIMES = { count: Type.Integer(), since: time(), at: time("The latest.") };

const REFUSED_RUN = Type.Object({
  cause: word("sign", "app", "address"),
  app: Type.Optional(Type.String()),
  isSigned: Type.Optional(Type.Boolean()),
  ...TIMES,
});

const BRIDGE = Type.Object({
  id: Type.String(),
  host: Type.String(),
  process: Type.Integer(),
  version: nullable(Type.String()),
  configuration: nullable(
    Type.Object({
      name: Type.Optional(Type.String()),
      file: Type.String(),
      hash: Type.String(),
      needsRestart: Type.Optional(Type.Array(Type.String())),
      admin: Type.Optional(Type.Object({ url: Type.Optional(Type.String()), trouble: Type.Optional(Type.String()) })),
    }),
  ),
  since: time(),
  seenAt: sentAs("last_sign_of_life", nullable(time())),
  endedAt: nullable(time()),
  serves: Type.Boolean(),
});

const FAULT = Type.Object({
  ok: Type.Union([Type.Boolean(), Type.Literal("warning")], {
    description: "False: what is acknowledged can be lost.",
  }),
  what: Type.String(),
  ...{ code: Type.String(), values: REASON.properties.values },
  todo: Type.Optional(Type.String({ description: "The way out." })),
  setting: Type.Optional(Type.String()),
});

export const STATUS = Type.Object(
  {
    isWell: sentAs("well", Type.Boolean({ description: "Nothing needs a person." })),
    isServed: sentAs("served", Type.Boolean({ description: "A bridge runs on this store." })),
    store: Type.String(),
    bridges: Type.Array(BRIDGE),
    others: sentAs(
      "other_values",
      mapOf(
        Type.Array(Type.String()),
        "By a bridge's id: settings of which it has another value than the bridge that answers.",
      ),
    ),
    connectors: Type.Array(CONNECTOR),
    notRun: sentAs("not_run_yet", Type.Array(Type.String())),
    unread: sentAs("unread_callbacks", Type.Integer()),
    quarantined: sentAs("quarantine", Type.Object({ entries: Type.Integer(), bytes: Type.Integer() })),
    atLeast: Type.Optional(Type.Array(word("unread", "quarantined"))),
    bytes: sentAs("store_bytes", Type.Integer()),
    faults: Type.Optional(
      Type.Array(FAULT, { description: "What is wrong with the database or its tables. Absent: nothing is." }),
    ),
    clocksOff: Type.Array(
      Type.Object({ host: Type.String(), offMs: Type.Number(), since: time(), at: sentAs("last_noticed", time()) }),
    ),
    intake: Type.Object({
      refused: Type.Array(REFUSED_RUN),
      misunderstood: Type.Optional(Type.Object({ ...TIMES, fault: Type.String() })),
    }),
    differing: Type.Array(Type.Object({ connector: Type.String(), ...TIMES, note: Type.String() })),
    alerts: ALARMS,
    rosters: sentAs(
      "reconciling",
      Type.Optional(Type.Object({ accounts: Type.Array(ACCOUNT), more: Type.Boolean(), atLeast: Type.Boolean() })),
    ),
    counters: Type.Record(Type.String(), Type.Integer(), {
      description: "What intake has counted since the store was made.",
    }),
    spool: Type.Optional(
      Type.Object({
        bytes: Type.Integer(),
        max: Type.Integer(),
        since: nullable(Type.String()),
        why: nullable(Type.String()),
      }),
    ),
  },
  { $id: "Status" },
);

const SAMPLE = Type.Object(
  {
    delivered: Type.Optional(Type.Integer()),
    dead: Type.Optional(Type.Integer()),
    waiting: Type.Optional(Type.Integer()),
    oldestMs: Type.Optional(Type.Number({ description: "How long the oldest of these waits." })),
    callbacks: Type.Optional(Type.Integer()),
    refused: Type.Optional(Type.Integer()),
    acks: Type.Optional(
      Type.Record(Type.String(), Type.Integer(), {
        description: "Answers to Chat by how long they took: the upper border in seconds, or `Infinity`.",
      }),
    ),
  },
  { $id: "Sample", description: "What is absent nobody has told." },
);

export const RANGE = word("1h", "24h", "14d");

export const THROUGHPUT = Type.Object({
  range: RANGE,
  minutes: Type.Integer({ description: "Of each point." }),
  points: Type.Array(
    Type.Object({
      at: time("When it began."),
      intake: Type.Optional(SAMPLE),
      connectors: mapOf(SAMPLE, "By connector."),
    }),
    { description: "The oldest first, without a gap." },
  ),
  intake: sentAs("intake_in_all", SAMPLE),
});
