/** For every metric a situation that moves it, and what it says then. */
import { connect } from "node:net";
import { act } from "../support/act.ts";
import { APP, callbackBody } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeUnderTest } from "./bridge.ts";
import type { Scrape } from "./text.ts";

export interface Scenario {
  readonly when: string;
  /** Which bridge it happens to. */
  readonly on: "whole" | "cut off" | "comparing";
  readonly act?: (bridge: BridgeUnderTest) => Promise<unknown>;
  /** What it shows passes: it is done again until somebody has looked in time. */
  readonly passes?: true;
  /** @param before as it was before `act` */
  readonly moved: (scrape: Scrape, before: Scrape) => boolean;
}

type Scenarios = Readonly<Record<string, Scenario>>;

const P = "unsub_bridge_";
const CRM = { connector: "crm", type: "scripted" };
const users = (...ids: readonly string[]) => ({ users: ids });
const grew = (name: string, labels: Readonly<Record<string, string>> = {}, by = 1): Scenario["moved"] => {
  const full = P + name;
  return (scrape, before) => (scrape.value(full, labels) ?? 0) >= (before.value(full, labels) ?? 0) + by;
};
const is = (name: string, value: number, labels: Readonly<Record<string, string>> = {}): Scenario["moved"] => {
  return (scrape) => scrape.value(P + name, labels) === value;
};
const above = (name: string, value: number, labels: Readonly<Record<string, string>> = {}): Scenario["moved"] => {
  return (scrape) => (scrape.value(P + name, labels) ?? Number.NEGATIVE_INFINITY) > value;
};
const all =
  (...conditions: readonly Scenario["moved"][]): Scenario["moved"] =>
  (scrape, before) =>
    conditions.every((holds) => holds(scrape, before));

const faulty = (bridge: BridgeUnderTest, text = "{") => bridge.post(users("u"), { body: text });
const anHourAgo = () => Math.floor(Date.now() / 1_000) - 3_600;

