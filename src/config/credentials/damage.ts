/** What editors, shells and container tools do to a credential on its way here. Pure; shows no value. */
import { lookAlikeName, lookAlikesIn } from "../../basics/look-alikes.ts";

export interface Oddity {
  readonly what: string;
  readonly todo: string;
}

const CONTROL = /\p{Cc}/u;
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”"],
  ["‘", "’"],
  ["«", "»"],
];

/** Why a text, trimmed before, can hardly be the credential that was meant; undefined when nothing is odd about it. */
export function oddityOf(text: string): Oddity | undefined {
  if (text.includes("\ufffd") || text.startsWith("ï»¿")) {
    return { what: "is not text in UTF-8", todo: "write it anew, as UTF-8" };
  }
  // UTF-16 that was read as if it were UTF-8: every other character is none
  if (text.includes("\u0000")) {
    const todo = "save it as UTF-8; PowerShell: Out-File -Encoding utf8";
    return { what: "contains characters of no width, as UTF-16 has them", todo };
  }
  if (/[\r\n]/.test(text)) return { what: "contains a line break", todo: "write it on one line" };
  if (CONTROL.test(text)) return { what: "contains a control character", todo: "copy it anew, without that" };
  const unseen = lookAlikesIn(text).find(({ plain }) => plain.trim() === "");
  if (unseen !== undefined) {
    return { what: `contains an invisible character, ${lookAlikeName(unseen)}`, todo: "copy it anew, without that" };
  }
  if (text.trim() !== text) return { what: "begins or ends with a blank", todo: "remove the blank" };
  return quotesAround(text) ?? openQuote(text);
}

/** Quotes that nobody has taken away on the way here, and that are a part of the value now. */
export function quotesAround(text: string): Oddity | undefined {
  const isQuoted = QUOTES.some(([open, close]) => text.length > 1 && text.startsWith(open) && text.endsWith(close));
  if (!isQuoted) return undefined;
  const odd = lookAlikeAhead(text);
  const todo = odd === "" ? "remove them: docker's --env-file, for one, keeps quotes" : "remove them";
  return { what: `stands in quotes that are part of it${odd}`, todo };
}

function openQuote(text: string): Oddity | undefined {
  return isOpen(text) ? { ...UNCLOSED, what: UNCLOSED.what + lookAlikeAhead(text) } : undefined;
}

/** Quotes of a word processor are none to anybody. */
function lookAlikeAhead(text: string): string {
  const [odd] = lookAlikesIn(text[0] ?? "");
  return odd === undefined ? "" : `, ${lookAlikeName(odd)}`;
}

/** Between quotes of two kinds it may well be the whole. */
function isOpen(text: string): boolean {
  const isClosed = QUOTES.some(([, close]) => text.length > 1 && text.endsWith(close));
  return !isClosed && QUOTES.some(([open]) => text.startsWith(open));
}

/**
 * The same, of a credential that is made by a machine and of ASCII: no sign of another keyboard is a part of it, and no quote that
 * stands at its end alone.
 */
export function oddSignOf(text: string): Oddity | undefined {
  const [odd] = lookAlikesIn(text);
  const todo = "copy it anew, without that";
  if (odd !== undefined) return { what: `contains ${lookAlikeName(odd)}`, todo };
  return loneQuoteOf(text);
}

/** Of a text that ends with no quote of its own: a credential, an address. */
export function loneQuoteOf(text: string): Oddity | undefined {
  if (!/[^"'`]["'`]$/.test(text) || /^["'`]/.test(text)) return undefined;
  return { what: "ends with a quote that nothing opens", todo: "remove it: as it stands it is a part of the value" };
}

const UNCLOSED: Oddity = {
  what: "begins with a quote that nothing closes",
  todo: "close it, or remove it: as it stands it is a part of the value",
};

/** `$NAME`, `${NAME}`, `$(command)`, `%NAME%`, `{{ name }}`, `<name>`: a text that something was to put a credential into. */
const PLACEHOLDER = /^(?:\$[A-Za-z_]\w*|\$\{.*\}|\$\(.*\)|%[A-Za-z_]\w*%|\$env:\w+|!?\{\{.*\}\}|<(?!https?:)[^<>]+>)$/s;

export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text.trim());
}

/** The variable that a placeholder names: only a text that has the form of such names is told. */
export function variableMeant(placeholder: string): string | undefined {
  const [name = ""] =
    /(?<=^(?:\$|%|\$\{|\$env:|!?\{\{ *|<))[A-Z]+(?:_[A-Z]+)+(?=(?:%|\}| *\}\}|>)?$)/.exec(placeholder.trim()) ?? [];
  return name === "" ? undefined : name;
}
