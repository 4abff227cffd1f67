/** What whoever tells of trouble has told, and silences. One machine serves the store: whoever asks may tell. */
import type { KeptAlarms } from "../contract/alarms.ts";
import { alarmOf, COUNT_UNTOLD, NOTICES_AT_ONCE, noticeOf, silenceOf } from "../rules/alarms.ts";
import { wholeMs } from "../rules/whole-ms.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations } from "./context.ts";
import type { Reading } from "./reading.ts";

export function alarmOperations(context: Context): Pick<Operations, "openAlarms" | "noteAlarms" | "silenceAlarm"> {
  const { all, run, now } = context;
  return {
    openAlarms() {
      const notices = all(`SELECT * FROM alarm_notices ORDER BY seq LIMIT ${NOTICES_AT_ONCE}`).map(noticeOf);
      return { ...keptAlarms(context), notices, now: now() };
    },

    noteAlarms({ keep = [], drop = [], notice, ended = [], later = [] }) {
      for (const { key, state } of keep) {
        run("INSERT INTO alarms VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state", key, state);
      }
      for (const key of drop) run("DELETE FROM alarms WHERE key = ?", key);
      for (const id of ended) run("DELETE FROM alarm_notices WHERE id = ?", id);
      for (const { id, delayMs } of later) {
        run("UPDATE alarm_notices SET tries = tries + 1, due_at = ? WHERE id = ?", now() + wholeMs(delayMs), id);
      }
      if (notice !== undefined) {
        const { id, notice: text } = notice;
        run(
          "INSERT INTO alarm_notices (id, notice, due_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
          id,
          text,
          now(),
        );
      }
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

export function keptAlarms({ all, one, now }: Reading): KeptAlarms {
  return {
    alarms: all("SELECT key, state FROM alarms ORDER BY key LIMIT 1000").map(alarmOf),
    silences: all("SELECT * FROM alarm_silences WHERE until > ? ORDER BY name LIMIT 1000", now()).map(silenceOf),
    untold: Number(one(COUNT_UNTOLD)?.n ?? 0),
  };
}
