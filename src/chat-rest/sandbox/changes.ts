/** Changes of official accounts, and their callbacks to a bridge, which may be lost. */
import { ACCOUNT_DESTROYED, commandOf } from "../../callback.ts";
import type { EventKind } from "../../connector.ts";
import type { Fields } from "../body.ts";
import { type CallbackTarget, postCallback } from "./callbacks.ts";
import type { ChatWorld } from "./world.ts";

/** What becomes of a change's callback. */
export interface ChangeOptions {
  /** Who did it; the user, or the admin for several. */
  readonly operator?: string;
  /** The callback is lost on its way. */
  readonly unheard?: boolean;
}

/** Whether a bridge has acknowledged it. */
export type Reception = "heard" | "lost";

export interface AccountChanges {
  subscribe(account: string, users: string | readonly string[], change?: ChangeOptions): Promise<Reception>;
  unsubscribe(account: string, users: string | readonly string[], change?: ChangeOptions): Promise<Reception>;
  destroy(account: string, change?: ChangeOptions): Promise<Reception>;
}

export interface ChangesOptions {
  /** The SDKAppID. */
  readonly app: number;
  readonly admin: string;
  readonly world: ChatWorld;
  /** Where callbacks go; nowhere where it is undefined. */
  readonly target: () => CallbackTarget | undefined;
  /** Chat's clock, in milliseconds since 1970. */
  readonly clock: () => number;
}

export function changesOf(options: ChangesOptions): AccountChanges {
  const { admin, world, clock } = options;
  const changed = (kind: EventKind, account: string, users: readonly string[], change: ChangeOptions) =>
    users.length === 0 ? nobody() : tell(options, commandOf(kind), fieldsOf(account, users, admin, change), change);
  return {
    subscribe: (account, users, change = {}) =>
      changed("subscribed", account, world.subscribe(account, [users].flat(), Math.floor(clock() / 1_000)), change),
    unsubscribe: (account, users, change = {}) =>
      changed("unsubscribed", account, world.unsubscribe(account, [users].flat()), change),
    destroy(account, change = {}) {
      world.destroy(account);
      const fields = { Official_Account: account, Owner_Account: admin, Name: "news" };
      return tell(options, ACCOUNT_DESTROYED, fields, change);
    },
  };
}

/** Nothing has changed, so nothing is told. */
const nobody = async (): Promise<Reception> => "lost";

function fieldsOf(account: string, users: readonly string[], admin: string, { operator }: ChangeOptions): Fields {
  return {
    Official_Account: account,
    Operator_Account: operator ?? (users.length === 1 ? users[0] : admin),
    SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })),
  };
}

/** Tells a bridge, as Chat would. */
async function tell(
  { app, clock, target }: ChangesOptions,
  command: string,
  fields: Fields,
  { unheard }: ChangeOptions,
): Promise<Reception> {
  const callbacks = target();
  if (unheard || callbacks === undefined) return "lost";
  return (await postCallback(callbacks, { app, command, fields, now: clock() })) ? "heard" : "lost";
}
