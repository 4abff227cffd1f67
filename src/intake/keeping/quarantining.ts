/** Keeps what is to be quarantined, and says in the log what nothing can keep. */
import type { Logger } from "../../connector.ts";
import type { Intake, QuarantineEntry } from "../../storage/contract.ts";
import type { Answers } from "../answers.ts";
import type { Counters } from "../counters.ts";
import { sampledLog } from "../sampled-log.ts";
import type { KeepResult } from "./group.ts";
import type { GroupCommit } from "./group-commit.ts";
import { lossLog } from "./loss-log.ts";

export interface QuarantineKeeperOptions {
  readonly commit: Pick<GroupCommit, "keep">;
  readonly counters: Pick<Counters, "add">;
  readonly log: Logger;
}

export interface QuarantineKeeper {
  /** Undefined when the entry is kept, else the answer. */
  quarantine(entry: QuarantineEntry): Promise<Response | undefined>;
  /** The same, and what became of it. */
  entry(entry: QuarantineEntry): Promise<KeepResult>;
  /** Says in the log what nothing can keep, and makes the answer. */
  lost(intake: Intake, why: string): Response;
}

export function quarantineKeeper(
  { commit, counters, log }: QuarantineKeeperOptions,
  answer: Answers,
): QuarantineKeeper {
  const sampled = sampledLog({ log });
  const logLost = lossLog({ log });

  async function keepEntry(entry: QuarantineEntry): Promise<KeepResult> {
    const result = await commit.keep(intakeOf(entry));
    if (result.tag !== "kept") return result;
    const { app, command, fault, size, id, stale } = entry;
    const group = stale === undefined ? app : `${app} stale`;
    sampled.warn(group, { fact: "intake.quarantined", app, command, reason: fault, size, id });
    return result;
  }

  function lost(intake: Intake, why: string): Response {
    counters.add("callbacks_lost");
    logLost(intake, why);
    return answer.fail(503, "the callback could not be stored; try again");
  }

  return {
    entry: keepEntry,
    async quarantine(entry) {
      const result = await keepEntry(entry);
      if (result.tag === "kept") return undefined;
      return lost(intakeOf(entry), result.tag === "noRoom" ? NO_ROOM : result.why);
    },
    lost,
  };
}

const NO_ROOM = "it is larger than the whole quarantine (quarantine.max_size)";

function intakeOf(entry: QuarantineEntry): Intake {
  return { callbacks: [], quarantine: [entry] };
}
