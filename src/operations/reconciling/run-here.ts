/** Compares in this process, account by account, each held in the store meanwhile. */
import { number } from "../../basics/format.ts";
import { openReconcileFacts, type ReconcileFacts } from "../../facts/reconcile-facts.ts";
import { followAll, type PassParts } from "../../reconcile/parts.ts";
import { runPass } from "../../reconcile/pass.ts";
import { openUnread } from "../../reconcile/watching.ts";
import type { AccountKey, RosterAccount } from "../../storage/contract/accounts.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { Refused, said } from "../refused.ts";
import { giveWay, type OwnOptions, ownParts, settingsIn } from "./parts.ts";
import { endOfOwn, type RunEnd } from "./run-end.ts";

export interface OwnRun extends OwnOptions {
  readonly isDry: boolean;
  /** Called now and then with what is under way, in words. */
  readonly onProgress: (words: string) => void;
}

const TELL_EVERY_MS = 100;

/** @param choose whose rosters are meant, of those that are kept */
export async function runHere(
  storage: Storage,
  act: Act,
  options: OwnRun,
  choose: (all: readonly RosterAccount[]) => readonly RosterAccount[],
): Promise<readonly (AccountKey & { readonly end: RunEnd })[]> {
  const { config, isDry, signal, onProgress } = options;
  const facts = openReconcileFacts();
  const parts = ownParts(storage, options, facts);
  if (!isDry) await storage.keepRoster(settingsIn(config).scopes);
  await followAll({ storage, signal, giveWay });
  const accounts = choose(await storage.rosterAccounts());
  await untilRead(storage, options);
  await storage.noteAct(act);
  const telling = setInterval(() => onProgress(passProgress(facts)), TELL_EVERY_MS);
  try {
    const ends: (AccountKey & { readonly end: RunEnd })[] = [];
    for (const { app, account } of accounts) {
      const end = await one(parts(app), { app, account }, isDry ? { isDry } : { act });
      ends.push({ app, account, end });
    }
    return ends;
  } finally {
    clearInterval(telling);
  }
}

async function one(parts: PassParts, key: AccountKey, options: Parameters<typeof runPass>[2]): Promise<RunEnd> {
  if (parts.signal.aborted) return { tag: "stopped" };
  const result = await runPass(parts, key, options);
  if (result.tag !== "done") return endOfOwn(result, undefined);
  const latest = await parts.storage.passes({ ...key, limit: 5 });
  return endOfOwn(
    result,
    latest.find(({ id }) => id === result.pass),
  );
}

const PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 250;

/** A bridge that runs reads what has come; without one nobody does, and who is in it would seem to be missing. */
async function untilRead(storage: Storage, { signal, onProgress }: OwnRun): Promise<void> {
  const isRead = openUnread(storage, Date.now);
  const end = performance.now() + PATIENCE_MS;
  while (!(await isRead())) {
    if (performance.now() >= end || signal.aborted) {
      throw new Refused("unknown", said("callbacks_wait"));
    }
    onProgress("callbacks wait to be read");
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

const PHASES = {
  reading: "reading Chat's list",
  sifting: "looking who is missing",
  merging: "looking who is there",
  confirming: "asking about those who are missing",
} as const;

export function passProgress({ running, people }: Pick<ReconcileFacts, "running" | "people">): string {
  const [pass] = running;
  if (pass === undefined) return "asking Chat";
  const asked = Object.values(people).reduce((sum, one) => sum + one, 0);
  const read = `${number(pass.people)} of ${number(pass.subscribers)} people`;
  return `${pass.account}: ${PHASES[pass.phase]} (${pass.phase === "confirming" ? number(asked) : read})`;
}
