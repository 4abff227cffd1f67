/** A comparison that somebody wants at once: by the bridge that runs, or by this process where none does. */

import type { AccountKey, RosterAccount } from "../../storage/contract/accounts.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { Refused, said } from "../refused.ts";
import { isReconciling } from "../served.ts";
import type { AccountChoice } from "./missing.ts";
import { askedAmong, settingsIn } from "./parts.ts";
import { runByBridge } from "./run-by-bridge.ts";
import type { RunEnd } from "./run-end.ts";
import { type OwnRun, runHere } from "./run-here.ts";

export interface RunOptions extends OwnRun {
  readonly choice: AccountChoice;
  /** Called once it is known who compares. */
  readonly onBy: (by: RunBy) => void;
}

/** `bridge`: one that runs was asked to. */
export type RunBy = "bridge" | "here";

export interface AccountRun extends AccountKey {
  readonly by: RunBy;
  readonly end: RunEnd;
}

/**
 * A dry run is always this process's own: nothing of it is left in the store. Two never compare one account: whoever does holds it there.
 * Rejects with `Refused` where there is no such account, or nobody can be asked.
 */
export async function runReconcile(
  { storage, questions }: { readonly storage: Storage; readonly questions: Pick<Questions, "bridges"> },
  act: Act,
  options: RunOptions,
): Promise<readonly AccountRun[]> {
  settingsIn(options.config);
  const isServed = (await questions.bridges()).some(isReconciling);
  const by: RunBy = isServed && !options.isDry ? "bridge" : "here";
  options.onBy(by);
  const unasked: (AccountKey & { readonly end: RunEnd })[] = [];
  const choose = (all: readonly RosterAccount[]) => {
    const meant = chosen(all, options.choice);
    const { asked, others } = askedAmong(meant, options.config);
    unasked.push(...others.map(({ app, account, why }) => ({ app, account, end: { tag: "unbegun" as const, why } })));
    return asked;
  };
  const ends =
    by === "bridge"
      ? await runByBridge({ storage, questions }, choose(await storage.rosterAccounts()), act, options)
      : await runHere(storage, act, options, choose);
  return [...ends, ...unasked].map((one) => ({ ...one, by }));
}

function chosen(all: readonly RosterAccount[], { app, account }: AccountChoice): readonly RosterAccount[] {
  const meant = all.filter(
    (one) => (app === undefined || one.app === app) && (account === undefined || one.account === account),
  );
  if (meant.length > 0) return meant;
  if (account === undefined) {
    throw new Refused("unknown", app === undefined ? said("no_account") : said("no_account_of_app", { app }));
  }
  throw new Refused("unknown", said("no_roster", { account }));
}
