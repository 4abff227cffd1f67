/**
 * Characters that look like one of ASCII, or like nothing, and are another one: what a Chinese or Japanese keyboard, a word processor
 * or a web page puts where a program wants its own. Each with its name and the one to type. Pure.
 */

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

type Named = readonly [name: string, plain: string];

/** How the printable characters of ASCII that are neither letters nor digits are called, in their order. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ["!", "exclamation mark"],
  ['"', "quotation mark"],
  ["#", "hash sign"],
  ["$", "dollar sign"],
  ["%", "per cent sign"],
  ["&", "ampersand"],
  ["'", "apostrophe"],
  ["(", "parenthesis"],
  [")", "parenthesis"],
  ["*", "asterisk"],
  ["+", "plus sign"],
  [",", "comma"],
  ["-", "hyphen"],
  [".", "dot"],
  ["/", "slash"],
  [":", "colon"],
  [";", "semicolon"],
  ["<", "angle bracket"],
  ["=", "equals sign"],
  [">", "angle bracket"],
  ["?", "question mark"],
  ["@", "at sign"],
  ["[", "bracket"],
  ["\\", "backslash"],
  ["]", "bracket"],
  ["^", "caret"],
  ["_", "underscore"],
  ["`", "backtick"],
  ["{", "brace"],
  ["|", "pipe"],
  ["}", "brace"],
  ["~", "tilde"],
]);

/** Beside the full-width forms: characters, their name, and what they are taken for, in the same order. */
const OTHERS: readonly (readonly [characters: string, name: string, plain: string])[] = [
  // blanks
  ["\u00a0", "no-break space", " "],
  ["\u3000", "ideographic space", " "],
  ["\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u205f", "typographic space", " "],
  ["\u202f", "narrow no-break space", " "],
  // what nobody sees
  ["\u00ad", "soft hyphen", ""],
  ["\u180e", "vowel separator", ""],
  ["\u200b", "zero-width space", ""],
  ["\u200c", "zero-width non-joiner", ""],
  ["\u200d", "zero-width joiner", ""],
  ["\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "direction mark", ""],
  ["\u2028", "line separator", ""],
  ["\u2029", "paragraph separator", ""],
  ["\u2060", "word joiner", ""],
  ["\u2061\u2062\u2063\u2064", "invisible sign", ""],
  ["\ufeff", "byte order mark", ""],
  // quotes
  ["\u201c", "left double quotation mark", '"'],
  ["\u201d", "right double quotation mark", '"'],
  ["\u201e\u201f\u301d\u301e\u301f", "double quotation mark", '"'],
  ["\u2033", "double prime", '"'],
  ["\u00ab\u00bb", "double angle quotation mark", '"'],
  ["\u300c\u300d\u300e\u300f", "corner bracket", '"'],
  ["\u2018", "left single quotation mark", "'"],
  ["\u2019", "right single quotation mark", "'"],
  ["\u201a\u201b", "single quotation mark", "'"],
  ["\u2032", "prime", "'"],
  ["\u00b4", "acute accent", "'"],
  ["\u2039\u203a", "single angle quotation mark", "'"],
  // points
  ["\u3001", "ideographic comma", ","],
  ["\u060c", "Arabic comma", ","],
  ["\ufe50\ufe51", "small comma", ","],
  ["\u3002", "ideographic full stop", "."],
  ["\ufe52", "small full stop", "."],
  ["\u2236", "ratio sign", ":"],
  ["\ufe55", "small colon", ":"],
  ["\ua789", "modifier colon", ":"],
  ["\ufe54", "small semicolon", ";"],
  // dashes
  ["\u2010", "hyphen of its own", "-"],
  ["\u2011", "no-break hyphen", "-"],
  ["\u2012", "figure dash", "-"],
  ["\u2013", "en dash", "-"],
  ["\u2014", "em dash", "-"],
  ["\u2015", "horizontal bar", "-"],
  ["\u2212", "minus sign", "-"],
  ["\ufe58\ufe63", "small hyphen", "-"],
  ["\u2022\u2023\u25cf", "bullet", "-"],
  // brackets
  ["\u3010\u3014\u3016", "lenticular bracket", "["],
  ["\u3011\u3015\u3017", "lenticular bracket", "]"],
  ["\u3008\u300a", "double angle bracket", "<"],
  ["\u3009\u300b", "double angle bracket", ">"],
  ["\ufe5b", "small brace", "{"],
  ["\ufe5c", "small brace", "}"],
  // other signs
  ["\uffe5", "full-width yen sign", "$"],
  ["\ufe69", "small dollar sign", "$"],
  ["\ufe5f", "small hash sign", "#"],
  ["\ufe6a", "small per cent sign", "%"],
  ["\ufe6b", "small at sign", "@"],
  ["\ufe61", "small asterisk", "*"],
  ["\u2217", "asterisk operator", "*"],
  ["\u2223", "vertical bar", "|"],
  ["\u2502", "box-drawing line", "|"],
  ["\u2044", "fraction slash", "/"],
  ["\u2215", "division slash", "/"],
];

/** Letters of other alphabets that nobody tells from Latin ones; words of these alphabets are left alone. */
const LETTERS: readonly (readonly [alphabet: string, letters: string, plain: string])[] = [
  ["Cyrillic", "аеорсухіѕјһԁԛԝАВЕКМНОРСТХІЅЈ", "aeopcyxisjhdqwABEKMHOPCTXISJ"],
  ["Greek", "ονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ovABEZHIKMNOPTYX"],
];

const FULL_WIDTH = { first: 0xff01, last: 0xff5e, offset: 0xfee0 } as const;

function fullWidth(code: number): [string, Named] {
  const plain = String.fromCharCode(code - FULL_WIDTH.offset);
  const kind = /\d/.test(plain) ? "digit" : (SIGNS.get(plain) ?? "letter");
  return [String.fromCharCode(code), [`full-width ${kind}`, plain]];
}

const FULL_WIDTHS = Array.from({ length: FULL_WIDTH.last - FULL_WIDTH.first + 1 }, (_, at) =>
  fullWidth(FULL_WIDTH.first + at),
);

const TABLE: ReadonlyMap<string, Named> = new Map([
  ...FULL_WIDTHS,
  ...OTHERS.flatMap(([characters, name, plain]) =>
    [...characters].map((character): [string, Named] => [character, [name, plain]]),
  ),
  ...LETTERS.flatMap(([alphabet, letters, plain]) =>
    [...letters].map((letter, at): [string, Named] => [letter, [`${alphabet} letter`, plain[at] ?? ""]]),
  ),
]);

const FOREIGN_LETTERS: ReadonlySet<string> = new Set(LETTERS.flatMap(([, letters]) => [...letters]));

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
  const [name, plain] = TABLE.get(character) ?? [];
  if (name === undefined || plain === undefined || isAtHome(character, text, index)) return undefined;
  const code = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return { index, character, name, code, plain };
}

/** Whether it stands among its own kind, where it means itself. */
function isAtHome(character: string, text: string, index: number): boolean {
  // they part or join what belongs together in some scripts, and in emoji
  if (TABLE.get(character)?.[1] === "") return isForeign(text[index - 1]) || isForeign(text[index + 1]);
  if (!FOREIGN_LETTERS.has(character)) return false;
  const before = /\S*$/.exec(text.slice(0, index))?.[0] ?? "";
  const behind = /^\S*/.exec(text.slice(index))?.[0] ?? "";
  return !/[A-Za-z\d]/.test(before + behind);
}

/** A letter or a sign of another script; not one that is to be found here itself. */
function isForeign(unit: string | undefined): boolean {
  return unit !== undefined && unit > "\u007f" && !TABLE.has(unit);
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
