/** What intake has counted since the store was made, as sentences. */
import { number } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { IntakeCount } from "../../facts/intake-facts.ts";

/** What is behind the number, of one and of several: who comes next reads it without the code beside them. */
const WORDS: Readonly<Record<IntakeCount, readonly [one: string, several: string]>> = {
  callbacks_stored: ["callback was kept and answered OK", "callbacks were kept and answered OK"],
  callbacks_empty: ["callback named nobody", "callbacks named nobody"],
  callbacks_other_command: [
    "callback was of another command: answered OK, and not kept",
    "callbacks were of other commands: answered OK, and not kept",
  ],
  callbacks_faulty: [
    "callback was not understood: `quarantine list` shows it, if it is left",
    "callbacks were not understood: `quarantine list` shows those that are left",
  ],
  callbacks_too_large: ["callback was larger than server.max_body", "callbacks were larger than server.max_body"],
  callbacks_lost: [
    "callback could not be kept in time: the log has it (intake.lost), and says whether it was kept after all",
    "callbacks could not be kept in time: the log has them (intake.lost), and says which were kept after all",
  ],
  users_faulty: [
    "user of a callback was not understood: `quarantine list` shows it, if it is left",
    "users of callbacks were not understood: `quarantine list` shows those that are left",
  ],
  refused_address: [
    "request was refused: its address is not in chat.allow_from",
    "requests were refused: their address is not in chat.allow_from",
  ],
  refused_app: [
    "request was refused: it named no app, or none of chat.apps",
    "requests were refused: they named no app, or none of chat.apps",
  ],
  refused_sign: [
    "request was refused: its sign was missing, or did not fit the app's token",
    "requests were refused: their sign was missing, or did not fit the app's token",
  ],
  refused_clock: [
    "request was refused as stale: its time was too far from our clock",
    "requests were refused as stale: their time was too far from our clock",
  ],
  stale_unkept: [
    "of these, a stale one, was not even quarantined: there were too many",
    "of these, stale ones, were not even quarantined: there were too many",
  ],
  refused_body: [
    "request was refused: its body did not come to its end, or was none",
    "requests were refused: their body did not come to its end, or was none",
  ],
  callbacks_wrong_path: [
    "genuine callback came on a wrong path and is lost: the log names the right one (intake.wrong_path)",
    "genuine callbacks came on a wrong path and are lost: the log names the right one (intake.wrong_path)",
  ],
  refused_path: ["other request came on a path that nobody serves", "other requests came on a path that nobody serves"],
  answers_unheard: [
    "callback was kept, but nobody was there any more to hear OK",
    "callbacks were kept, but nobody was there any more to hear OK",
  ],
};

/** A line for each, the numbers below each other; a name of another release as it is. */
export function countedLines(counters: Readonly<Record<string, number>>): readonly string[] {
  const known = Object.entries(counters).map(([name, value]) => [number(value), wordsOf(name, value)] as const);
  const width = Math.max(0, ...known.map(([value]) => value.length));
  return known.map(([value, words]) => `${value.padStart(width)}  ${words}`);
}

function wordsOf(name: string, value: number): string {
  if (!Object.hasOwn(WORDS, name)) return shown(name).replaceAll("_", " ");
  const [one, several] = WORDS[name as IntakeCount];
  return value === 1 ? one : several;
}
