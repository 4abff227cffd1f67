/** A real intake on a real port, over a store that tests can fail. */
import type { Config } from "../../src/config/checked-config.ts";
import type { Logger } from "../../src/connector.ts";
import { openIntakeFacts } from "../../src/facts/intake-facts.ts";
import { signOf } from "../../src/intake/admission/authenticity.ts";
import { intakeApp, type Phase } from "../../src/intake/app.ts";
import type { UploadLimits } from "../../src/intake/bodies/upload.ts";
import { openCounters } from "../../src/intake/counters.ts";
import { type GroupCommitLimits, groupCommit } from "../../src/intake/keeping/group-commit.ts";
import { openSenderClocks } from "../../src/intake/stale/sender-clocks.ts";
import { serve } from "../../src/listener/serve.ts";
import { staleAllowance } from "../../src/spool/stale-allowance.ts";
import type { AcceptResult, Callback, Intake, QuarantineEntry } from "../../src/storage/contract/callbacks.ts";
import type { NotedClocks } from "../../src/storage/contract/ledger.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";

export const APP = "1400000000";
export const OTHER_APP = "1400000001";
export const UNSIGNED_APP = "1400000002";
export const TOKEN = "canary-token-one";
export const NEXT_TOKEN = "canary-token-two";
export const DELETE = "OfficialAccount.CallbackAfterDeleteSubscriber";
export const ADD = "OfficialAccount.CallbackAfterAddSubscriber";
/** A whole second, so that skews are exact. */
export const NOW = 1_790_000_000_000;

export type LogLine = { level: string; fact: string } & Record<string, unknown>;
type Behaviour = (intake: Intake) => Promise<AcceptResult>;

const NONE_REFUSED: AcceptResult = { refused: [] };
const take = async (): Promise<AcceptResult> => NONE_REFUSED;

/** Keeps what it accepts in memory; what it does before that can be replaced. */
export function memoryStore() {
  const callbacks: Callback[] = [];
  const quarantine: QuarantineEntry[] = [];
  const groups: Intake[] = [];
  /** Host, and whether it is ahead. */
  const clocksOff: [string, boolean][] = [];
  const counted: Record<string, number> = {};
  const store = {
    callbacks,
    quarantine,
    groups,
    clocksOff,
    counted,
    behave: take as Behaviour,
    ping: async () => {},
    async accept(intake: Intake): Promise<AcceptResult> {
      const result = await store.behave(intake);
      groups.push(intake);
      callbacks.push(...intake.callbacks.filter((_, index) => !result.refused.some((one) => one.index === index)));
      quarantine.push(...intake.quarantine);
      return result;
    },
    async noteClocks({ newest, clock }: NotedClocks) {
      if (clock?.offMs !== null && clock !== undefined) clocksOff.push([clock.host, clock.offMs > 0]);
      return newest;
    },
    async count(increments: Readonly<Record<string, number>>) {
      for (const [name, by] of Object.entries(increments)) counted[name] = (counted[name] ?? 0) + by;
    },
  };
  return store satisfies Pick<Storage, "accept" | "ping" | "count" | "noteClocks">;
}

export type MemoryStore = ReturnType<typeof memoryStore>;

