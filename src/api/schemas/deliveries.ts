/** Events, deliveries, and people's stories. */
import { Type } from "@sinclair/typebox";
import { nullable, time, word } from "../wire/forms.ts";
import { ACTOR, DEAD_CLASS, REASON, STATE } from "./common.ts";

const EVENT = Type.Object(
  {
    id: Type.String(),
    kind: word("unsubscribed", "subscribed"),
    app: Type.String(),
    officialAccount: Type.String(),
    user: Type.String(),
    operator: Type.String({ description: "Who did it; empty when Chat did not say." }),
    byAdmin: Type.Boolean(),
    platform: Type.String(),
    clientIp: Type.String(),
    eventTime: time("When it happened."),
    receivedAt: time("When its callback arrived."),
    source: Type.Optional(Type.Literal("reconcile")),
    discoveredAt: Type.Optional(time("When it was found, where no callback told it.")),
    happenedBetween: Type.Optional(
      Type.Unsafe<readonly [number, number]>(Type.Array(time(), { minItems: 2, maxItems: 2 })),
    ),
  },
  { $id: "Event", description: "One person's change in one callback." },
);

const HOLD = Type.Object(
  {
    by: word(
      "not_configured",
      "switched_off",
      "paused",
      "no_bridge",
      "told_to_wait",
      "backing_off",
      "under_way",
      "earlier_event",
      "retry",
      "turn",
    ),
    cause: Type.Optional(word("credentials", "refusing", "gone", "person")),
    why: Type.Optional(Type.String()),
    until: nullable(time("Not before then; null: no time ends it.")),
    isOwn: Type.Optional(
      Type.Boolean({ description: "That is the delivery's own time, behind the one when its connector asks again." }),
    ),
    words: Type.Optional(Type.String({ description: "The same as a clause." })),
  },
  { $id: "Hold", description: "What keeps a delivery from being sent just now." },
);

const LINE = {
  id: Type.String({ description: "The idempotency key that destinations see." }),
  connector: Type.String(),
  state: STATE,
  class: nullable(DEAD_CLASS),
  reason: nullable(REASON),
  note: nullable(Type.String()),
  proof: nullable(
    Type.Literal("accepted", {
      description: "The destination proves no more of what is delivered than that it was accepted.",
    }),
  ),
  generation: Type.Integer({ description: "Replays make it grow." }),
  attempts: Type.Integer(),
  history: Type.Array(Type.Object({ at: time(), reason: REASON }), { description: "The latest failed attempts." }),
  routedAt: time(),
  firstAttemptAt: nullable(time()),
  lastAttemptAt: nullable(time()),
  settledAt: nullable(time()),
  dueAt: nullable(time()),
  hold: nullable(HOLD),
};

export const HOLDS_OF = HOLD;

export const DELIVERY = Type.Object({ ...LINE, event: EVENT }, { $id: "Delivery" });

/** Of a person's event, which stands above it. */
const TRACED_DELIVERY = Type.Object(LINE, { $id: "TracedDelivery" });

export const STORY = Type.Object(
  {
    event: EVENT,
    storedAt: nullable(time("When its callback was safe on disk.")),
    deliveries: Type.Array(TRACED_DELIVERY),
    missing: Type.Array(
      Type.Object({
        connector: Type.String(),
        by: word("not_run", "coming", "left_out"),
        why: Type.String(),
        isComing: Type.Boolean(),
      }),
      {
        description: "Connectors that have no delivery of it, each with why.",
      },
    ),
    edited: Type.Optional(Type.Object({ by: ACTOR, at: time(), entry: Type.String() })),
    sameAs: Type.Optional(Type.String()),
  },
  { $id: "Story", description: "One event of a person, with all that became of it." },
);
