/** Removes secrets from what is logged, shown or kept: in every encoding in which one could come along. */
import { Buffer } from "node:buffer";
import { percentDecoded } from "../../basics/percent.ts";
import { isGuessable, SHORTEST } from "./guessable.ts";

/** What stands in a secret's place. */
const HIDDEN = "***";

type Redact = (text: string) => string;

/**
 * For what we write ourselves, which foreign text stands in that `foreignRedactor` has been through: a function that replaces each
 * of these secrets, plain, as any encoder of JSON or HTML writes it, URL-encoded, in hex, base64 and base64url (at any alignment, also
 * inside of longer data), by `***`. A secret that is a word or a number is no secret here: it would blot out our own words, names of
 * keys and numbers, and so hide what happened.
 */
export function redactor(secrets: Iterable<string>): Redact {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const isWord = isGuessable(secret);
    const all = secret.length < SHORTEST ? [] : formsOf(secret);
    for (const form of all) if (!isWord || !isGuessable(form)) forms.add(form);
  }
  if (forms.size === 0) return (text) => text;
  // the longest first: a form may contain another
  const alternatives = longestFirst(forms).map(escapeRegExp);
  const pattern = new RegExp(alternatives.join("|"), "g");
  return (text) => text.replace(pattern, HIDDEN);
}

/**
 * For text of others, which may repeat whatever it was sent: the same, and secrets that are a word or a number where they stand as
 * one; those of fewer than six characters only as a value, in quotes or behind an equals sign.
 * @param own what `redactor` has made of them, where it is there already
 */
export function foreignRedactor(secrets: Iterable<string>, own?: Redact): Redact {
  const all = [...secrets];
  const words = longestFirst(all.filter((secret) => /^[\p{L}\p{N}]{3,}$/u.test(secret) && isGuessable(secret)));
  const others = own ?? redactor(all);
  if (words.length === 0) return others;
  const alternatives = words.map((word) => (word.length < SHORTEST ? `${OPENING}${word}${CLOSING}` : word));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${alternatives.join("|")})(?![\\p{L}\\p{N}_])`, "gu");
  return (text) => others(text).replace(pattern, HIDDEN);
}

const OPENING = "(?<=[\"'`“‘«=]|\\b(?:[Bb]earer|[Bb]asic) )";
/** The name of a key is no value. */
const CLOSING = "(?=[\"'`”’»&;,<\\s]|$)(?![\"']\\s*:)";

export interface Redactors {
  /** For our own texts. */
  readonly own: Redact;
  readonly foreign: Redact;
}

/** Both of the same secrets, whose forms are made once. */
export function redactorsOf(secrets: ReadonlySet<string> | readonly string[]): Redactors {
  const own = redactor(secrets);
  return { own, foreign: foreignRedactor(secrets, own) };
}

/** Both, of which either learns: secrets of a former configuration may still come along when another one is in force. */
export interface Redaction {
  /** For our own texts. */
  redact(text: string): string;
  redactForeign(text: string): string;
  learn(secrets: Iterable<string>): void;
}

export function openRedaction(secrets: Iterable<string>): Redaction {
  const known = new Set(secrets);
  let { own, foreign } = redactorsOf(known);
  return {
    redact: (text) => own(text),
    redactForeign: (text) => foreign(text),
    learn(more) {
      for (const secret of more) known.add(secret);
      ({ own, foreign } = redactorsOf(known));
    },
  };
}

/**
 * The same for every text in a value, keys included. Anything but plain objects, arrays and texts stays as it is.
 * @param redactKey for keys, where they may be ours
 */
export function redactValue(value: unknown, redact: Redact, redactKey = redact): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact, redactKey));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, item]) => [redactKey(key), redactValue(item, redact, redactKey)]);
  return Object.fromEntries(entries);
}

function longestFirst(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function formsOf(secret: string): string[] {
  const json = [...new Set([jsonEscaped(secret), ...ESCAPED_IN_JSON.map((kind) => escapedBy(kind, secret))])];
  const url = [encodeURIComponent(secret.toWellFormed()), new URLSearchParams({ "": secret }).toString().slice(1)];
  const strict = encodeURIComponent(secret.toWellFormed()).replace(/[!'()*]/g, percent);
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const encoded = [...url, strict, ...partsOfAddress(secret)].flatMap((form) => [
    form,
    form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
  return [
    ...[secret, ...json, ...json.map(jsonEscaped), ...ENTITIES.map((entities) => inHtml(secret, entities))],
    ...[...encoded, hex, hex.toUpperCase(), ...base64Forms(bytes)],
    // RFC 6749 2.3.1: encoded as in a form before it becomes Basic
    ...url.flatMap((form) => (form === secret ? [] : base64Forms(Buffer.from(form)))),
  ];
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** What an encoder of JSON writes as a code beside what it has to, and how. */
interface JsonKind {
  readonly signs: RegExp;
  readonly write: (sign: string) => string;
}

const lower = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
const upper = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Those that keep to ASCII (Python, Ruby); PHP; Go; .NET. */
const ESCAPED_IN_JSON: readonly JsonKind[] = [
  { signs: /[\u007f-\uffff]/g, write: lower },
  { signs: /\//g, write: () => "\\/" },
  { signs: /\/|[\u007f-\uffff]/g, write: (sign) => (sign === "/" ? "\\/" : lower(sign)) },
  { signs: /[<>&\u2028\u2029]/g, write: lower },
  { signs: /\\"|[<>&'+`\u007f-\uffff]/g, write: (sign) => upper(sign.at(-1) ?? sign) },
];

function escapedBy({ signs, write }: JsonKind, text: string): string {
  return jsonEscaped(text).replace(signs, write);
}

/** As pages write it: by names, and by numbers as Go does. */
const ENTITIES: readonly Readonly<Record<string, string>>[] = [
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "+": "&#43;" },
];

function inHtml(text: string, entities: Readonly<Record<string, string>>): string {
  return text.replace(/[&<>"'+]/g, (sign) => entities[sign] ?? sign);
}

/** As addresses are written, which leave more signs as they are than forms do; nothing where it leads elsewhere (`..`). */
function partsOfAddress(secret: string): string[] {
  const address = new URL("https://nowhere.invalid");
  address.pathname = secret;
  address.search = secret;
  return [address.pathname, address.search]
    .map((part) => part.slice(1))
    .filter((part) => percentDecoded(part) === secret);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * Three bytes make four characters, so a secret inside of longer data looks different at each of three alignments. Of each,
 * the characters that depend on the secret alone; the one or two at the edges, shared with a neighbour, stay.
 */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const from = Math.ceil((offset * 8) / 6);
    const own = shifted.slice(from, Math.floor(((offset + bytes.length) * 8) / 6));
    // the whole, when the secret stands alone, has a last character that is its own as well
    const forms = offset === 0 ? [Buffer.from(bytes).toString("base64").replaceAll("=", ""), own] : [own];
    return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
  });
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
