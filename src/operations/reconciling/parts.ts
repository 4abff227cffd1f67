/** What asks Chat, and works on rosters, in a process of its own beside a bridge or without one. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { sleep } from "../../basics/waiting.ts";
import type { ChatRest } from "../../chat-rest/contract.ts";
import type { Config } from "../../config/checked-config.ts";
import { openReconcileFacts, type ReconcileFacts } from "../../facts/reconcile-facts.ts";
import { openChats } from "../../reconcile/chats.ts";
import { whyWait } from "../../reconcile/decide-waiting.ts";
import type { PassParts } from "../../reconcile/parts.ts";
import { type ReconcileSettings, reconcileSettings } from "../../reconcile/settings.ts";
import type { AccountKey } from "../../storage/contract/accounts.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { Refused, said } from "../refused.ts";
import { spoolStatus } from "../spool.ts";

export interface OwnOptions {
  readonly config: Config;
  /** Of this program, for Chat. */
  readonly version: string;
  /** Aborts when it must come to its end. */
  readonly signal: AbortSignal;
}

/** Throws `Refused` where nothing says that rosters are kept. */
export function settingsIn(config: Config): ReconcileSettings {
  const settings = reconcileSettings(config);
  if (settings !== undefined) return settings;
  throw new Refused("unknown", said("reconcile_absent"));
}

/** Whether Chat can be asked about this app at all. */
const isAsked = ({ chat }: Pick<Config, "chat">, app: string): boolean =>
  chat.apps.some(({ sdk_app_id, rest }) => String(sdk_app_id) === app && rest !== undefined);

/**
 * Those whom Chat can be asked about, and the others with why not: nobody waits for these, and they keep back nobody. Throws `Refused`
 * where there is nobody to be asked about.
 */
export function askedAmong<A extends AccountKey>(
  accounts: readonly A[],
  config: Pick<Config, "chat">,
): { readonly asked: readonly A[]; readonly others: readonly (AccountKey & { readonly why: string })[] } {
  const asked = accounts.filter(({ app }) => isAsked(config, app));
  const others = accounts.filter(({ app }) => !isAsked(config, app));
  const [other] = others;
  if (asked.length === 0 && other !== undefined) throw new Refused("unknown", said("no_rest", { app: other.app }));
  return { asked, others: others.map(({ app, account }) => ({ app, account, why: said("no_rest", { app }).words })) };
}

/** Whatever answers under way may take of the store's time. Milliseconds. */
const LONGEST_REST_MS = 50;

/** SQLite's lock has no queue: whoever takes it again at once keeps a bridge out of its store. */
export const giveWay = (workedMs: number): Promise<void> => sleep(Math.min(LONGEST_REST_MS, workedMs));

/**
 * By app. Throws `Refused` where nobody can be asked.
 * @param facts what is seen of it meanwhile
 * @param watched how Chat is asked, seen by somebody
 */
export function ownParts(
  storage: Storage,
  { config, version, signal }: OwnOptions,
  facts: ReconcileFacts = openReconcileFacts(),
  watched: (chat: ChatRest) => ChatRest = (chat) => chat,
): (app: string) => PassParts {
  const settings = settingsIn(config);
  const chatOf = openChats({ storage, config: () => config, userAgent: `unsub-bridge/${version}` });
  const common = {
    ...{ storage, settings, signal, log: SILENT, facts, clock: Date.now },
    holder: `${hostname()} ${randomUUID()}`,
    giveWay,
    pause: (ms: number) => sleep(ms, signal).catch(() => undefined),
    async whyWait() {
      const { bytes } = await spoolStatus(config.storage);
      return bytes > 0 ? "callbacks wait in the spool" : whyWait(await storage.bridges());
    },
  };
  return (app) => {
    const chat = chatOf(app);
    if (chat === undefined) throw new Refused("unknown", said("no_rest", { app }));
    return { ...common, chat: watched(chat) };
  };
}

/** Told to whoever waits instead: what became of each is in the answer. */
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