export function memoryLog(): Logger & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: string) => (keys: { fact: string }) => void lines.push({ ...keys, level });
  return { lines, debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

export type IntakeConfig = Pick<Config, "chat" | "server">;

export const CONFIG: IntakeConfig = {
  chat: {
    apps: [
      { sdk_app_id: Number(APP), token: TOKEN, allow_unsigned: false },
      { sdk_app_id: Number(OTHER_APP), token: ["other-canary-old", NEXT_TOKEN], allow_unsigned: false },
      { sdk_app_id: Number(UNSIGNED_APP), allow_unsigned: true },
    ],
    max_clock_skew: 60_000,
    allow_from: [],
  },
  server: {
    host: "127.0.0.1",
    port: 0,
    path: "/callback",
    max_body: 64 * 1024,
    // that a machine stood still for a while says nothing about what is tested
    answer_within: 3_600_000,
    drain: 0,
    trusted_proxies: [],
  },
};

export interface StartOptions {
  readonly chat?: Partial<IntakeConfig["chat"]>;
  readonly server?: Partial<IntakeConfig["server"]>;
  readonly store?: MemoryStore;
  readonly limits?: Partial<GroupCommitLimits>;
  readonly bodyTimeoutMs?: number;
  /** 127.0.0.1 unless set. */
  readonly host?: string;
  readonly uploadLimits?: Partial<UploadLimits>;
}

/** Starts an intake; `stop` it at the end of the test. */
export async function startIntake(options: StartOptions = {}) {
  const store = options.store ?? memoryStore();
  const log = memoryLog();
  const spooled: Intake[] = [];
  const state = {
    config: {
      chat: { ...CONFIG.chat, ...options.chat },
      server: { ...CONFIG.server, ...options.server },
    } as IntakeConfig,
    phase: "ready" as Phase,
    now: NOW,
    /** So many milliseconds have passed beside those that really did. */
    passed: 0,
    /** How often the clock was asked. */
    asked: 0,
    spool: async (intake: Intake): Promise<void> => void spooled.push(intake),
  };
  const spool = { append: (intake: Intake) => state.spool(intake) };
  const monotonic = () => performance.now() + state.passed;
  const facts = openIntakeFacts();
  const commit = groupCommit({
    ...{ storage: store, spool, log, monotonic },
    answerWithin: () => state.config.server.answer_within,
    ...(options.limits && { limits: options.limits }),
  });
  const counters = openCounters(store, { log, facts });
  const spools = () => commit.keeping() !== "store" || spooled.length > 0;
  const { admits } = staleAllowance(spools, () => 64 * 1024 * 1024);
  const senders = await openSenderClocks({ storage: store, log, host: "test" });
  const serving = await serve(
    (peer, isGone) =>
      intakeApp({
        config: () => state.config,
        commit,
        counters,
        senders,
        admits,
        log,
        clock: () => {
          state.asked += 1;
          return state.now;
        },
        monotonic,
        phase: () => state.phase,
        peer,
        isGone,
        uploadLimits: options.uploadLimits,
        ...(options.bodyTimeoutMs !== undefined && { bodyTimeoutMs: options.bodyTimeoutMs }),
      }),
    { host: options.host ?? "127.0.0.1", port: 0 },
  );
  return {
    ...serving,
    store,
    log,
    spooled,
    state,
    commit,
    facts,
    async counted(): Promise<Readonly<Record<string, number>>> {
      await counters.flush();
      return store.counted;
    },
    async stop(): Promise<void> {
      await serving.stop();
      await commit.stop();
      await counters.stop();
      await senders.stop();
    },
  };
}

export type RunningIntake = Awaited<ReturnType<typeof startIntake>>;

/** Query parameters as Chat writes them; an undefined one is left out. */
export function query(changes: Record<string, string | undefined> = {}, token = TOKEN, now = NOW): string {
  const RequestTime = String(now / 1000);
  const all = {
    SdkAppid: APP,
    CallbackCommand: DELETE,
    contenttype: "json",
    ClientIP: "192.0.2.7",
    OptPlatform: "iOS",
    RequestTime,
    Sign: signOf(token, changes.RequestTime ?? RequestTime),
    ...changes,
  };
  return Object.entries(all)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join("&");
}

/** A body as Chat writes it. */
export function body(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    CallbackCommand: DELETE,
    Official_Account: "@TOA#_test_OA_for_penn",
    Operator_Account: "leckie",
    SubscribeAccountList: [{ Subscriber_Account: "jared" }, { Subscriber_Account: "leckie" }],
    EventTime: NOW - 1_000,
    ...changes,
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

/** Posts a callback. */
export async function post(
  intake: { url: string },
  url: string = query(),
  payload: BodyInit = body(),
  init: RequestInit = {},
): Promise<Answer> {
  const response = await fetch(`${intake.url}/callback?${url}`, { method: "POST", body: payload, ...init });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Answer["json"] };
}
