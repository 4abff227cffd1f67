/** Which alarms are on, and of which nothing is told for a while. */
import { type AlarmState, alarmKey } from "../../alarms/alarm.ts";
import { statesOf } from "../../alarms/book.ts";
import { whatIsWrong } from "../../alarms/digest.ts";
import { silencedBy } from "../../alarms/round.ts";
import { time, timeOrNull } from "../../basics/format.ts";
import type { Silence } from "../../storage/contract/alarms.ts";
import type { Questions } from "../../storage/contract/questions.ts";

export interface AlarmOn extends AlarmState {
  /** As `alerts silence` takes it. */
  readonly key: string;
  /** What it is, as a sentence in English. */
  readonly words: string;
  readonly isSilenced: boolean;
}

export interface AlertsReport {
  /** Those that are on, or were a moment ago; what each machine tells of its own disk and spool is not among them. */
  readonly alarms: readonly AlarmOn[];
  readonly silences: readonly Silence[];
  /** Messages that nobody is known to have been told yet, counted to 10,000. */
  readonly untold: number;
}

export async function alertsReport(questions: Pick<Questions, "alarms">): Promise<AlertsReport> {
  const { alarms, silences, untold } = await questions.alarms();
  const isSilenced = silencedBy(silences);
  return {
    alarms: [...statesOf(alarms).values()].map((state) => ({
      ...state,
      ...{ key: alarmKey(state), words: whatIsWrong(state), isSilenced: isSilenced(state) },
    })),
    ...{ silences, untold },
  };
}

export function alertsAsJson({ alarms, silences, untold }: AlertsReport): Record<string, unknown> {
  return {
    alarms: alarms.map(({ key, name, subject, rung, since, toldAt, repeats, clearAt, words, isSilenced }) => ({
      ...{ alarm: key, name, about: subject, level: rung, since: time(since), toldAt: timeOrNull(toldAt) },
      ...{ toldAgain: repeats, overSince: timeOrNull(clearAt), words, silenced: isSilenced },
    })),
    silences: silences.map(({ name, until, why, actor, at }) => ({
      name,
      until: time(until),
      why,
      actor,
      at: time(at),
    })),
    untold,
  };
}
