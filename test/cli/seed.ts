/** A store in which every state occurs, beside a configuration as a user writes it. Its lock is held, as by a bridge that runs. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandOf, quarantineEntry, readCallback } from "../../src/callback.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Actor } from "../../src/storage/contract/audit.ts";
import type { Registration } from "../../src/storage/contract/connectors.ts";
import type { Settlement } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openStorage, sqliteFile } from "../../src/storage/open.ts";
import { lockStore } from "../../src/storage/sqlite/lock.ts";
import { act } from "../support/act.ts";
import { callbackBody } from "../support/callbacks.ts";
import { runCommand } from "../support/command.ts";
import type { CommandResult } from "../support/process.ts";

export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** What a vendor may send to steer a terminal. */
export const STEERING = "\u001b[31mred\u0007\u009b2J\u202e";

const SEED: Actor = { name: "seed", front: "terminal", proven: false };

export const ENV = { CHAT_CALLBACK_TOKEN: "chat-callback-token", WEBHOOK_SECRET };

const YAML = `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${CHAT_CALLBACK_TOKEN}
connectors:
  crm:
    type: webhook
    url: https://crm.example/unsubscribes
    secret: \${WEBHOOK_SECRET}
  partner:
    type: webhook
    url: https://partner.example/unsubscribes
    secret: \${WEBHOOK_SECRET}
`;

export interface Seeded {
  readonly folder: string;
  readonly config: string;
  path(name: string): string;
  /** Runs a command on it. */
  command(...args: string[]): Promise<CommandResult>;
  /** The same with more variables. */
  withEnv(env: Readonly<Record<string, string>>, ...args: string[]): Promise<CommandResult>;
  /** The same, and reads what it says. */
  json(...args: string[]): Promise<Json>;
  /** Opens the store as a command does, and closes it afterwards. */
  inStore<T>(look: (storage: Storage) => Promise<T>): Promise<T>;
  /** The delivery id of a user's only event. */
  id(user: string, connector: string): Promise<string>;
  state(user: string, connector: string): Promise<string | undefined>;
  /** From now on nobody holds the store's lock: no bridge runs. */
  leave(): void;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: what a script sees
export type Json = any;

/** Makes the folder, the configuration and the store. `fill` may be left out for an empty store. */
export async function openSeeded(fill: (storage: Storage) => Promise<void> = async () => undefined): Promise<Seeded> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-cli-"));
  const config = join(folder, "bridge.yaml");
  await writeFile(config, YAML);
  const loaded = await loadConfig(config, ENV);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  await mkdir(join(folder, "data"));
  const { storage: settings } = loaded.config;

  async function inStore<T>(look: (storage: Storage) => Promise<T>, create = false): Promise<T> {
    const storage = await openStorage(settings, { create });
    try {
      return await look(storage);
    } finally {
      await storage.close();
    }
  }

