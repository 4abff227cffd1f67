/** Nothing is told of an alarm for a while. */
import { ALARM_NAMES, OF_MACHINE } from "../../alarms/alarm.ts";
import { nearest, oneOf } from "../../basics/suggest.ts";
import { shown } from "../../basics/text.ts";
import type { Silence } from "../../storage/contract/alarms.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { Refused, said } from "../refused.ts";

export interface SilenceRequest {
  /** `paused_after`, or what it is about as well: `paused_after/crm`. */
  readonly name: string;
  readonly forMs: number;
  readonly why: string;
}

/** A silence that nobody remembers is worse than none. Milliseconds. */
export const LONGEST_SILENCE_MS = 30 * 86_400_000;

/** Rejects with `Refused` when there is no such alarm. */
export function silenceAlarm(
  storage: Pick<Storage, "silenceAlarm">,
  request: SilenceRequest,
  act: Act,
): Promise<Silence> {
  const [name = ""] = request.name.split("/");
  if (ALARM_NAMES.some((known) => known === name)) return storage.silenceAlarm(request, act);
  const meant = nearest(name, ALARM_NAMES);
  const todo =
    meant === undefined ? said("there_is", { names: oneOf([...ALARM_NAMES]) }) : said("meant", { name: meant });
  throw new Refused("unknown", said("no_alarm", { name: shown(name), todo }));
}

/** Whether each machine tells it for itself. */
export const isOfMachine = (name: string): boolean => [...OF_MACHINE].some((known) => known === name.split("/")[0]);
