/**
 * The loop that keeps rosters and runs passes when they are due. It stands beside intake and delivery: nothing waits for it, its
 * calls of the store are small and give way, and what fails is looked at again.
 */
import { type Loop, startLoop } from "../basics/loop.ts";
import { semaphore } from "../basics/semaphore.ts";
import type { ChatRest } from "../chat-rest/contract.ts";
import type { Logger } from "../connector.ts";
import type { ReconcileFacts } from "../facts/reconcile-facts.ts";
import type { RosterStore } from "../storage/contract/roster.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { whyWait } from "./decide-waiting.ts";
import { followAll, type PassParts } from "./parts.ts";
import { openRunning } from "./running.ts";
import { openSchedule } from "./schedule.ts";
import type { ReconcileSettings } from "./settings.ts";
import { openNotices, openScopes, openUnread, watchAbsence, watchWishes } from "./watching.ts";

export interface ReconcilingOptions {
  readonly storage: RosterStore & Pick<Storage, "unread" | "notices" | "bridges" | "shared">;
  /** Asked anew each time; undefined: nothing is to be reconciled. */
  readonly settings: () => ReconcileSettings | undefined;
  /** Undefined: nobody can be asked about this app. */
  readonly chatOf: (app: string) => ChatRest | undefined;
  /** Whether callbacks are in this bridge's spool, or go there. */
  readonly ownSpool: () => boolean;
  /** How many callbacks this process could not keep so far. */
  readonly lost: () => number;
  readonly log: Logger;
  readonly facts: ReconcileFacts;
  readonly giveWay: PassParts["giveWay"];
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export interface Reconciling extends Pick<Loop, "wake"> {
  /** Something has happened after which callbacks may be missing. */
  want(): void;
  /** Resolves when the pass under way is put down, where it can be continued. */
  stop(): Promise<void>;
}

const TICK_MS = 30_000;
const LOOK_SOON_MS = 2_000;
/** Passes side by side: each waits for Chat most of the time, and all share one rate. */
const SIDE_BY_SIDE = 4;

export function startReconciling(options: ReconcilingOptions): Reconciling {
  const { storage, log, clock = Date.now, lost } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const schedule = openSchedule({ storage, clock });
  const whyWait = () => whyNobody(options);
  const run = openRunning({ ...options, clock, schedule, signal, whyWait });
  const round = openRound({ ...options, clock }, { schedule, signal, run });
  const loop = startLoop({ round, log, what: "reconcile" });
  const want = () => {
    schedule.wantAll();
    loop.wake();
  };
  const ends = [
    watchAbsence(lost, want),
    watchWishes({ storage, isOn: () => options.settings() !== undefined, log }, loop.wake),
  ];
  return {
    wake: loop.wake,
    want,
    async stop() {
      ending.abort();
      await Promise.all([...ends.map((end) => end()), loop.stop()]);
    },
  };
}

/** Why nobody may be delivered now: a store that only one bridge serves has no other's spool beside it. */
async function whyNobody({ ownSpool, storage }: ReconcilingOptions): Promise<string | undefined> {
  if (ownSpool()) return "callbacks wait in the spool";
  return storage.shared ? whyWait(await storage.bridges()) : undefined;
}

interface RoundParts {
  readonly schedule: ReturnType<typeof openSchedule>;
  readonly signal: AbortSignal;
  readonly run: ReturnType<typeof openRunning>;
}

/** Whose rosters are wanted is said, what was stored is followed, and passes that are due are run. */
function openRound(
  options: ReconcilingOptions & Required<Pick<ReconcilingOptions, "clock">>,
  { schedule, signal, run }: RoundParts,
): () => Promise<number> {
  const { storage, settings, facts, giveWay, clock, ownSpool } = options;
  const said = openScopes(storage, clock);
  const isRead = openUnread(storage, clock);
  const destroyed = openNotices(storage, clock);
  const passes = semaphore(SIDE_BY_SIDE);

  async function waiting(): Promise<string | undefined> {
    if (ownSpool()) return "callbacks wait in the spool";
    return (await isRead()) ? undefined : "callbacks wait to be read";
  }

  return async () => {
    const now = settings();
    await said(now?.scopes ?? null);
    if (now === undefined) {
      facts.waiting = undefined;
      facts.trouble.clear();
      return TICK_MS;
    }
    for (const account of await destroyed()) schedule.want(account);
    await followAll({ storage, signal, giveWay });
    facts.waiting = await waiting();
    if (facts.waiting !== undefined) return LOOK_SOON_MS;
    for (const account of await schedule.due(now.every)) {
      await passes.free();
      passes.run(() => run(account, now));
    }
    await passes.idle();
    return TICK_MS;
  };
}
