/** The names of settings that a schema knows, at any depth. Pure. */
import type { TSchema } from "@sinclair/typebox";
import { settingOf } from "./setting.ts";

export function namesIn(schema: TSchema): string[] {
  const setting = settingOf(schema);
  switch (setting.tag) {
    case "block":
      return [...setting.properties].flatMap(([name, part]) => [name, ...namesIn(part)]);
    case "record":
      return namesIn(setting.values);
    case "list":
      return namesIn(setting.items);
    case "choice":
      return setting.branches.flatMap(namesIn);
    default:
      return [];
  }
}
