/** One pass of this process, and what follows from its end for the next ones. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { errorWords } from "../basics/error-words.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { sleep } from "../basics/waiting.ts";
import type { ChatRest } from "../chat-rest/contract.ts";
import type { AccountKey } from "../storage/contract/accounts.ts";
import type { PassParts } from "./parts.ts";
import { type PassResult, runPass } from "./pass.ts";
import type { Due, Schedule } from "./schedule.ts";
import type { ReconcileSettings } from "./settings.ts";

export interface RunningOptions
  extends Pick<PassParts, "storage" | "log" | "facts" | "giveWay" | "clock" | "signal" | "whyWait"> {
  /** Undefined: nobody can be asked about this app. */
  readonly chatOf: (app: string) => ChatRest | undefined;
  readonly schedule: Pick<Schedule, "want" | "notBefore">;
}

const AFTER_TROUBLE_MS = 60_000;

/** @returns runs one. Never rejects */
export function openRunning({ chatOf, schedule, ...parts }: RunningOptions) {
  const { log, signal, clock } = parts;
  const holder = `${hostname()} ${randomUUID()}`;
  const pause = (ms: number) => sleep(ms, signal).catch(() => undefined);
  const logTrouble = onceAMinute((error: unknown) =>
    log.warn({ fact: "reconcile.interrupted", reason: errorWords(error) }),
  );
  return async (account: Due, settings: ReconcileSettings): Promise<void> => {
    try {
      const chat = chatOf(account.app);
      if (chat === undefined || signal.aborted) return;
      const options = account.wish === undefined ? {} : { act: account.wish.act };
      followResult(
        schedule,
        account,
        await runPass({ ...parts, chat, settings, holder, pause }, account, options),
        clock(),
      );
    } catch (error) {
      // the pass is open still, and is continued
      schedule.notBefore(account, clock() + AFTER_TROUBLE_MS);
      logTrouble(error);
    }
  };
}

/** @param now milliseconds since 1970 */
export function followResult(
  schedule: RunningOptions["schedule"],
  account: AccountKey,
  result: PassResult,
  now: number,
): void {
  switch (result.tag) {
    case "done":
      if (result.isLeft) schedule.want(account);
      return;
    case "taken":
      schedule.notBefore(account, now + result.forMs);
      return;
    case "unasked":
      schedule.notBefore(account, now + Math.max(AFTER_TROUBLE_MS, result.afterMs ?? 0));
      return;
    case "lost":
      schedule.notBefore(account, now + AFTER_TROUBLE_MS);
      return;
    case "void":
    case "dry":
    case "stopped":
      return;
  }
}