/** A request as it goes over the wire, its body so many milliseconds after its head; `ends` closes our side behind it. */
function byHand(bridge: BridgeUnderTest, user: string, { afterMs = 0, ends = false } = {}): Promise<void> {
  const { pathname, search } = bridge.url(users(user));
  const body = callbackBody(users(user));
  const socket = connect(bridge.port, "127.0.0.1");
  socket.write(
    `POST ${pathname}${search} HTTP/1.1\r\nHost: c\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  setTimeout(() => (ends ? socket.end(body) : socket.write(body)), afterMs);
  return new Promise((resolve) => {
    socket.on("data", () => undefined);
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
  });
}

/** Keeps the process from everything else. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const stored: Pick<Scenario, "when" | "on" | "act"> = {
  when: "a callback is stored",
  on: "whole",
  act: (bridge) => bridge.post(users("OK-stored")),
};
const delivered: Pick<Scenario, "when" | "on" | "act"> = { ...stored, when: "a callback is stored and delivered" };
const cutOff = (user: string): Pick<Scenario, "when" | "on" | "act"> => ({
  when: "the store is not to be reached",
  on: "cut off",
  act: (bridge) => bridge.post(users(user)),
});
const always = (on: Scenario["on"] = "whole"): Pick<Scenario, "when" | "on"> => ({ when: "it runs", on });

const OF_THE_BRIDGE: Scenarios = {
  info: {
    when: "it is called something else after a reload",
    on: "whole",
    act: (bridge) => bridge.reload((yaml) => yaml.replace("name: staging", "name: production")),
    moved: all(
      is("info", 1, { name: "production", version: "0.0.0-test" }),
      (scrape) => scrape.labels(`${P}info`).length === 1,
    ),
  },
  store_up: { ...cutOff("OK-down"), moved: is("store_up", 0) },
  store_answer_age_seconds: { ...always(), moved: above("store_answer_age_seconds", 0) },
  store_bytes: { ...stored, moved: above("store_bytes", 4_095) },
  store_wal_bytes: { ...stored, moved: above("store_wal_bytes", 0) },
  volume_free_bytes: {
    ...always(),
    moved: all(...["store", "spool", "dead_letters"].map((volume) => above("volume_free_bytes", 0, { volume }))),
  },
  volume_size_bytes: {
    ...always(),
    moved: (scrape) =>
      ["store", "spool", "dead_letters"].every(
        (volume) =>
          (scrape.value(`${P}volume_size_bytes`, { volume }) ?? 0) >
          (scrape.value(`${P}volume_free_bytes`, { volume }) ?? 0),
      ),
  },
  quarantine_entries: {
    when: "a callback cannot be understood",
    on: "whole",
    act: (bridge) => faulty(bridge, "{ one"),
    moved: grew("quarantine_entries"),
  },
  quarantine_bytes: {
    when: "a callback cannot be understood",
    on: "whole",
    act: (bridge) => faulty(bridge, "{ two".padEnd(100)),
    moved: grew("quarantine_bytes", {}, 100),
  },
  quarantine_max_bytes: {
    when: "a reload makes it smaller",
    on: "whole",
    act: (bridge) => bridge.reload((yaml) => yaml.replace("max_size: 1MiB", "max_size: 2KiB")),
    moved: is("quarantine_max_bytes", 2_048),
  },
  quarantine_dropped_total: {
    when: "more than it holds cannot be understood",
    on: "whole",
    async act(bridge) {
      for (const letter of "abcdef") await faulty(bridge, `{ ${letter.repeat(900)}`);
    },
    moved: grew("quarantine_dropped_total"),
  },
  pruned_rows_total: {
    when: "deliveries have been settled for longer than they are kept",
    on: "whole",
    async act(bridge) {
      await bridge.post(users("OK-old"));
      await bridge.until(
        above("connector_deliveries_total", 0, { ...CRM, state: "delivered" }) as (scrape: Scrape) => boolean,
      );
      await bridge.restart((yaml) => yaml.replace("retention: 1d", "retention: 1ms"));
    },
    moved: above("pruned_rows_total", 0),
  },
  loop_lag_seconds: {
    when: "something keeps the process busy",
    on: "whole",
    act: async () => busy(400),
    moved: above("loop_lag_seconds", 0.25),
  },
  process_start_time_seconds: { ...always(), moved: (scrape) => isLately(scrape.value("process_start_time_seconds")) },
  process_cpu_seconds_total: {
    when: "it works",
    on: "whole",
    act: async () => busy(50),
    moved: (scrape, before) =>
      (scrape.value("process_cpu_seconds_total") ?? 0) >
      (before.value("process_cpu_seconds_total") ?? Number.POSITIVE_INFINITY),
  },
  process_resident_memory_bytes: {
    ...always(),
    moved: (scrape) => (scrape.value("process_resident_memory_bytes") ?? 0) > 10 * 1024 * 1024,
  },
};

const OF_INTAKE: Scenarios = {
  callbacks_total: {
    when: "callbacks of every kind come in",
    on: "whole",
    async act(bridge) {
      await bridge.post(users("OK-counted"));
      await bridge.post(users());
      await bridge.post(users("u"), { command: "C2C.CallbackAfterSendMsg", body: "{}" });
      await faulty(bridge, "{ three");
      await bridge.post(users("u"), { body: "x".repeat(70_000) });
      await bridge.post(users("u"), { path: "/wrong" });
    },
    moved: all(
      ...["stored", "empty", "other_command", "faulty", "too_large", "wrong_path"].map((result) =>
        grew("callbacks_total", { result, app: String(APP) }),
      ),
    ),
  },
  refused_requests_total: {
    when: "requests are refused for every cause",
    on: "whole",
    async act(bridge) {
      const user = users("u");
      await bridge.post(user, { headers: { "x-forwarded-for": "203.0.113.9" } });
      await bridge.post(user, { app: 7 });
      await bridge.post(user, { sign: "0".repeat(64) });
      await bridge.post(user, { requestTime: anHourAgo() });
      await bridge.post(user, { path: "/wrong", sign: "" });
      await cutShort(bridge);
    },
    moved: all(
      ...["address", "app", "path"].map((cause) => grew("refused_requests_total", { cause, app: "other" })),
      ...["sign", "clock", "body"].map((cause) => grew("refused_requests_total", { cause, app: String(APP) })),
    ),
  },
  quarantined_users_total: {
    when: "one user of a callback has no id that can be used",
    on: "whole",
    act: (bridge) => bridge.post(users("OK-beside", "x".repeat(300))),
    moved: grew("quarantined_users_total"),
  },
  stale_unkept_total: {
    when: "something stale is larger than the whole quarantine",
    on: "whole",
    async act(bridge) {
      await bridge.reload((yaml) => yaml.replace(/max_size: \S+/, "max_size: 1KiB"));
      await bridge.post(users("u"), { requestTime: anHourAgo() - 1, body: callbackBody(users("u")).padEnd(20_000) });
    },
    moved: grew("stale_unkept_total"),
  },
  unheard_answers_total: {
    when: "the sender is gone before the answer, where the runtime can tell",
    on: "whole",
    act: (bridge) => byHand(bridge, "OK-unheard", { ends: true }),
    moved: (scrape, before) =>
      "Deno" in globalThis
        ? scrape.value(`${P}unheard_answers_total`) === 0
        : grew("unheard_answers_total")(scrape, before),
  },
  ack_duration_seconds: {
    ...stored,
    moved: all(grew("ack_duration_seconds_count"), grew("ack_duration_seconds_bucket", { le: "+Inf" })),
  },
  slow_acks_total: {
    when: "a body comes two seconds after its head",
    on: "whole",
    // on a busy machine it may be told that it came too late, and is no acknowledgement then
    passes: true,
    act: (bridge) => byHand(bridge, "OK-slow", { afterMs: 2_050 }),
    moved: all(grew("slow_acks_total", { over: "1s" }), grew("slow_acks_total", { over: "2s" })),
  },
  commit_duration_seconds: { ...stored, moved: grew("commit_duration_seconds_count", { place: "store" }) },
  commit_callbacks: { ...stored, moved: grew("commit_callbacks_sum", { place: "store" }) },
  failed_commits_total: {
    when: "neither store nor spool takes a callback",
    on: "cut off",
    act: (bridge) => bridge.post(users("u"), { body: callbackBody(users("OK-lost")).padEnd(20_000) }),
    moved: all(
      grew("failed_commits_total", { place: "spool" }),
      grew("failed_commits_total", { place: "store" }),
      grew("callbacks_total", { result: "lost", app: String(APP) }),
    ),
  },
  keeping: {
    ...cutOff("OK-kept"),
    moved: all(is("keeping", 1, { place: "spool" }), is("keeping", 0, { place: "store" })),
  },
  clock_offset_seconds: {
    when: "our clock is half a minute ahead",
    on: "cut off",
    act: (bridge) => bridge.post(users("OK-late"), { requestTime: Math.floor(Date.now() / 1_000) - 30 }),
    // what came before in this minute was sent at our time
    moved: (scrape) => Number.isFinite(scrape.value(`${P}clock_offset_seconds`)),
  },
  spool_entries: { ...cutOff("OK-spooled"), moved: grew("spool_entries") },
  spool_bytes: { ...cutOff("OK-bytes"), moved: grew("spool_bytes", {}, 100) },
  spool_max_bytes: { ...always("cut off"), moved: is("spool_max_bytes", 16_384) },
  spool_oldest_age_seconds: { ...cutOff("OK-aged"), moved: above("spool_oldest_age_seconds", 0) },
};

const OF_DELIVERY: Scenarios = {
  connector_waiting: {
    when: "a connector is switched off",
    on: "whole",
    act: (bridge) => bridge.post(users("OK-waits")),
    moved: grew("connector_waiting", { connector: "held" }),
  },
  connector_oldest_waiting_age_seconds: {
    when: "something waits",
    on: "whole",
    act: (bridge) => bridge.post(users("OK-waits-too")),
    moved: above("connector_oldest_waiting_age_seconds", 0, { connector: "held" }),
  },
  connector_dead_letters: {
    when: "the destination refuses one and takes the next",
    on: "whole",
    act: (bridge) => rejectOne(bridge, "1"),
    moved: grew("connector_dead_letters", { ...CRM, class: "rejected" }),
  },
  connector_at_least: {
    when: "there are few enough to be counted",
    on: "whole",
    moved: all(...["waiting", "dead"].map((count) => is("connector_at_least", 0, { ...CRM, count }))),
  },
  connector_about: {
    when: "there are few enough to be counted",
    on: "whole",
    moved: all(...["waiting", "dead"].map((count) => is("connector_about", 0, { ...CRM, count }))),
  },
  connector_given_up_total: {
    when: "one is refused, and one tried for too long",
    on: "whole",
    async act(bridge) {
      await bridge.post(users("RETRY-for-ever"));
      await rejectOne(bridge, "2");
    },
    moved: all(
      grew("connector_given_up_total", { ...CRM, class: "rejected" }),
      grew("connector_given_up_total", { ...CRM, class: "expired" }),
    ),
  },
  connector_in_flight: {
    when: "the destination does not answer",
    on: "whole",
    act: (bridge) => bridge.post({ ...users("HANG-1"), operator: "lame" }),
    moved: is("connector_in_flight", 1, { connector: "lame" }),
  },
  connector_concurrency: {
    when: "the destination is in trouble",
    on: "whole",
    act: (bridge) => bridge.post({ ...users("DOWN-1"), operator: "weak" }),
    moved: all(
      is("connector_concurrency", 1, { connector: "weak" }),
      is("connector_concurrency", 0, { connector: "held" }),
    ),
  },
  connector_attempts_total: {
    when: "the destination answers in every way",
    on: "whole",
    async act(bridge) {
      for (const script of ["OK", "RETRY", "UNKNOWN", "SKIP"]) await bridge.post(users(`${script}-tried`));
      await rejectOne(bridge, "3");
      await bridge.post({ ...users("DOWN-1"), operator: "weak" });
      await bridge.post({ ...users("CREDENTIALS-1"), operator: "proud" });
      await bridge.post({ ...users("GONE-1"), operator: "moved" });
    },
    moved: all(
      ...["delivered", "retry", "unmatched", "rejected", "skipped"].map((outcome) =>
        grew("connector_attempts_total", { ...CRM, outcome }),
      ),
      grew("connector_attempts_total", { connector: "weak", outcome: "unavailable" }),
      grew("connector_attempts_total", { connector: "proud", outcome: "credentials_refused" }),
      grew("connector_attempts_total", { connector: "moved", outcome: "gone" }),
    ),
  },
  connector_deliveries_total: {
    ...delivered,
    moved: grew("connector_deliveries_total", { ...CRM, state: "delivered" }),
  },
  connector_event_to_delivered_seconds: {
    when: "one is delivered that happened a minute ago",
    on: "whole",
    act: (bridge) => bridge.post({ ...users("OK-a-minute-ago"), eventTime: Date.now() - 60_000 }),
    moved: all(
      grew("connector_event_to_delivered_seconds_count", CRM),
      grew("connector_event_to_delivered_seconds_sum", CRM, 60),
    ),
  },
  connector_receipt_to_delivered_seconds: {
    ...delivered,
    moved: grew("connector_receipt_to_delivered_seconds_count", CRM),
  },
  connector_state: {
    when: "connectors are in every state",
    on: "whole",
    async act(bridge) {
      await bridge.post({ ...users("DOWN-2"), operator: "weak" });
      await bridge.post({ ...users("GONE-2"), operator: "moved" });
    },
    moved: all(
      is("connector_state", 1, { ...CRM, state: "ready" }),
      is("connector_state", 1, { connector: "weak", state: "backing_off" }),
      is("connector_state", 1, { connector: "moved", state: "paused" }),
      is("connector_state", 0, { connector: "moved", state: "ready" }),
      is("connector_state", 1, { connector: "held", state: "switched_off" }),
    ),
  },
  connector_pause_cause: {
    when: "connectors are paused for several causes",
    on: "whole",
    async act(bridge) {
      await bridge.post({ ...users("CREDENTIALS-2"), operator: "proud" });
      await bridge.post({ ...users("GONE-3"), operator: "moved" });
      await bridge.withStore((storage) => storage.pause("lame", act()));
    },
    moved: all(
      is("connector_pause_cause", 1, { connector: "proud", cause: "credentials" }),
      is("connector_pause_cause", 1, { connector: "moved", cause: "gone" }),
      is("connector_pause_cause", 1, { connector: "lame", cause: "person" }),
      is("connector_pause_cause", 0, CRM),
    ),
  },
  connector_permits_total: { ...delivered, moved: grew("connector_permits_total", { ...CRM, budget: "default" }) },
  connector_permits_per_second: {
    ...always(),
    moved: is("connector_permits_per_second", 500, { ...CRM, budget: "default" }),
  },
  unread_callbacks: { ...crowd("A"), moved: above("unread_callbacks", 0) },
  router_lag_seconds: { ...crowd("B"), moved: above("router_lag_seconds", 0) },
};

/** So many users at once that they are not read at a glance; again, should nobody have looked in time. */
function crowd(letter: string): Pick<Scenario, "when" | "on" | "passes" | "act"> {
  return {
    when: "callbacks with very many users come in",
    on: "whole",
    passes: true,
    async act(bridge) {
      const many = Array.from({ length: 1_000 }, (_, index) => `OK-${letter}-${index}`);
      await Promise.all(
        Array.from({ length: 40 }, (_, turn) =>
          bridge.post({ users: many, eventTime: Date.now() - turn, operator: "nobody" }),
        ),
      );
    },
  };
}

/** A rejection is held back until the next one is taken: nobody knows before whether the destination refuses all. */
async function rejectOne(bridge: BridgeUnderTest, which: string): Promise<void> {
  await bridge.post(users(`REJECT-${which}`));
  await bridge.post(users(`OK-after-${which}`));
}

/** A body that does not come to its end. */
function cutShort(bridge: BridgeUnderTest): Promise<void> {
  const { pathname, search } = bridge.url(users("u"));
  const socket = connect(bridge.port, "127.0.0.1");
  socket.write(`POST ${pathname}${search} HTTP/1.1\r\nHost: c\r\nContent-Length: 500\r\n\r\n{"half":`);
  setTimeout(() => socket.destroy(), 50);
  return new Promise((resolve) => {
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
  });
}

const isLately = (seconds: number | undefined): boolean =>
  seconds !== undefined && seconds > Date.now() / 1_000 - 3_600 && seconds < Date.now() / 1_000;

const OF_ALARMS: Scenarios = {
  alarms: {
    when: "a callback comes that nobody understands",
    on: "whole",
    act: (bridge) => faulty(bridge),
    moved: all(is("alarms", 1, { alarm: "quarantine" }), is("alarms", 0, { alarm: "healing" })),
  },
  alarm_teller: { ...always(), moved: is("alarm_teller", 1) },
  notices_total: {
    when: "somebody is to be told, and cannot be",
    on: "whole",
    act: (bridge) => faulty(bridge),
    moved: all(
      (scrape) => (scrape.value(`${P}notices_total`, { to: "ops", outcome: "failed" }) ?? 0) > 0,
      is("notices_total", 0, { to: "ops", outcome: "told" }),
    ),
  },
  heartbeats_total: {
    ...always(),
    moved: (scrape) => (scrape.value(`${P}heartbeats_total`, { outcome: "failed" }) ?? 0) > 0,
  },
};

export const NEWS = "@TOA#_news";
export const SUBSCRIBERS = Array.from({ length: 20 }, (_, index) => `OK-subscriber-${index}`);
const OF_NEWS = { app: String(APP), account: NEWS };

/** They leave, no callback tells of it, and the bridge is asked to compare. */
const unheard = (when: string, ...people: readonly number[]): Pick<Scenario, "when" | "on" | "act"> => ({
  ...{ when, on: "comparing" },
  async act(bridge) {
    const ids = people.map((index) => SUBSCRIBERS[index] ?? "");
    await bridge.chat?.unsubscribe(NEWS, ids, { unheard: true });
    await compared(bridge);
  },
});

async function compared(bridge: BridgeUnderTest): Promise<void> {
  await bridge.withStore(async (storage) => {
    await eventually(async () => (await storage.rosterAccounts())[0]?.baselineAt != null);
    const at = await storage.wishPasses([OF_NEWS], act());
    await eventually(async () => {
      const [pass] = await storage.passes({ ...OF_NEWS, limit: 1 });
      return pass !== undefined && pass.begunAt >= at && pass.endedAt !== null;
    });
  });
}

/** The last one holds whoever is found after it; all before it leave fewer than that. */
const OF_RECONCILING: Scenarios = {
  reconcile_passes_total: {
    ...unheard("a roster is compared"),
    moved: grew("reconcile_passes_total", { end: "done" }),
  },
  reconcile_people_total: {
    ...unheard("one has left without a callback", 0),
    moved: grew("reconcile_people_total", { end: "healed" }),
  },
  reconcile_found_total: {
    ...unheard("one more has", 1),
    moved: grew("reconcile_found_total", OF_NEWS),
  },
  reconcile_unheard: { ...unheard("a third has", 2), moved: grew("reconcile_unheard", OF_NEWS) },
  reconcile_told_total: {
    when: "one leaves, and the callback comes",
    on: "comparing",
    async act(bridge) {
      const [, , , user = ""] = SUBSCRIBERS;
      await bridge.chat?.unsubscribe(NEWS, user, { unheard: true });
      await bridge.post({ users: [user], officialAccount: NEWS });
      await compared(bridge);
    },
    moved: all(grew("reconcile_told_total", OF_NEWS), is("reconcile_unheard", 0, OF_NEWS)),
  },
  reconcile_longest_seconds: {
    ...unheard("one was found", 8),
    moved: all(
      above("reconcile_longest_seconds", 0, OF_NEWS),
      (scrape) => (scrape.value(`${P}reconcile_longest_seconds`, OF_NEWS) ?? Number.POSITIVE_INFINITY) < 3_600,
    ),
  },
  reconcile_finds_since_seconds: {
    ...always("comparing"),
    moved: (scrape) => isLately(scrape.value(`${P}reconcile_finds_since_seconds`, OF_NEWS)),
  },
  reconcile_read_age_seconds: {
    ...always("comparing"),
    moved: (scrape) => (scrape.value(`${P}reconcile_read_age_seconds`, OF_NEWS) ?? -1) >= 0,
  },
  reconcile_missing: {
    ...unheard("more leave than may without anybody looking", 4, 5, 6, 7, 9, 10),
    moved: all(
      is("reconcile_missing", 6, { ...OF_NEWS, state: "held" }),
      is("reconcile_missing", 0, { ...OF_NEWS, state: "baseline" }),
    ),
  },
};

/** By the metric's name; `unsub_bridge_` is left out. */
export const SCENARIOS: Scenarios = { ...OF_THE_BRIDGE, ...OF_INTAKE, ...OF_DELIVERY, ...OF_ALARMS, ...OF_RECONCILING };
