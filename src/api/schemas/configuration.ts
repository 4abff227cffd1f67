/** The settings in force, without their secrets. */
import { Type } from "@sinclair/typebox";
import { CONNECTOR_MEANINGS, PERSON_MEANINGS } from "../../operations/judge-answer.ts";
import { nullable, sentAs, word } from "../wire/forms.ts";
import { REASON } from "./common.ts";

export const CONFIGURATION = Type.Object(
  {
    name: nullable(Type.String({ description: "What the bridge is called." })),
    file: Type.String(),
    isSame: sentAs("file_is_in_force", Type.Boolean({ description: "False: the file has changed since." })),
    text: nullable(Type.String({ description: "The file, secrets hidden; null where it is not what runs." })),
    connectors: Type.Array(
      Type.Object({
        name: Type.String(),
        type: Type.String(),
        enabled: Type.Boolean(),
        destination: Type.String({ description: "Where it writes, without secrets." }),
      }),
    ),
  },
  { $id: "Configuration" },
);

export const JUDGED = Type.Object(
  {
    connector: Type.String(),
    about: word("person", "connector"),
    means: {
      ...word(...PERSON_MEANINGS, ...CONNECTOR_MEANINGS),
      description: "What becomes of the person, or of the whole connector.",
    },
    why: Type.String({ description: "Which rule says so, or why none does." }),
    reason: nullable(REASON),
  },
  { $id: "JudgedAnswer" },
);
