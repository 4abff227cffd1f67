/** Texts, numbers, yes or no, durations, sizes, rates and shares. */
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { isCredentialName } from "../../basics/credential-names.ts";
import { isPlainAddress, secretsInUrl } from "../credentials/addresses.ts";
import { loneQuoteOf } from "../credentials/damage.ts";
import { mayHoldSecret } from "../credentials/names.ts";
import {
  booleanMeant,
  durationMeant,
  numberMeant,
  rateMeant,
  shareMeant,
  sizeMeant,
  statusesMeant,
} from "../settings/meant.ts";
import { formatDuration, formatSize, parseDuration, parseRate, parseShare, parseSize } from "../settings/units.ts";
import { wordOf } from "../settings/words.ts";
import type { YamlNode, YamlScalar } from "../yaml/tree.ts";
import { type At, type Decoding, INVALID, refuse } from "./context.ts";
import { oddInVariables, refuseLookAlikes, warnOfQuotes } from "./odd-value.ts";
import { judgeSecret, warnOfClearText, warnOfComment } from "./secret.ts";
import { keepNamedSecrets, type Refuse, scalarText, shown, textFault } from "./text.ts";
import type { ReplacedText } from "./variables.ts";

export type ScalarTag = "text" | "duration" | "size" | "rate" | "share" | "integer" | "number" | "boolean";

export function decodeScalar(schema: TSchema, tag: ScalarTag, node: YamlNode, at: At, decoding: Decoding): unknown {
  const text = discreetText(schema, node, at, decoding);
  if (text === INVALID) return INVALID;
  const odd = text.isConcealed ? undefined : oddInVariables(text);
  const no: Refuse = (what, todo) => refuse(decoding, at, node, odd?.what ?? what, odd?.todo ?? todo);
  switch (tag) {
    case "text":
      if (text.isConcealed && judgeSecret(text, node, at, decoding) === INVALID) return INVALID;
      if (mayHoldSecret(at.path) && refuseLoneQuote(text, no) === INVALID) return INVALID;
      keepUrlSecrets(schema, text, node, at, decoding);
      keepNamedSecrets(text, at, decoding);
      if (node.tag === "scalar" && refuseLookAlikes(schema, text, node, at, decoding) === INVALID) return INVALID;
      if (textFault(schema, text, no) === INVALID) return INVALID;
      if (!text.isConcealed) warnOfQuotes(text, node, at, decoding);
      return text.text;
    case "boolean":
      return decodeBoolean(text, node, no);
    case "integer":
    case "number":
      return decodeNumber(schema, tag, text, node, at, no);
    case "duration":
      return decodeUnit(schema, text, DURATION, no);
    case "size":
      return decodeUnit(schema, text, SIZE, no);
    case "share":
      return (
        parseShare(text.text) ?? no(`${shown(text)} is not a share`, `write ${meantIn(text, shareMeant) ?? SHARES}`)
      );
    case "rate": {
      const rate = parseRate(text.text);
      return rate ?? no(`${shown(text)} is not a rate`, `write ${meantIn(text, rateMeant) ?? RATES}`);
    }
  }
}

const SHARES = "more than 0% and at most 100%, such as 5%";
const RATES = "for example 19/s, 300/min or 100 per 10s";

/** What to write instead of a text that may be shown. */
function meantIn(text: ReplacedText, meant: (text: string) => string | undefined): string | undefined {
  // JSON has commas at the ends of lines
  return text.isConcealed || text.variables.length > 0 ? undefined : meant(text.text.replace(/[,;，；]\s*$/, ""));
}

/** What a shell or a copy has left at the end of an address. */
function refuseLoneQuote({ text, variables }: ReplacedText, no: Refuse): typeof INVALID | undefined {
  const odd = text.split(text.at(-1) ?? " ").length % 2 === 0 ? loneQuoteOf(text) : undefined;
  const name = variables.length === 0 ? "" : ` of ${variables.join(" and ")}`;
  return odd && no(`the value${name} ${odd.what}`, odd.todo);
}

/** The same, not to be quoted where the setting's name says that it may hold a credential. */
function discreetText(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  const text = scalarText(schema, node, at, decoding);
  if (text === INVALID || !mayHoldSecret(at.path)) return text;
  // any word could be a host
  if (!isCredentialName(String(at.path.at(-1))) && isPlainAddress(text.text)) return text;
  decoding.conceal(text.text, node);
  warnOfComment(node, at, decoding);
  return { ...text, isConcealed: true };
}

