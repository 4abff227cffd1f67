/**
 * What a fault may quote of a file in which anything may be a credential: ordinary words, short numbers and units. Whatever else
 * stands there looks as if it were made by chance, and is shown by its kind, or as stars. A credential that is an ordinary word
 * nobody can tell from one; where a credential belongs nothing is quoted at all (decoding/secret.ts). Pure.
 */

/** No words by the rules below, and yet harmless. */
const KNOWN = new Set(["https", "html", "ios", "macos", "wechat", "sdkappid", "utf8", "oauth2", "base64url"]);

const REFERENCE = /\$\{[A-Za-z_]\w*(?::-)?\}?/g;
/** `%Y-%m-%d`: of dates in templates. */
const DATE_PART = /%[A-Za-z]/g;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u;

/** True for a text in which nothing looks as if chance had made it. Variables in it are names, not values. */
export function isOrdinary(text: string): boolean {
  const bare = text.replace(REFERENCE, " ");
  return bare.split(/\s+/).every((part) => !isScattered(part)) && oddWords(bare).length === 0;
}

/** The words of a text that no fault may quote. */
export function oddWords(text: string): string[] {
  return text
    .replace(DATE_PART, " ")
    .split(BETWEEN_WORDS)
    .filter((word) => !isOrdinaryWord(word));
}

/** Digits of a whole number: an SDKAppID has ten. */
const NUMBER = /^\d{1,12}$/;
/** `30s`, `64KiB`, `26T10`. */
const MEASURE = /^\d{1,6}[A-Za-z]{1,3}\d{0,2}$|^\d{1,4}(?:sec|second|minute|hour)s?$/;
const WORD = /^(\p{L}{1,16})\d{0,2}$/u;

/** True for a word in any case, or a short number or measure, as texts are made of. */
export function isOrdinaryWord(word: string): boolean {
  if (word === "" || NUMBER.test(word) || KNOWN.has(word.toLowerCase())) return true;
  if (MEASURE.test(word)) return word.length <= 6;
  const letters = WORD.exec(word)?.[1];
  return letters !== undefined && isOneCase(letters) && canBeSpoken(letters);
}

/** `word`, `Word`, `WORD`, `inCamelCase`: chance puts capitals anywhere. */
function isOneCase(letters: string): boolean {
  const humps = letters.match(/\p{Lu}?[^\p{Lu}]+|\p{Lu}+/gu) ?? [];
  return humps.length < 2 || letters.length / humps.length >= 3;
}

/** In any language that is written in Latin letters; others are not judged. */
function canBeSpoken(letters: string): boolean {
  if (!/^[A-Za-z]+$/.test(letters) || letters.length < 5) return true;
  const vowels = letters.match(/[aeiouy]/gi)?.length ?? 0;
  return vowels >= letters.length / 8 && !/[^aeiouy]{6}/i.test(letters);
}

/** Addresses, ranges of them, and times. */
const BY_TURNS = /^(?:[\d.:/]{1,24}|\d{4}-\d\d-\d\d(?:T[\d:.]{1,12}(?:Z|[+-][\d:]{1,5})?)?)$/;

/** `x!7$k#9@q`: letters, digits and signs by turns. */
function isScattered(part: string): boolean {
  if (BY_TURNS.test(part)) return false;
  const runs = part.replace(DATE_PART, "").match(/\p{L}+|\p{N}+|[^\p{L}\p{N}\s]+/gu) ?? [];
  const long = runs.filter((run) => run.length > 2);
  return runs.length >= 7 && long.length * 3 < runs.length;
}

/** Stars in the place of what looks like chance, with all that is written to it without a blank; as wide as it was. */
export function maskOdd(line: string): string {
  return line.replace(/\S+/g, (part) => (isOrdinary(part) ? part : starredPart(part)));
}

/** Variables stay, which say where a value comes from, and what stands around the whole: brackets, quotes, a comma. */
function starredPart(part: string): string {
  const [, before = "", body = "", after = ""] = /^([[\]{}("'`,]*)(.*?)([[\]{})"'`,:;]*)$/s.exec(part) ?? [];
  const masked = body.replace(/\$\{[A-Za-z_]\w*\}|[^\s]/g, (one) => (one.length > 2 ? one : "*".repeat(one.length)));
  return before + masked + after;
}
