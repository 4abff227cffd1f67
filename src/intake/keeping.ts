/** Keeps what is to be quarantined, and says in the log what nothing can keep. */
import type { Logger } from "../connector.ts";
import type { Intake, QuarantineEntry } from "../storage/contract.ts";
import type { Answers } from "./answers.ts";
import type { Counters } from "./counters.ts";
import type { GroupCommit } from "./group-commit.ts";

export interface KeepingOptions {
  readonly commit: Pick<GroupCommit, "keep">;
  readonly counters: Pick<Counters, "add">;
  readonly log: Logger;
}

export interface Keeping {
  /** Undefined when the entry is kept, else the answer. */
  quarantine(entry: QuarantineEntry): Promise<Response | undefined>;
  /** What cannot be kept anywhere is at least in the log, whole. */
  lost(intake: Intake, why: string): Response;
}

export function keeping({ commit, counters, log }: KeepingOptions, answer: Answers): Keeping {
  async function quarantine(entry: QuarantineEntry): Promise<Response | undefined> {
    const { app, command, fault, size, id } = entry;
    log.warn({ fact: "intake.quarantined", app, command, why: fault, size, id });
    const intake: Intake = { callbacks: [], quarantine: [entry] };
    const verdict = await commit.keep(intake);
    return verdict.tag === "kept" ? undefined : lost(intake, verdict.why);
  }

  function lost({ callbacks, quarantine: entries }: Intake, why: string): Response {
    counters.add("callbacks_lost");
    for (const callback of [...callbacks, ...entries]) {
      log.error({ fact: "intake.lost", why, ...callback, body: bodyForLog(callback.body) });
    }
    return answer.fail(503, "the callback could not be stored; try again");
  }

  return { quarantine, lost };
}

function bodyForLog(body: Uint8Array): string {
  const text = Buffer.from(body).toString("utf8");
  return Buffer.from(text).equals(body) ? text : `base64:${Buffer.from(body).toString("base64")}`;
}
