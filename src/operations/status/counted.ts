/** What intake has counted since the store was made, as sentences. */
import { number } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { IntakeCount } from "../../facts/intake-facts.ts";

/** What is behind the number: who comes next reads it without the code beside them. */
const WORDS: Readonly<Record<IntakeCount, string>> = {
  callbacks_stored: "callbacks were kept and answered OK",
  callbacks_empty: "callbacks named nobody",
  callbacks_other_command: "callbacks were of other commands: answered OK, and not kept",
  callbacks_faulty: "callbacks were not understood: `quarantine list` shows those that are left",
  callbacks_too_large: "callbacks were larger than server.max_body",
  callbacks_lost: "callbacks could be kept nowhere: the log has them (intake.lost)",
  users_faulty: "users of callbacks were not understood: `quarantine list` shows those that are left",
  refused_address: "requests were refused: their address is not in chat.allow_from",
  refused_app: "requests were refused: they named no app, or none of chat.apps",
  refused_sign: "requests were refused: their sign was missing, or did not fit the app's token",
  refused_clock: "requests were refused as stale: their time was too far from our clock",
  stale_unkept: "of these, stale ones, were not even quarantined: there were too many",
  refused_body: "requests were refused: their body did not come to its end, or was none",
  callbacks_wrong_path:
    "genuine callbacks came on a wrong path and are lost: the log names the right one (intake.wrong_path)",
  refused_path: "other requests came on a path that nobody serves",
  answers_unheard: "callbacks were kept, but nobody was there any more to hear OK",
};

/** A line for each, the numbers below each other; a name of another release as it is. */
export function countedLines(counters: Readonly<Record<string, number>>): readonly string[] {
  const known = Object.entries(counters).map(([name, value]) => [number(value), wordsOf(name)] as const);
  const width = Math.max(0, ...known.map(([value]) => value.length));
  return known.map(([value, words]) => `${value.padStart(width)}  ${words}`);
}

function wordsOf(name: string): string {
  return name in WORDS ? WORDS[name as IntakeCount] : shown(name).replaceAll("_", " ");
}