  const withEnv = (env: Readonly<Record<string, string>>, ...args: string[]) =>
    runCommand([...args, "--config", config], { env: { ...ENV, ...env }, cwd: folder });
  const command = (...args: string[]) => withEnv({}, ...args);
  const entryOf = async (user: string, connector: string) =>
    (await inStore((storage) => storage.deliveries({ user, connector }, { limit: 1 })))[0];
  await inStore(fill, true);
  const lock = await lockStore(sqliteFile(settings) ?? "");
  let isHeld = true;
  const leave = () => {
    if (isHeld) lock.release();
    isHeld = false;
  };
  return {
    folder,
    config,
    path: (name) => join(folder, name),
    command,
    withEnv,
    async json(...args) {
      const { out, err } = await command(...args, "--json");
      if (out === "") throw new Error(`no JSON, but: ${err}`);
      return JSON.parse(out);
    },
    inStore: (look) => inStore(look),
    id: async (user, connector) => (await entryOf(user, connector))?.id ?? "",
    state: async (user, connector) => (await entryOf(user, connector))?.state,
    leave,
    async close() {
      leave();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Callbacks stored, read and routed to these connectors. One callback a user, each a second after the one before. */
export async function seedEvents(
  storage: Storage,
  users: readonly string[],
  connectors: readonly string[],
): Promise<void> {
  await storage.register(connectors.map(registration));
  const base = Date.now() - 3_600_000;
  const command = commandOf("unsubscribed");
  const callbacks = users.map((user, index) => ({
    app: "1400000000",
    command,
    platform: "iOS",
    clientIp: "203.0.113.9",
    receivedAt: base + index * 1_000 + 250,
    body: new TextEncoder().encode(callbackBody({ users: [user], operator: user, eventTime: base + index * 1_000 })),
  }));
  await storage.accept({ callbacks, quarantine: [] });
  const unread = await storage.unread(10_000);
  await storage.expand(
    unread.map((callback) => {
      const reading = readCallback(callback);
      if (!reading.ok) throw new Error(reading.fault);
      return { callback: callback.seq, events: reading.events, quarantine: reading.quarantine };
    }),
  );
  const { events, cursors } = await storage.unrouted(connectors, 10_000);
  await storage.route(
    connectors.map((connector) => {
      const from = cursors[connector] ?? 0;
      const fresh = events.filter(({ seq }) => seq > from);
      return {
        connector,
        from,
        to: fresh.at(-1)?.seq ?? from,
        deliveries: fresh.map(({ seq, user }) =>
          user.startsWith("skipped")
            ? { event: seq, skip: { words: "`only.platform` does not name it" } }
            : { event: seq },
        ),
      };
    }),
  );
}

function registration(name: string): Registration {
  return {
    name,
    type: "webhook",
    writes: "fact",
    start: "all",
    destination: `https://${name}.example/unsubscribes`,
    fingerprint: "fingerprint",
  };
}

/** Takes what is due and settles it as `decide` says; what it says nothing of goes back. */
export async function settleSeeded(
  storage: Storage,
  connector: string,
  decide: (user: string, event: number) => Settlement | undefined,
): Promise<void> {
  const claim = await storage.take(connector, 10_000, 10, 60_000);
  const settlements = claim.deliveries.flatMap(({ event }) => decide(event.user, event.seq) ?? []);
  await storage.settle({ connector, token: claim.token, settlements });
  const settled = new Set(settlements.map(({ event }) => event));
  const rest = claim.deliveries.flatMap(({ event }) => (settled.has(event.seq) ? [] : [event.seq]));
  await storage.release(connector, claim.token, rest);
}

/** By the user's id: `rejected-1`, `expired-1`, `unmatched-1`, `delivered-1`, `retried-1`; others wait. */
export function fateOf(user: string, event: number): Settlement | undefined {
  const [word] = user.split("-");
  switch (word) {
    case "delivered":
      return { event, to: "delivered", note: "HTTP 204" };
    case "retried": {
      const reason = { words: "the destination is busy", status: 503 };
      return { event, to: "waiting", reason, delayMs: 600_000, lane: "normal", attempted: true };
    }
    case "rejected": {
      const message = `no such member ${STEERING} ${WEBHOOK_SECRET}`;
      return { event, to: "dead", class: word, reason: { words: "refused", status: 422, message } };
    }
    case "expired":
    case "unmatched":
      return { event, to: "dead", class: word, reason: { words: "nobody answered in time" } };
    default:
      return undefined;
  }
}

/** Every state at `crm`; `partner` has taken nothing yet. */
export async function seedEverything(storage: Storage): Promise<void> {
  const users = [
    "delivered-1",
    "retried-1",
    "rejected-1",
    "rejected-2",
    "expired-1",
    "unmatched-1",
    "skipped-1",
    "张伟",
  ];
  await seedEvents(storage, users, ["crm", "partner"]);
  await settleSeeded(storage, "crm", fateOf);
  await storage.discard(
    { user: "rejected-2", connector: "crm", states: ["dead"] },
    act({ actor: SEED, operation: "discard" }),
  );
}

/** An entry of the quarantine, as intake would have made it. */
export function faultyCallback(body: string, fault: string, receivedAt = Date.now()) {
  const command = commandOf("unsubscribed");
  const bytes = new TextEncoder().encode(body);
  return quarantineEntry(
    { app: "1400000000", command, platform: "iOS", clientIp: "203.0.113.9", receivedAt, body: bytes },
    fault,
  );
}
