/** A console with nothing in it, with much to do, and in trouble: for pictures. */

import { EVERY_TIME } from "../../connectors/kit/faults.ts";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { SANDBOX_KEY, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { bury } from "../console/letters-support.ts";
import { type ConsoleWorld, inStore, openConsole } from "../console/support.ts";
import { entryOf } from "../storage/suite-support.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";

export const STATES = ["empty", "busy", "trouble"] as const;
export type State = (typeof STATES)[number];

export interface World {
  readonly state: State;
  readonly origin: string;
  /** Of pages beside those of the navigation, with their names. */
  readonly paths: readonly (readonly [name: string, path: string])[];
  close(): Promise<void>;
}

const NEWS = "@TOA#_news";
const PEOPLE = Array.from({ length: 300 }, (_, index) => `user-${index}`);

const LOYALTY = [
  "type: http",
  "only: { official_account: ['@TOA#_vip'] }",
  "url: https://loyalty.example/consents",
  "auth: { bearer: loyalty-token-of-the-tests }",
  'body: { id: "{{ user_id }}" }',
  "answers:",
  "  - { status: 200, where: { state: done }, means: delivered }",
  "  - { status: 422, means: rejected, message: detail }",
];

export async function openWorldOf(state: State): Promise<World> {
  const [team, chat] = await Promise.all([startWebhookSandbox(), startChatSandbox()]);
  chat.world.subscribe(NEWS, [...PEOPLE, "stays", "leaves", "gone-2"], Math.floor(Date.now() / 1_000) - 86_400);
  const console = await openConsole({
    contacts: [...PEOPLE, "noah", "olivia-1", "olivia-2", "jared"],
    connectors: { loyalty: LOYALTY },
    token: `\${CHAT_CALLBACK_TOKEN}\n      rest: { base_url: "${chat.url}", secret_key: "\${CHAT_SECRET_KEY}" }`,
    env: { CHAT_SECRET_KEY: SANDBOX_KEY },
    more: `name: production
notices: { team: { type: webhook, url: "${team.url}" } }
alerts: { to: [team], disk_free_below: never, paused_after: 5s }
reconcile: { accounts: ["${NEWS}"], calls: 100/s, hold_above: { people: 1, share: 1% } }`,
    ...(state !== "empty" && { seed: state === "trouble" ? graves : history }),
  });
  const paths = await PREPARED[state](console, chat);
  return {
    ...{ state, origin: console.origin, paths },
    async close() {
      await console.close();
      await Promise.all([team.close(), chat.close()]);
    },
  };
}

type Chat = Awaited<ReturnType<typeof startChatSandbox>>;
type Prepare = (console: ConsoleWorld, chat: Chat) => Promise<World["paths"]>;

const PREPARED: Readonly<Record<State, Prepare>> = {
  empty: async () => [["story", "/people?user=noah"]],
  busy: async (console) => {
    console.webhook.fail({ status: 503, headers: { "retry-after": "30" }, body: "" }, EVERY_TIME);
    for (const user of PEOPLE) await postCallback(console.bridge.url, { users: [user] });
    await eventually(() => console.segment.received.events.size === PEOPLE.length);
    return [
      ["story", "/people?user=user-1"],
      ["charts", "/?charts=24h"],
    ];
  },
  trouble: inTrouble,
};

const MINUTE_MS = 60_000;

/** What a machine counted in the last hour and day before this one: charts are looked at as they are on any other day. */
async function history(storage: Storage): Promise<void> {
  const spans = ([1, 10] as const).flatMap((minutes) => {
    const now = Math.floor(Date.now() / (minutes * MINUTE_MS)) * minutes * MINUTE_MS;
    return Array.from({ length: 58 }, (_, index) => ({ minutes, at: now - (index + 2) * minutes * MINUTE_MS, index }));
  });
  const samples = spans.flatMap(({ minutes, at, index }) => {
    const callbacks = minutes * Math.round(14 + 8 * Math.sin(index / 6) + 3 * Math.cos(index * 2.1));
    const waiting = index > 24 && index < 34 ? 12 * (34 - index) : 0;
    const delivered = { delivered: callbacks, dead: 0, waiting: 0, oldestMs: 0 };
    return [
      { minutes, at, connector: "", counts: { callbacks, acks: { "0.01": callbacks - 1, "0.05": 1 } } },
      ...["crm", "analytics"].map((connector) => ({ minutes, at, connector, counts: delivered })),
      { minutes, at, connector: "partner", counts: { ...delivered, waiting, oldestMs: waiting * 4_000 } },
    ];
  });
  await storage.keepSamples("before", samples);
}

/** Dead letters of many kinds, and what nobody understood. */
async function graves(storage: Storage): Promise<void> {
  await history(storage);
  const message =
    'Property values were not valid: [{"isValid":false,"message":"Property \\"chat_userid\\" does not exist"}]';
  const missing = { words: "HubSpot rejects what it is sent", status: 400, category: "VALIDATION_ERROR", message };
  await bury(storage, { connector: "crm", type: "hubspot", prefix: "member", count: 40, reason: () => missing });
  const unknown = { words: "no contact has this chat_user_id" };
  await bury(storage, {
    ...{ connector: "crm", type: "hubspot", prefix: "stranger", count: 7, class: "unmatched" },
    reason: () => unknown,
  });
  const page = {
    words: "the answer of a proxy",
    status: 502,
    message: `<html><body>${"Bad gateway ".repeat(30)}</body>`,
  };
  await bury(storage, {
    ...{ connector: "partner", type: "webhook", prefix: "expired", count: 3, class: "expired" },
    reason: () => page,
  });
  const body = '{"CallbackCommand":"OfficialAccount.CallbackAfterDeleteSubscriber","Official_Account":"@TOA#_news"}';
  const bytes = new TextEncoder().encode(body);
  const entry = entryOf("a", { body: bytes, size: bytes.length, fault: "EventTime: expected milliseconds since 1970" });
  await storage.accept({ callbacks: [], quarantine: [entry, entryOf("b")] });
}

/** Some are refused by the partner, HubSpot's credentials in the end, and two have left without a callback. */
async function inTrouble(console: ConsoleWorld, chat: Chat): Promise<World["paths"]> {
  const { webhook, hubspot, bridge } = console;
  webhook.fail(
    { status: 422, body: "no member with this user_id" },
    { ...EVERY_TIME, when: ({ body }) => /"(noah|olivia-\d)"/.test(body) },
  );
  const users = [...PEOPLE.slice(0, 60), "noah", "olivia-1", "olivia-2"];
  for (const user of users) await postCallback(bridge.url, { users: [user] });
  await eventually(() => console.segment.received.events.size === users.length);
  hubspot.fail({ status: 401, body: { status: "error", category: "INVALID_AUTHENTICATION" } }, EVERY_TIME);
  for (const user of ["mia", "jared", "李雷"]) await postCallback(bridge.url, { users: [user] });
  await eventually(async () => /paused|暂停/.test((await console.get("/")).text));
  await eventually(async () => /Compared last/.test((await console.get("/healing")).text));
  chat.world.unsubscribe(NEWS, ["leaves", "gone-2"]);
  await console.post("/healing/compare", {});
  await eventually(async () => /held for a decision/.test((await console.get("/healing")).text));
  await eventually(async () => /paused_after\/crm/.test((await console.get("/alarms")).text));
  await console.post("/connectors/analytics/pause", { why: "the portal moves, ask Olga" });
  await console.post("/alarms/silence", { name: "refused", hours: "24", why: "known since Monday" });
  await console.post("/configuration/check", {});
  await eventually(async () => /✓ connectors\.partner/.test((await console.get("/configuration")).text));
  return pathsOf(console);
}

async function pathsOf(console: ConsoleWorld): Promise<World["paths"]> {
  const made = await console.post("/dead-letters/plan", { repair: "replay", connector: "crm" });
  const discarded = await console.post("/dead-letters/plan", { repair: "discard", connector: "partner" });
  const [dead] = await inStore(console, (storage) => storage.deliveries({ states: ["dead"] }, { limit: 1 }));
  const entries = await inStore(console, (storage) => storage.quarantined({ limit: 2 }));
  const request = `/dead-letters/request?${new URLSearchParams({ id: dead?.id ?? "" })}`;
  return [
    ["story", "/people?user=noah"],
    ["story-owed", "/people?user=jared"],
    ["story-nobody", "/people?user=user-"],
    ["letters", "/dead-letters/letters?connector=crm"],
    ["letters-crm", "/dead-letters?connector=crm"],
    ["request", request],
    ["plan", made.headers.get("location") ?? ""],
    ["plan-discard", discarded.headers.get("location") ?? ""],
    ["plans", "/plans"],
    ["pause", "/connectors/partner/pause"],
    ["resume", "/connectors/analytics/resume"],
    ["preview", "/configuration?user=noah"],
    ["nowhere", "/nowhere"],
    ...entries.map(({ id }, index) => [`entry-${index}`, `/quarantine/${id}`] as const),
  ];
}
