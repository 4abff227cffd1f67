/** Repairs of many, frozen as they were shown. */
import { Type } from "@sinclair/typebox";
import { sentAs, time, word } from "../wire/forms.ts";
import { ACTOR, DEAD_CLASS, SELECTION, STATE } from "./common.ts";

export const REPAIR = word("replay", "discard");

const LEFT = Type.Object({ id: Type.String(), why: Type.String() });

/** Which dead letters are meant: all of these conditions hold together. */
export const MEANT = {
  ...SELECTION,
  reason: Type.Optional(Type.String({ minLength: 1, description: "Only those of this kind of reason." })),
  ids: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: "Only these, by their whole ids." })),
};

export const PLAN = Type.Object(
  {
    id: Type.String(),
    repair: REPAIR,
    filter: Type.Object(MEANT),
    actor: ACTOR,
    at: time(),
    endsAt: time("It is kept until then."),
    frozen: Type.Boolean({ description: "All that is meant is in it; before, it is not worked off." }),
    deliveries: Type.Integer(),
    meant: Type.Array(Type.Object({ connector: Type.String(), class: DEAD_CLASS, count: Type.Integer() })),
    done: Type.Integer({ description: "How many were worked off: changed, or left alone." }),
    changed: Type.Integer(),
    left: Type.Array(
      Type.Object({
        why: Type.Union([...STATE.anyOf, Type.Literal("again"), Type.Literal("unknown")]),
        count: Type.Integer(),
        ids: Type.Array(Type.String()),
      }),
      { description: "What was left alone, by why, each with the first few ids." },
    ),
    isRunning: sentAs(
      "running",
      Type.Boolean({ description: "It is being frozen or worked off just now, by the bridge that answers." }),
    ),
  },
  { $id: "Plan" },
);

export const STEP = Type.Object({ plan: PLAN, left: Type.Array(LEFT), isDone: sentAs("done", Type.Boolean()) });

/** By connector, then by class. */
export const TALLY = Type.Object({
  done: Type.Boolean({ description: "False: this is what would be done." }),
  changed: Type.Integer(),
  meant: Type.Array(Type.Object({ connector: Type.String(), class: Type.String(), count: Type.Integer() })),
  left: Type.Array(LEFT),
});
