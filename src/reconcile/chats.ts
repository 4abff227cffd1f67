/** Whom passes ask, app by app: one client for each, and one rate for all that share a secret. */
import { budgetOf } from "../chat-rest/budget.ts";
import { openChatRest } from "../chat-rest/client.ts";
import type { ChatRest } from "../chat-rest/contract.ts";
import type { Config } from "../config/checked-config.ts";
import { openRates } from "../delivery/tools/rate.ts";
import type { Storage } from "../storage/contract/storage.ts";

export interface ChatsOptions {
  readonly storage: Pick<Storage, "shared" | "reserve">;
  /** Asked anew each time. */
  readonly config: () => Pick<Config, "chat" | "reconcile">;
  readonly userAgent: string;
}

/** Whose wish the rate is; all of this process wish the same. */
const ASKER = "reconcile";

/** @returns by SDKAppID, as text; undefined: nothing is to be asked about this app */
export function openChats({ storage, config, userAgent }: ChatsOptions): (app: string) => ChatRest | undefined {
  const rates = openRates(storage.shared ? storage.reserve.bind(storage) : undefined);
  const open = new Map<string, { readonly rest: string; readonly chat: ChatRest }>();

  async function permit(key: string, signal: AbortSignal | undefined): Promise<void> {
    const { calls } = config().reconcile ?? {};
    if (calls !== undefined) await rates.limiter(key, calls, ASKER).acquire(signal);
  }

  return (app) => {
    const found = config().chat.apps.find(({ sdk_app_id }) => String(sdk_app_id) === app);
    if (found?.rest === undefined || config().reconcile === undefined) return undefined;
    const { sdk_app_id, rest } = found;
    const text = JSON.stringify(rest);
    const known = open.get(app);
    if (known?.rest === text) return known.chat;
    const key = budgetOf(app, rest);
    const chat = openChatRest({ app: sdk_app_id, rest, userAgent, permit: (signal) => permit(key, signal) });
    open.set(app, { rest: text, chat });
    return chat;
  };
}
