/** Lets go whom somebody has looked at: Chat is asked about each again, and only who is confirmed anew is sent. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { sleep } from "../../basics/waiting.ts";
import type { ChatRest } from "../../chat-rest/contract.ts";
import type { Config } from "../../config/checked-config.ts";
import { openReconcileFacts } from "../../facts/reconcile-facts.ts";
import { openChats } from "../../reconcile/chats.ts";
import { whyWait } from "../../reconcile/decide-waiting.ts";
import type { PassParts } from "../../reconcile/parts.ts";
import { type Released, releaseHeld } from "../../reconcile/release.ts";
import { reconcileSettings } from "../../reconcile/settings.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { AccountKey } from "../../storage/contract/roster.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { Refused } from "../refused.ts";
import { spoolStatus } from "../status/spool.ts";
import type { MissingGroup } from "./missing.ts";

export interface ReleaseOptions {
  readonly config: Config;
  /** Of this program, for Chat. */
  readonly version: string;
  /** Aborts when it must come to its end. */
  readonly signal: AbortSignal;
  /** Called with about how many Chat was asked. */
  readonly onAsked: (people: number) => void;
}

export type AccountReleased = AccountKey & Released;

/** Whatever answers under way may take of the store's time. Milliseconds. */
const LONGEST_REST_MS = 50;

/**
 * Of these groups, as they were shown: account by account.
 * Rejects with `Refused` where nobody can be asked.
 */
export async function releaseGroups(
  storage: Storage,
  groups: readonly MissingGroup[],
  act: Act,
  options: ReleaseOptions,
): Promise<readonly AccountReleased[]> {
  const parts = partsFor(storage, options);
  const meant = new Set(groups.map(keyOf));
  const accounts = new Map(groups.map(({ app, account }) => [JSON.stringify([app, account]), { app, account }]));
  const released: AccountReleased[] = [];
  for (const key of accounts.values()) {
    const decided = { act, isMeant: (one: Omit<MissingGroup, "people">) => meant.has(keyOf(one)) };
    released.push({ ...key, ...(await releaseHeld(parts(key.app), key, decided)) });
  }
  return released;
}

const keyOf = ({ app, account, state, pass }: Omit<MissingGroup, "people">): string =>
  JSON.stringify([app, account, state, pass]);

function partsFor(storage: Storage, { config, version, signal, onAsked }: ReleaseOptions): (app: string) => PassParts {
  const settings = reconcileSettings(config);
  if (settings === undefined) {
    throw new Refused("unknown", "`reconcile` does not stand in the configuration: add it, so that Chat is asked.");
  }
  const chatOf = openChats({ storage, config: () => config, userAgent: `unsub-bridge/${version}` });
  const tell = counted(onAsked);
  const common = {
    ...{ storage, settings, signal, log: SILENT, facts: openReconcileFacts(), clock: Date.now },
    holder: `${hostname()} ${randomUUID()}`,
    giveWay: (workedMs: number) => sleep(Math.min(LONGEST_REST_MS, workedMs)),
    pause: (ms: number) => sleep(ms, signal).catch(() => undefined),
    async whyWait() {
      const { bytes } = await spoolStatus(config.storage);
      return bytes > 0 ? "callbacks wait in the spool" : whyWait(await storage.bridges());
    },
  };
  return (app) => {
    const chat = chatOf(app);
    if (chat === undefined) throw new Refused("unknown", `Chat cannot be asked about app ${app}: add its \`rest\`.`);
    return { ...common, chat: tell(chat) };
  };
}

/** Told to whoever waits instead: what became of each is in the answer. */
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function counted(onAsked: (people: number) => void): (chat: ChatRest) => ChatRest {
  let asked = 0;
  return (chat) => ({
    ...chat,
    accountsOf(user, signal) {
      asked += 1;
      onAsked(asked);
      return chat.accountsOf(user, signal);
    },
  });
}
