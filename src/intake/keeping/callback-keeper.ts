/** Keeps a callback that was read and checked, and makes the answer: OK only when it is kept. */

import { shown } from "../../basics/text.ts";
import { type CheckedNotice, quarantineEntry } from "../../callback.ts";
import type { IsGone } from "../../listener/serve.ts";
import type { Callback, Intake, QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { Answers } from "../answers.ts";
import type { Understood } from "../checking.ts";
import type { Counters } from "../counters.ts";
import type { SampledLog } from "../sampled-log.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { QuarantineAlarm } from "./quarantine-alarm.ts";
import type { QuarantineKeeper } from "./quarantining.ts";

export interface CallbackKeeperOptions {
  readonly commit: Pick<GroupCommit, "keep">;
  readonly kept: Pick<QuarantineKeeper, "quarantine" | "lost">;
  readonly counters: Pick<Counters, "add" | "acknowledged">;
  readonly sampled: SampledLog;
  readonly alarm: Pick<QuarantineAlarm, "quarantined">;
  /** Whether nobody is there any more to take the answer. */
  readonly isGone: IsGone;
  /** What gives back the room of a request's body, if it needs any. */
  readonly hold: (request: Request) => (() => void) | undefined;
  /** Milliseconds by a clock that does not jump. */
  readonly monotonic: () => number;
}

/** `seenAt`: the first moment that a request was seen, by that clock. */

export interface CallbackKeeper {
  keep(request: Request, callback: Callback, understood: Understood, seenAt: number): Response | Promise<Response>;
  /** Keeps one that is about an official account itself, raw: it only asks for somebody to look. */
  keepNotice(request: Request, callback: Callback, checked: CheckedNotice, seenAt: number): Promise<Response>;
  /** Keeps one that nobody understands in the quarantine. */
  quarantine(request: Request, callback: Callback, fault: string, seenAt: number): Promise<Response>;
  /** A command that is none of ours: Chat may wait for the answer to let a message through. */
  ignore(app: string): Response;
}

export function callbackKeeper(options: CallbackKeeperOptions, answer: Answers): CallbackKeeper {
  const { commit, kept, counters, sampled, isGone, hold, monotonic } = options;

  function keepAs(intake: Intake, request: Request, callback: Callback, seenAt: number): Promise<Response> {
    return commit.keep(intake, hold(request), seenAt).then((result) => {
      if (result.tag !== "kept") return kept.lost(intake, result.tag === "notKept" ? result.why : NO_ROOM);
      counters.acknowledged(callback.app, monotonic() - seenAt);
      if (isGone(request)) noteUnheard(options, callback);
      return answer.ok();
    });
  }

  return {
    keep(request, callback, { namesAnybody, quarantine }, seenAt) {
      if (quarantine.length > 0) noteFaultyUsers(options, quarantine);
      else if (!namesAnybody) {
        counters.add("callbacks_empty", 1, callback.app);
        return answer.ok();
      }
      return keepAs({ callbacks: namesAnybody ? [callback] : [], quarantine }, request, callback, seenAt);
    },
    async keepNotice(request, callback, { officialAccount }, seenAt) {
      const response = await keepAs({ callbacks: [callback], quarantine: [] }, request, callback, seenAt);
      const { app, command } = callback;
      sampled.warn(app, { fact: "intake.notice", app, command, official_account: shown(officialAccount) });
      return response;
    },
    async quarantine(request, callback, fault, seenAt) {
      counters.add("callbacks_faulty", 1, callback.app);
      const entry = quarantineEntry(callback, fault);
      return (await kept.quarantine(entry, seenAt, hold(request))) ?? answer.fail(400, fault);
    },
    ignore(app) {
      counters.add("callbacks_other_command", 1, app);
      return answer.ok();
    },
  };
}

type Noting = Pick<CallbackKeeperOptions, "counters" | "sampled" | "alarm">;

function noteUnheard({ counters, sampled }: Noting, { app, command }: Callback): void {
  counters.add("answers_unheard", 1, app);
  sampled.warn(app, { fact: "intake.unheard", app, command, reason: UNHEARD });
}

function noteFaultyUsers({ counters, sampled, alarm }: Noting, entries: readonly QuarantineEntry[]): void {
  counters.add("users_faulty", entries.length, entries[0]?.app);
  for (const { app, fault, id, receivedAt } of entries) {
    sampled.warn(app, { fact: "intake.user_quarantined", app, reason: fault, id });
    alarm.quarantined(fault, receivedAt);
  }
}

/** Of a request that is nothing but users who cannot be understood. */
const NO_ROOM = "its users are more than the whole quarantine holds (quarantine.max_size)";
/** Of a callback that is kept. */
const UNHEARD =
  "the connection ended before the answer: the sender left, or sent more, which Bun takes for a reason to end it, and drops";
