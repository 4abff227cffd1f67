/** Ids as they are typed: any beginning will do that no other has. What is meant by none, or by several, ends the command in words. */
import { shown } from "../basics/text.ts";
import { MOST_TOLD, type Named } from "../operations/beginnings.ts";
import { stateText } from "../operations/deliveries/entry.ts";
import { allMeant } from "../operations/meant-ids.ts";
import type { Operations } from "../operations/operations.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT, type ExitCode } from "./io.ts";

/** The whole id of a delivery. @param none the exit code where there is no such delivery */
export async function deliveryMeant(operations: Operations, text: string, none?: ExitCode): Promise<string> {
  const named = await operations.deliveryNamed(text);
  return only(named, { text, none: `There is no delivery "${shown(text)}".`, code: none }, deliveryText);
}

/** Their whole ids; what is named by nothing stays as it was typed, and is told as unknown by whoever looks for it. */
export function deliveriesMeant(operations: Operations, texts: readonly string[]): Promise<readonly string[]> {
  return allMeant(texts, async (text) => onlyOrTyped(await operations.deliveryNamed(text), text, deliveryText));
}

/** The whole id of an entry of the quarantine. @param none the exit code where there is no such entry */
export async function entryMeant(operations: Operations, text: string, none?: ExitCode): Promise<string> {
  const named = await operations.entryNamed(text);
  return only(named, { text, none: `There is no entry "${shown(text)}" in the quarantine.`, code: none }, shown);
}

/** The same for several. */
export function entriesMeant(operations: Operations, texts: readonly string[]): Promise<readonly string[]> {
  return allMeant(texts, async (text) => onlyOrTyped(await operations.entryNamed(text), text, shown));
}

/** The whole id; what is named by nothing stays as it was typed. */
function onlyOrTyped<T>(named: Named<T>, text: string, say: (one: T) => string): string {
  return named.tag === "none" && named.why === undefined ? text : only(named, { text, none: "" }, say);
}

/** A few of those that a beginning means, a line each. */
export function candidateLines<T>(
  { candidates, more }: Pick<Named<T> & { tag: "several" }, "candidates" | "more">,
  say: (one: T) => string,
): readonly string[] {
  const told = candidates.slice(0, MOST_TOLD).map((one) => `  ${say(one)}`);
  return more || candidates.length > told.length ? [...told, "  …"] : told;
}

/** What was typed, and how the command ends where it names nothing. */
interface TypedText {
  readonly text: string;
  readonly none: string;
  readonly code?: ExitCode | undefined;
}

function only<T>(named: Named<T>, { text, none, code = EXIT.notWell }: TypedText, say: (one: T) => string): string {
  switch (named.tag) {
    case "one":
      return named.id;
    case "none":
      throw new CommandEnd(named.why === undefined ? none : `${none} ${named.why}`.trim(), code);
    case "several": {
      const lines = candidateLines(named, say);
      const head = `"${shown(text)}" is the beginning of several ids; say more of it:`;
      throw new CommandEnd([head, ...lines].join("\n"), EXIT.usage);
    }
  }
}

function deliveryText(entry: LedgerEntry): string {
  return `${shown(entry.id)}  ${shown(entry.event.user)}, ${stateText(entry)}`;
}
