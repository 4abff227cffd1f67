/** Lets go whom somebody has looked at: Chat is asked about each again, and only who is confirmed anew is sent. */
import type { ChatRest } from "../../chat-rest/contract.ts";
import { type Released, releaseHeld } from "../../reconcile/release.ts";
import type { AccountKey } from "../../storage/contract/accounts.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import type { MissingGroup } from "./missing.ts";
import { askedAmong, type OwnOptions, ownParts } from "./parts.ts";

export interface ReleaseOptions extends OwnOptions {
  /** Called with about how many Chat was asked. */
  readonly onAsked: (people: number) => void;
}

export type AccountReleased = AccountKey & Released;

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
  const parts = ownParts(storage, options, undefined, counted(options.onAsked));
  const accounts = new Map(groups.map(({ app, account }) => [JSON.stringify([app, account]), { app, account }]));
  const { asked, others } = askedAmong([...accounts.values()], options.config);
  // however few are sent
  await storage.noteAct(act);
  const meant = new Set(groups.map(keyOf));
  const released: AccountReleased[] = others.map((other) => ({ ...other, tag: "refused" }));
  for (const key of asked) {
    const decided = { act, isMeant: (one: Omit<MissingGroup, "people">) => meant.has(keyOf(one)) };
    released.push({ ...key, ...(await releaseHeld(parts(key.app), key, decided)) });
  }
  return released;
}

const keyOf = ({ app, account, state, pass }: Omit<MissingGroup, "people">): string =>
  JSON.stringify([app, account, state, pass]);

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
