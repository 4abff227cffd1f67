/** Characters that are taken for one of ASCII, or for nothing; what they are called, and what they are taken for. */

/** How it is called, and the one to type; empty for one that has to go. */
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

/** By the character. */
export const LOOK_ALIKES: ReadonlyMap<string, Named> = new Map([
  ...FULL_WIDTHS,
  ...OTHERS.flatMap(([characters, name, plain]) =>
    [...characters].map((character): [string, Named] => [character, [name, plain]]),
  ),
  ...LETTERS.flatMap(([alphabet, letters, plain]) =>
    [...letters].map((letter, at): [string, Named] => [letter, [`${alphabet} letter`, plain[at] ?? ""]]),
  ),
]);

/** Those of another alphabet. */
export const FOREIGN_LETTERS: ReadonlySet<string> = new Set(LETTERS.flatMap(([, letters]) => [...letters]));
