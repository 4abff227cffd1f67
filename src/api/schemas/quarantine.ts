/** Authentic callbacks that could not be understood, or came stale. */
import { Type } from "@sinclair/typebox";
import { bytes, mapOf, nullable, sentAs, time, word } from "../wire/forms.ts";
import { ACTOR } from "./common.ts";

const HEAD = {
  id: Type.String(),
  app: Type.String(),
  command: Type.String(),
  platform: Type.String(),
  clientIp: Type.String(),
  receivedAt: time(),
  fault: Type.String(),
  size: Type.Integer({ description: "Bytes; of a body that was not kept as well." }),
  stale: Type.Optional(Type.Object({ requestTime: time(), behindMs: Type.Number() })),
  edited: Type.Optional(Type.Object({ by: ACTOR, at: time() })),
};

export const QUARANTINED = Type.Object(HEAD, { $id: "Quarantined" });

const BODY = "The body, in base64.";

export const QUARANTINE_ENTRY = Type.Object(
  {
    ...HEAD,
    body: sentAs("body_base64", bytes(BODY)),
    text: Type.Optional(nullable(Type.String({ description: "The body as text; null where it is no UTF-8." }))),
    digest: Type.Optional(Type.String({ description: "SHA-256 of the body, hex: what an edit goes by." })),
    edited: Type.Optional(
      Type.Object({ by: ACTOR, at: time(), original: Type.Optional(sentAs("original_base64", bytes(BODY))) }),
    ),
  },
  { $id: "QuarantineEntry" },
);

const VERDICT = Type.Object({
  id: Type.String(),
  fault: Type.Optional(Type.String({ description: "Why it stays; absent: it is understood." })),
  users: Type.Integer(),
});

export const REPLAYED = Type.Object({
  done: Type.Boolean({ description: "False: this is what would be done." }),
  verdicts: Type.Array(VERDICT),
  left: mapOf(
    word("unstated", "further off", "far behind", "unknown"),
    "By id: why what is understood is left all the same.",
  ),
  needed: sentAs(
    "needed_ms",
    nullable(Type.Number({ description: "How far off those were that wait for `stale_within_ms`." })),
  ),
});
