/** What whoever tells of trouble has told, and silences. One machine serves the store: whoever asks may tell. */
import type { AlarmChanges, KeptAlarms, ShownAlarms } from "../contract/alarms.ts";
import { ALARMS, alarmOf, COUNT_UNTOLD, NOTICES, noticeOf, silenceOf, silencesAt } from "../rules/alarms.ts";
import { wholeMs } from "../rules/whole-ms.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations } from "./context.ts";
import type { Reading } from "./reading.ts";

export function alarmOperations(context: Context): Pick<Operations, "openAlarms" | "noteAlarms" | "silenceAlarm"> {
  const { all, run, now } = context;
  return {
    openAlarms() {
      return { ...keptAlarms(context), notices: all(NOTICES).map(noticeOf), now: now() };
    },

    noteAlarms(changes) {
      write(context, changes);
      return true;
    },

    silenceAlarm({ name, forMs, why }, act) {
      const at = now();
      const silence = { name, until: at + wholeMs(forMs), why, actor: act.actor.name, at };
      run("DELETE FROM alarm_silences WHERE until <= ? OR name = ?", at, name);
      run("INSERT INTO alarm_silences VALUES (?, ?, ?, ?, ?)", name, silence.until, why, silence.actor, at);
      noteAct(context, act, 1);
      return silence;
    },
  };
}

function write({ run, now }: Context, { keep = [], drop = [], notice, ended = [], later = [] }: AlarmChanges): void {
  for (const { key, state } of keep) {
    run("INSERT INTO alarms VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state", key, state);
  }
  for (const key of drop) run("DELETE FROM alarms WHERE key = ?", key);
  for (const id of ended) run("DELETE FROM alarm_notices WHERE id = ?", id);
  for (const { id, delayMs } of later) {
    run("UPDATE alarm_notices SET tries = tries + 1, due_at = ? WHERE id = ?", now() + wholeMs(delayMs), id);
  }
  if (notice !== undefined) {
    run(
      "INSERT INTO alarm_notices (id, notice, due_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
      ...[notice.id, notice.notice, now()],
    );
  }
}

function keptAlarms({ all, now }: Reading): KeptAlarms {
  return { alarms: all(ALARMS).map(alarmOf), silences: all(silencesAt("?"), now()).map(silenceOf) };
}

export function shownAlarms(reading: Reading): ShownAlarms {
  return { ...keptAlarms(reading), untold: Number(reading.one(COUNT_UNTOLD)?.n ?? 0) };
}
