/** Alarms that are on, and silences. */
import { Type } from "@sinclair/typebox";
import { ALARM_NAMES, type AlarmState } from "../../alarms/alarm.ts";
import { nullable, sentAs, time, word } from "../wire/forms.ts";

export const SILENCE = Type.Object(
  {
    name: Type.String({ description: "The alarm's name, perhaps with what it is about: `paused_after/crm`." }),
    until: time("It ends by itself."),
    why: Type.String(),
    actor: Type.String(),
    at: time(),
  },
  { $id: "Silence" },
);

const ALARM = Type.Object(
  {
    key: sentAs("alarm", Type.String({ description: "As it can be silenced." })),
    name: word(...ALARM_NAMES),
    subject: sentAs("about", Type.String()),
    since: time(),
    deadlineMs: nullable(Type.Number({ description: "How long it may be so." })),
    rung: sentAs("level", nullable(word("warning", "urgent", "overdue"))),
    toldAt: nullable(time()),
    repeats: sentAs("told_again", Type.Integer()),
    clearAt: sentAs("over_since", nullable(time())),
    words: Type.String(),
    isSilenced: sentAs("silenced", Type.Boolean()),
    detail: Type.Unsafe<AlarmState["detail"]>(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: "Alarm" },
);

export const ALARMS = Type.Object(
  {
    alarms: Type.Array(ALARM),
    silences: Type.Array(SILENCE),
    untold: Type.Integer({ description: "Messages that nobody is known to have been told yet, counted to 10,000." }),
  },
  { $id: "Alarms" },
);
