/**
 * The loop that keeps rosters and runs passes when they are due. It stands beside intake and delivery: nothing waits for it, its
 * calls of the store are small and give way, and what fails is looked at again.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { semaphore } from "../basics/semaphore.ts";
import { sleep } from "../basics/waiting.ts";
import type { ChatRest } from "../chat-rest/contract.ts";
import type { Logger } from "../connector.ts";
import type { ReconcileFacts } from "../facts/reconcile-facts.ts";
import type { AccountKey, RosterAccount, RosterStore } from "../storage/contract/roster.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { whyWait } from "./decide-waiting.ts";
import { followAll, type PassParts } from "./parts.ts";
import { type PassResult, runPass } from "./pass.ts";
import { openSchedule } from "./schedule.ts";
import type { ReconcileSettings } from "./settings.ts";
import { openNotices, openScopes, openUnread, watchAbsence } from "./watching.ts";

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
const AFTER_TROUBLE_MS = 60_000;

export function startReconciling(options: ReconcilingOptions): Reconciling {
  const { storage, settings, chatOf, log, facts, giveWay, clock = Date.now } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const schedule = openSchedule({ storage, clock });
  const said = openScopes(storage, clock);
  const isRead = openUnread(storage, clock);
  const destroyed = openNotices(storage, clock);
  const passes = semaphore(SIDE_BY_SIDE);
  const holder = `${hostname()} ${randomUUID()}`;
  const logTrouble = onceAMinute((error: unknown) =>
    log.warn({ fact: "reconcile.interrupted", reason: errorWords(error) }),
  );

  const waiting = async (): Promise<string | undefined> => {
    if (options.ownSpool()) return "callbacks wait in the spool";
    return (await isRead()) ? undefined : "callbacks wait to be read";
  };

  async function whyNobody(): Promise<string | undefined> {
    if (options.ownSpool()) return "callbacks wait in the spool";
    // a store that only one bridge serves has no other's spool beside it
    return storage.shared ? whyWait(await storage.bridges()) : undefined;
  }

  const pause = (ms: number) => sleep(ms, signal).catch(() => undefined);

  /** Never rejects. */
  async function run(account: RosterAccount, now: ReconcileSettings): Promise<void> {
    try {
      const chat = chatOf(account.app);
      if (chat === undefined || signal.aborted) return;
      const parts = { storage, chat, settings: now, log, facts, holder, signal, giveWay, pause, clock };
      follow(account, await runPass({ ...parts, whyWait: whyNobody }, account));
    } catch (error) {
      // the pass is open still, and is continued
      schedule.notBefore(account, clock() + AFTER_TROUBLE_MS);
      logTrouble(error);
    }
  }

  function follow(account: AccountKey, result: PassResult): void {
    switch (result.tag) {
      case "done":
        if (result.isLeft) schedule.want(account);
        return;
      case "taken":
        schedule.notBefore(account, clock() + result.forMs);
        return;
      case "unasked":
        schedule.notBefore(account, clock() + Math.max(AFTER_TROUBLE_MS, result.afterMs ?? 0));
        return;
      case "lost":
        schedule.notBefore(account, clock() + AFTER_TROUBLE_MS);
        return;
      case "void":
      case "dry":
      case "stopped":
        return;
    }
  }

  async function round(): Promise<number> {
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
  }

  const loop = startLoop({ round, log, what: "reconcile" });
  const want = () => {
    schedule.wantAll();
    loop.wake();
  };
  const endWatch = watchAbsence(options.lost, want);
  return {
    wake: loop.wake,
    want,
    stop() {
      endWatch();
      ending.abort();
      return loop.stop();
    },
  };
}
