/** The names that settings have: what may be shown of a file that nobody can read. */
import { nearest } from "../basics/suggest.ts";
import { builtInTypes, loadBuiltIn } from "./connector-types/built-in.ts";
import { isOrdinary } from "./credentials/ordinary.ts";
import { Common, Settings } from "./schema.ts";
import { namesIn } from "./settings/names.ts";

/** Whether a word is the name of a setting, or one with a slip in it. */
export type IsName = (word: string) => boolean;

export function nameAmong(names: Iterable<string>): IsName {
  const known = new Set(names);
  return (word) => known.has(word) || (isOrdinary(word) && nearest(word, known) !== undefined);
}

/** Of the whole configuration, with the settings of those connector types that the text speaks of: types are loaded on demand. */
export async function namesFor(text: string): Promise<IsName> {
  const types = await Promise.all(
    builtInTypes()
      .filter((type) => text.includes(type))
      .map(loadBuiltIn),
  );
  const ofTypes = types.flatMap(({ type, settings }) => [type, ...namesIn(settings)]);
  return nameAmong(["connectors", "type", ...namesIn(Settings), ...namesIn(Common), ...ofTypes]);
}
