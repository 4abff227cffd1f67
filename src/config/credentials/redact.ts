/** Removes secrets from what is logged, shown or kept: in every encoding in which one could come along. */
import { Buffer } from "node:buffer";

/** What stands in a secret's place. */
const HIDDEN = "***";

/** Shorter ones would turn ordinary words and numbers into stars, and so hide what happened instead of the secret. */
const SHORTEST = 6;

/**
 * A function that replaces each of these secrets, plain, as any encoder of JSON or HTML writes it, URL-encoded, in hex, base64
 * and base64url (at any alignment, also inside of longer data), by `***`. Secrets of fewer than six characters are left alone.
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) if (secret.length >= SHORTEST) for (const form of formsOf(secret)) forms.add(form);
  if (forms.size === 0) return (text) => text;
  // the longest first: a form may contain another
  const alternatives = [...forms].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map(escapeRegExp);
  const pattern = new RegExp(alternatives.join("|"), "g");
  return (text) => text.replace(pattern, HIDDEN);
}

/** A redactor that learns: secrets of a former configuration may still come along when another one is in force. */
export interface Redaction {
  redact(text: string): string;
  learn(secrets: Iterable<string>): void;
}

export function openRedaction(secrets: Iterable<string>): Redaction {
  const known = new Set(secrets);
  let replace = redactor(known);
  return {
    redact: (text) => replace(text),
    learn(more) {
      for (const secret of more) known.add(secret);
      replace = redactor(known);
    },
  };
}

/** The same for every text in a value, keys included. Anything but plain objects, arrays and texts stays as it is. */
export function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, item]) => [redact(key), redactValue(item, redact)]);
  return Object.fromEntries(entries);
}

function formsOf(secret: string): string[] {
  const json = [...new Set([jsonEscaped(secret), ...ESCAPED_IN_JSON.map((kind) => escapedBy(kind, secret))])];
  const url = [encodeURIComponent(secret.toWellFormed()), new URLSearchParams({ "": secret }).toString().slice(1)];
  const strict = encodeURIComponent(secret.toWellFormed()).replace(/[!'()*]/g, percent);
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const encoded = [...url, strict].flatMap((form) => [
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
