/** Wishes for passes, and what becomes of them: the bridge that runs sees them within seconds. */
import { number } from "../../basics/format.ts";
import { sleep } from "../../basics/waiting.ts";
import type { AccountKey } from "../../storage/contract/accounts.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Pass } from "../../storage/contract/passes.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { isReconciling } from "../served.ts";
import { type RunEnd, runEndOf } from "./run-end.ts";

export interface WishOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (words: string) => void;
}

const LOOK_EVERY_MS = 250;
/** Where nothing has moved for so long, nobody waits for what is not begun. */
const UNBEGUN_MS = 60_000;

export async function runByBridge(
  { storage, questions }: { readonly storage: Storage; readonly questions: Pick<Questions, "bridges"> },
  accounts: readonly AccountKey[],
  act: Act,
  { signal, onProgress }: WishOptions,
): Promise<readonly (AccountKey & { readonly end: RunEnd })[]> {
  const wishedAt = await storage.wishPasses(accounts, act);
  const wishes = accounts.map((account) => openWish(storage, account, wishedAt));
  try {
    for (let moved = { what: "", at: performance.now() }; ; ) {
      const seen = await Promise.all(wishes.map((wish) => wish.look()));
      const open = seen.filter((pass) => pass?.endedAt === null || pass === undefined);
      if (open.length === 0) return wishes.map((wish, index) => ({ ...wish.of, end: ended(seen[index]) }));
      const what = JSON.stringify(seen);
      if (what !== moved.what) moved = { what, at: performance.now() };
      const why = signal.aborted ? STOPPED : await whyNoMore(questions, seen, performance.now() - moved.at);
      if (why !== undefined) return wishes.map((wish, index) => ({ ...wish.of, end: ended(seen[index], why) }));
      onProgress(wordsOf(seen));
      await sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  } finally {
    // one that is begun has served its wish: the bridge goes on with it
    await storage.dropWishes(accounts, act);
  }
}

/** The pass that serves it, as it stands; undefined: none is begun. */
function openWish(storage: Pick<Storage, "passes">, { app, account }: AccountKey, wishedAt: number) {
  let last: Pass | undefined;
  return {
    of: { app, account },
    async look(): Promise<Pass | undefined> {
      if (last?.endedAt != null) return last;
      const latest = await storage.passes({ app, account, limit: 5 });
      last = latest.findLast(({ kind, begunAt }) => kind === "roster" && begunAt >= wishedAt);
      return last;
    },
  };
}

const STOPPED: RunEnd = { tag: "stopped" };

async function whyNoMore(
  questions: Pick<Questions, "bridges">,
  seen: readonly (Pass | undefined)[],
  unmovedMs: number,
): Promise<RunEnd | undefined> {
  if (!(await questions.bridges()).some(isReconciling)) {
    return { tag: "unbegun", why: "the bridge has ended; what it has begun is gone on with when one runs again" };
  }
  if (seen.some((pass) => pass?.endedAt === null) || unmovedMs < UNBEGUN_MS) return undefined;
  return {
    tag: "unbegun",
    why: "the bridge has not begun it within a minute: callbacks wait to be read or in a spool, or Chat did not answer (`status` and its log say more)",
  };
}

function ended(pass: Pass | undefined, otherwise: RunEnd = STOPPED): RunEnd {
  return pass?.endedAt == null ? otherwise : runEndOf(pass);
}

function wordsOf(seen: readonly (Pass | undefined)[]): string {
  const pass = seen.find((one) => one?.endedAt === null);
  const done = seen.filter((one) => one?.endedAt != null).length;
  const of = seen.length === 1 ? "" : `, ${number(done)} of ${number(seen.length)} accounts done`;
  if (pass === undefined) return `waiting for the bridge${of}`;
  const { account, state, people, subscribers, looked, missing, healed } = pass;
  const how =
    state === "reading"
      ? `${number(people)} of ${number(subscribers)} people read`
      : `${number(looked)} compared, ${number(missing)} missing, ${number(healed)} sent`;
  return `${account}: ${how}${of}`;
}
