/** Keeps what is to be quarantined, and says in the log what nothing can keep. */
import { letGo } from "../../basics/garbage.ts";
import type { Logger } from "../../connector.ts";
import type { Intake, QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { Answers } from "../answers.ts";
import type { Counters } from "../counters.ts";
import { sampledLog } from "../sampled-log.ts";
import { intakeBytes, type KeepResult } from "./group.ts";
import type { GroupCommit } from "./group-commit.ts";
import { lossLog } from "./loss-log.ts";
import type { QuarantineAlarm } from "./quarantine-alarm.ts";

export interface QuarantineKeeperOptions {
  readonly commit: Pick<GroupCommit, "keep">;
  readonly counters: Pick<Counters, "add">;
  readonly log: Logger;
  readonly alarm: Pick<QuarantineAlarm, "quarantined">;
}

export interface QuarantineKeeper {
  /** Undefined when the entry is kept, else the answer. `seenAt` and `release` as for `GroupCommit.keep`. */
  quarantine(entry: QuarantineEntry, seenAt: number, release?: () => void): Promise<Response | undefined>;
  /** The same, and what became of it. */
  entry(entry: QuarantineEntry, seenAt: number, release?: () => void): Promise<KeepResult>;
  /** Says in the log what nothing can keep, and makes the answer. */
  lost(intake: Intake, why: string): Response;
}

export function quarantineKeeper(
  { commit, counters, log, alarm }: QuarantineKeeperOptions,
  answer: Answers,
): QuarantineKeeper {
  const sampled = sampledLog({ log });
  const logLost = lossLog({ log });

  async function keepEntry(entry: QuarantineEntry, seenAt: number, release?: () => void): Promise<KeepResult> {
    const result = await commit.keep(intakeOf(entry), release, seenAt);
    if (result.tag !== "kept") return result;
    const { app, command, fault, size, id, stale } = entry;
    const group = stale === undefined ? app : `${app} stale`;
    sampled.warn(group, { fact: "intake.quarantined", app, command, reason: fault, size, id });
    if (stale === undefined) alarm.quarantined(fault, entry.receivedAt);
    return result;
  }

  function lost(intake: Intake, why: string): Response {
    counters.add("callbacks_lost", 1, (intake.callbacks[0] ?? intake.quarantine[0])?.app);
    logLost(intake, why);
    letGo(intakeBytes(intake) * TEXTS);
    return answer.fail(503, "the callback could not be stored; try again");
  }

  return {
    entry: keepEntry,
    async quarantine(entry, seenAt, release) {
      const result = await keepEntry(entry, seenAt, release);
      if (result.tag === "kept") return undefined;
      return lost(intakeOf(entry), result.tag === "noRoom" ? NO_ROOM : result.why);
    },
    lost,
  };
}

/** A body on its way into the log is a text as often. */
const TEXTS = 4;
const NO_ROOM = "it is larger than the whole quarantine (quarantine.max_size)";

function intakeOf(entry: QuarantineEntry): Intake {
  return { callbacks: [], quarantine: [entry] };
}