/** `postgres://user:password@host` and `?token=…` hold credentials in settings that are none. */
function keepUrlSecrets(schema: TSchema, text: ReplacedText, node: YamlNode, at: At, decoding: Decoding): void {
  const found = secretsInUrl(text.text);
  for (const secret of found) decoding.secret(secret, at);
  if (found.length > 0 && text.variables.length === 0)
    warnOfClearText(node, at, decoding, { schema, mayBeFile: false });
}

function decodeBoolean(text: ReplacedText, node: YamlNode, no: Refuse): boolean | typeof INVALID {
  const isQuoted = node.tag === "scalar" && !node.plain && text.isLiteral;
  if (!isQuoted && /^(true|false)$/i.test(text.text)) return text.text.toLowerCase() === "true";
  const meant = booleanMeant(text.text);
  const todo = meant === undefined ? "write true or false" : `write ${meant}${isQuoted ? " without quotes" : ""}`;
  return no(`${shown(text)} is not true or false`, todo);
}

function decodeNumber(
  schema: TSchema,
  tag: "integer" | "number",
  text: ReplacedText,
  node: YamlScalar | YamlNode,
  at: At,
  no: Refuse,
): number | typeof INVALID {
  const isQuoted = node.tag === "scalar" && !node.plain && text.isLiteral;
  const form = tag === "integer" ? /^[-+]?\d{1,15}$/ : /^[-+]?\d{1,15}(\.\d{1,15})?$/;
  const word = wordOf(schema);
  if (!form.test(text.text.trim())) {
    const meant = (isStatus(schema) ? statusesHere(text, at) : undefined) ?? meantIn(text, numberMeant);
    return no(`${shown(text)} is not ${word}`, `write ${meant ?? rangeWords(schema, word)}`);
  }
  if (isQuoted) return no(`${shown(text)} is a text, not ${word}`, "remove the quotes");
  const value = Number(text.text);
  return Value.Check(schema, value)
    ? value
    : no(`${shown(text)} is not possible here`, `write ${rangeWords(schema, word)}`);
}

/** Of HTTP: no other number has these bounds. */
function isStatus({ minimum, maximum }: TSchema): boolean {
  return minimum === 200 && maximum === 599;
}

/** A list of them; inside of a list what it is to be continued with. */
function statusesHere(text: ReplacedText, { path }: At): string | undefined {
  const meant = meantIn(text, statusesMeant);
  return typeof path.at(-1) === "number" ? meant?.slice(1, -1) : meant;
}

function rangeWords(schema: TSchema, word: string): string {
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  if (minimum !== undefined && maximum !== undefined) return `${word} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${word}, ${minimum} or more`;
  return maximum === undefined ? `${word}` : `${word}, ${maximum} or less`;
}

interface Unit {
  readonly word: string;
  readonly form: string;
  readonly tooLittle: string;
  readonly tooMuch: string;
  /** The same as people write it, in this form. */
  readonly meant: (text: string) => string | undefined;
  /** Undefined when it is none. */
  readonly parse: (text: string) => number | undefined;
  readonly format: (value: number) => string;
}

const DURATION: Unit = {
  word: "a duration",
  form: "write a number with ms, s, m, h or d, such as 30s",
  tooLittle: "too short",
  tooMuch: "too long",
  meant: durationMeant,
  parse: parseDuration,
  format: formatDuration,
};

const SIZE: Unit = {
  word: "a size",
  form: "write a number with KiB, MiB, KB or MB, such as 4MiB",
  tooLittle: "too small",
  tooMuch: "too large",
  meant: sizeMeant,
  parse: parseSize,
  format: formatSize,
};

function decodeUnit(schema: TSchema, text: ReplacedText, unit: Unit, no: Refuse): number | typeof INVALID {
  const value = unit.parse(text.text);
  if (value === undefined) {
    const isZero = /^0+(\.0+)? ?[a-z]*$/i.test(text.text.trim());
    if (isZero) return no(`${unit.word} must be more than nothing`, unit.form);
    const meant = meantIn(text, unit.meant);
    return no(`${shown(text)} is not ${unit.word}`, meant === undefined ? unit.form : `write ${meant}`);
  }
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema as { minimum?: number; maximum?: number };
  if (value < minimum) return no(`${shown(text)} is ${unit.tooLittle}`, `${unit.format(minimum)} is the least`);
  return value > maximum ? no(`${shown(text)} is ${unit.tooMuch}`, `${unit.format(maximum)} is the most`) : value;
}
