/** The settings in force, without their secrets. */
import { Type } from "@sinclair/typebox";
import { nullable, sentAs } from "../wire/forms.ts";

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
