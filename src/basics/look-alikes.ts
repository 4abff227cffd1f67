/**
 * Characters that look like one of ASCII, or like nothing, and are another one: what a Chinese or Japanese keyboard, a word processor
 * or a web page puts where a program wants its own. Each with its name and the one to type. Pure.
 */
import { FOREIGN_LETTERS, LOOK_ALIKES } from "./look-alike-table.ts";

export interface LookAlike {
  /** Where in the text, in UTF-16 units. */
  readonly index: number;
  readonly character: string;
  /** `full-width colon` */
  readonly name: string;
  /** `U+FF1A` */
  readonly code: string;
  /** The one to type; empty for one that nobody sees, and that has to go. */
  readonly plain: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the whole of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/** Every look-alike of a text, in its order. */
export function lookAlikesIn(text: string): readonly LookAlike[] {
  // nearly all texts have none
  if (ASCII.test(text)) return [];
  const found = Array.from({ length: text.length }, (_, index) => lookAlikeAt(text, index));
  return found.filter((one) => one !== undefined);
}

/** The look-alike that stands at this index, if one does. */
export function lookAlikeAt(text: string, index: number): LookAlike | undefined {
  const character = text[index] ?? "";
  const [name, plain] = LOOK_ALIKES.get(character) ?? [];
  if (name === undefined || plain === undefined || isAtHome(character, text, index)) return undefined;
  const code = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return { index, character, name, code, plain };
}

/** Units. A text without blanks may be long, and is looked at from each of its letters. */
const LONGEST_WORD = 40;

/** Whether it stands among its own kind, where it means itself. */
function isAtHome(character: string, text: string, index: number): boolean {
  // they part or join what belongs together in some scripts, and in emoji
  if (LOOK_ALIKES.get(character)?.[1] === "") return isForeign(text[index - 1]) || isForeign(text[index + 1]);
  if (!FOREIGN_LETTERS.has(character)) return false;
  const before = /\S*$/.exec(text.slice(Math.max(0, index - LONGEST_WORD), index))?.[0] ?? "";
  const behind = /^\S*/.exec(text.slice(index, index + LONGEST_WORD))?.[0] ?? "";
  return !/[A-Za-z\d]/.test(before + behind);
}

/** A letter or a sign of another script; not one that is to be found here itself. */
function isForeign(unit: string | undefined): boolean {
  return unit !== undefined && unit > "\u007f" && !LOOK_ALIKES.has(unit);
}

/** The text as it was probably meant. */
export function straightened(text: string): string {
  const found = lookAlikesIn(text);
  if (found.length === 0) return text;
  const plain = new Map(found.map((one) => [one.index, one.plain]));
  return Array.from({ length: text.length }, (_, index) => plain.get(index) ?? text[index]).join("");
}

/** True where nothing but look-alikes is outside of ASCII: nobody has written for people there. */
export function isOddAscii(text: string): boolean {
  const straight = straightened(text);
  return straight !== text && ASCII.test(straight);
}

/** `a full-width colon ： (U+FF1A)`; of what nobody sees, its name alone. */
export function lookAlikeName({ character, name, code, plain }: LookAlike): string {
  const article = /^[aeiou]/i.test(name) ? "an" : "a";
  return plain.trim() === "" ? `${article} ${name} (${code})` : `${article} ${name} ${character} (${code})`;
}

/** What to do about it. */
export function plainWords({ plain }: LookAlike): string {
  if (plain === "") return "delete it: nobody sees it";
  if (plain === " ") return "type an ordinary blank";
  return plain === '"' || plain === "'" ? `type a straight ${plain}` : `type ${plain}`;
}

/** As it was probably meant, with the blank that a colon and a comma have behind them where they part something. */
export function asMeant(text: string): string {
  const parted = text.replace(/([：﹕∶，、﹐])(?=[^\s/])/g, "$1 ");
  return straightened(parted).trim();
}

/** For what was typed on a command line: what stands in it instead of what was meant; undefined where nothing does. */
export function oddlyTyped(text: string): string | undefined {
  const [first] = lookAlikesIn(text);
  return first && `${lookAlikeName(first)} stands in it; ${plainWords(first)}`;
}
