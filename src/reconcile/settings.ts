/** What the configuration says of reconciling, as the passes want it. Pure. */
import type { Config } from "../config/checked-config.ts";
import type { RosterScope } from "../storage/contract/accounts.ts";
import type { PassSettings } from "./parts.ts";

export interface ReconcileSettings extends PassSettings {
  /** With `account: null` every account of the app that a callback has named. */
  readonly scopes: readonly RosterScope[];
  /** Milliseconds. */
  readonly every: number;
}

/** Undefined: nothing is to be compared, and no roster kept. */
export function reconcileSettings({
  reconcile,
  chat,
}: Pick<Config, "reconcile" | "chat">): ReconcileSettings | undefined {
  if (reconcile === undefined) return undefined;
  const { accounts, every, hold_above, came_back, destroyed_account } = reconcile;
  const apps = chat.apps.flatMap(({ sdk_app_id, rest }) => (rest === undefined ? [] : [String(sdk_app_id)]));
  const scopes =
    accounts === "seen"
      ? apps.map((app) => ({ app, account: null }))
      : accounts.flatMap((account): RosterScope[] =>
          // one without an app belongs to the only one that there is: the rules of the configuration see to that
          typeof account === "string"
            ? apps.map((app) => ({ app, account }))
            : [{ app: String(account.app), account: account.account }],
        );
  return {
    ...{ scopes, every, skewMs: chat.max_clock_skew, holdAbove: hold_above },
    ...{ cameBack: came_back, destroyedAccount: destroyed_account },
  };
}
