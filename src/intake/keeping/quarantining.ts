/** Keeps what is to be quarantined, and says in the log what nothing can keep. */
import type { Logger } from "../../connector.ts";
import type { Intake, QuarantineEntry } from "../../storage/contract.ts";
import type { Answers } from "../answers.ts";
import type { Counters } from "../counters.ts";
import { sparingLog } from "../sampled-log.ts";
import type { Verdict } from "./group.ts";
import type { GroupCommit } from "./group-commit.ts";
import { lossLog } from "./loss-log.ts";

export interface KeepingOptions {
  readonly commit: Pick<GroupCommit, "keep">;
  readonly counters: Pick<Counters, "add">;
  readonly log: Logger;
}

export interface Keeping {
  /** Undefined when the entry is kept, else the answer. */
  quarantine(entry: QuarantineEntry): Promise<Response | undefined>;
  /** The same, and what became of it. */
  entry(entry: QuarantineEntry): Promise<Verdict>;
  /** Says in the log what nothing can keep, and makes the answer. */
  lost(intake: Intake, why: string): Response;
}

export function keeping({ commit, counters, log }: KeepingOptions, answer: Answers): Keeping {
  const sparing = sparingLog({ log });
  const logLost = lossLog({ log });

  async function keepEntry(entry: QuarantineEntry): Promise<Verdict> {
    const verdict = await commit.keep(intakeOf(entry));
    if (verdict.tag !== "kept") return verdict;
    const { app, command, fault, size, id, stale } = entry;
    const group = stale === undefined ? app : `${app} stale`;
    sparing.warn(group, { fact: "intake.quarantined", app, command, why: fault, size, id });
    return verdict;
  }

  function lost(intake: Intake, why: string): Response {
    counters.add("callbacks_lost");
    logLost(intake, why);
    return answer.fail(503, "the callback could not be stored; try again");
  }

  return {
    entry: keepEntry,
    async quarantine(entry) {
      const verdict = await keepEntry(entry);
      if (verdict.tag === "kept") return undefined;
      return lost(intakeOf(entry), verdict.tag === "noRoom" ? NO_ROOM : verdict.why);
    },
    lost,
  };
}

const NO_ROOM = "it is larger than the whole quarantine (quarantine.max_size)";

function intakeOf(entry: QuarantineEntry): Intake {
  return { callbacks: [], quarantine: [entry] };
}
