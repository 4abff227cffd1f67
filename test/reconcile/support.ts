/** Passes against the stand-in for Chat and a real store, all on clocks that a test turns. */
import { openChatRest } from "../../src/chat-rest/client.ts";
import type { ChatRest } from "../../src/chat-rest/contract.ts";
import { type ChatSandbox, type ChatSandboxOptions, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import type { EventKind } from "../../src/connector.ts";
import { expansionsOf } from "../../src/delivery/routing/expanding.ts";
import { openReconcileFacts, type ReconcileFacts } from "../../src/facts/reconcile-facts.ts";
import type { PassParts, PassSettings } from "../../src/reconcile/parts.ts";
import { type PassOptions, type PassResult, runPass } from "../../src/reconcile/pass.ts";
import type { Missing, MissingState } from "../../src/storage/contract/missing.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { allMissing } from "../storage/roster-support.ts";
import { callbackBody } from "../support/callbacks.ts";
import { type OpenTurned, turnedSqlite } from "../support/turned-store.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NEWS = "@TOA#_news";
const BEGINNING = 1_750_000_000_000;

export const SETTINGS: PassSettings = {
  skewMs: MINUTE,
  holdAbove: { people: 100, share: 0.05 },
  cameBack: "record",
  destroyedAccount: "hold",
};

export interface RigOptions extends ChatSandboxOptions {
  readonly open?: OpenTurned;
  readonly settings?: Partial<PassSettings>;
  /** Milliseconds that our clock is ahead of Chat's. */
  readonly aheadMs?: number;
}

export interface Rig {
  /** `looking`: called before each answer. */
  readonly chat: ChatSandbox & {
    looking: ((command: string, body: Readonly<Record<string, unknown>>) => void) | undefined;
  };
  readonly storage: Storage;
  readonly app: string;
  readonly facts: ReconcileFacts;
  /** Facts of the log, oldest first. */
  readonly lines: Readonly<Record<string, unknown>>[];
  /** Chat's clock. */
  now(): number;
  turn(ms: number): Promise<void>;
  /** A callback that Chat has sent now arrives, and is an event. */
  hear(kind: EventKind, user: string | readonly string[], eventTime?: number): Promise<void>;
  /** People subscribe, or leave, and every callback arrives. */
  subscribe(...users: string[]): Promise<void>;
  leave(...users: string[]): Promise<void>;
  pass(change?: Partial<PassParts>, options?: PassOptions): Promise<PassResult>;
  /** Chat as a machine asks it whose clock is ahead of Chat's. */
  askedBy(aheadMs: number): ChatRest;
  parts(change?: Partial<PassParts>): PassParts;
  missing(...states: MissingState[]): Promise<readonly Missing[]>;
  /** What the store knows of somebody: `unsubscribed` or `subscribed`, oldest first; of a healed one `healed`. */
  story(user: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openRig({
  open = turnedSqlite,
  settings,
  aheadMs = 0,
  ...options
}: RigOptions = {}): Promise<Rig> {
  let at = BEGINNING;
  const sandbox = await startChatSandbox({ callsPerSecond: Number.POSITIVE_INFINITY, ...options, clock: () => at });
  const chat: Rig["chat"] = Object.assign(sandbox, { looking: undefined });
  chat.beforeAnswer((command, body) => chat.looking?.(command, body));
  const store = await open(at + aheadMs);
  const { storage } = store;
  const app = String(chat.app);
  const facts = openReconcileFacts();
  const lines: Record<string, unknown>[] = [];
  const note = (line: object) => void lines.push({ ...line });
  const log = { debug: note, info: note, warn: note, error: note };
  const clock = () => at + aheadMs;
  const rest = { base_url: chat.url, admin: chat.admin, secret_key: chat.secretKey };
  const askedBy = (ms: number) =>
    openChatRest({ app: chat.app, rest, permit: async () => undefined, userAgent: "test", clock: () => at + ms });
  const asked = askedBy(aheadMs);
  await storage.keepRoster([{ app, account: null }]);

  async function turn(ms: number): Promise<void> {
    at += ms;
    await store.advance(ms);
  }

  async function hear(kind: EventKind, user: string | readonly string[], eventTime = at): Promise<void> {
    const subscribed = kind === "subscribed";
    const users = [user].flat();
    const body = callbackBody({ users, eventTime, subscribed, officialAccount: NEWS });
    const command = String(JSON.parse(body).CallbackCommand);
    const callback = {
      app,
      command,
      platform: "iOS",
      clientIp: "",
      receivedAt: clock(),
      body: new TextEncoder().encode(body),
    };
    await storage.accept({ callbacks: [callback], quarantine: [] });
    await expandAll(storage);
  }

  const parts = (change: Partial<PassParts> = {}): PassParts => ({
    ...{ storage, chat: asked, settings: { ...SETTINGS, ...settings }, log, facts, clock },
    ...{ holder: "machine a", signal: new AbortController().signal },
    ...{ giveWay: async () => undefined, pause: turn, whyWait: async () => undefined },
    ...change,
  });

  return {
    ...{ chat, storage, app, facts, lines, turn, hear, parts, askedBy },
    now: () => at,
    async subscribe(...users) {
      await chat.subscribe(NEWS, users);
      await hear("subscribed", users);
    },
    async leave(...users) {
      await chat.unsubscribe(NEWS, users);
      await hear("unsubscribed", users);
    },
    pass: (change, passOptions) => runPass(parts(change), { app, account: NEWS }, passOptions),
    missing: (...states) => allMissing(storage, { app, account: NEWS, states }),
    async story(user) {
      const traced = await storage.trace(user);
      return traced.map(({ event }) => (event.source === "reconcile" ? `healed ${event.kind}` : event.kind));
    },
    async close() {
      await store.close();
      await chat.close();
    },
  };
}

async function expandAll(storage: Storage): Promise<void> {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  for (let unread = await storage.unread(100); unread.length > 0; unread = await storage.unread(100)) {
    for (const { expansions } of expansionsOf(unread, log)) await storage.expand(expansions);
  }
}

/** Calls `use` with a rig that is closed afterwards. */
export async function withRig(options: RigOptions, use: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = await openRig(options);
  try {
    await use(rig);
  } finally {
    await rig.close();
  }
}
