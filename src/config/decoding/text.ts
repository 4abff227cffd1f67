/** The text of a scalar: variables replaced, and judged as a text. */
import { FormatRegistry, type TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { isCredentialName } from "../../basics/credential-names.ts";
import { isOrdinary } from "../credentials/ordinary.ts";
import type { FaultAt } from "../faults/fault.ts";
import { dateMeant, durationMeant } from "../settings/meant.ts";
import { exampleOf, exampleWords, wordOf } from "../settings/words.ts";
import { VARIABLES } from "../templates/variables.ts";
import { offsetIn, wordFor, type YamlNode, type YamlScalar } from "../yaml/tree.ts";
import { type At, type Decoding, INVALID, refuse, refuseShape } from "./context.ts";
import { refuseOddValue } from "./odd-value.ts";
import { type ReplacedText, substitute } from "./variables.ts";

/** Reports variables that are not set. */
export function replaceVariables(node: YamlScalar, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  if (refuseOddValue(node, at, decoding) === INVALID) return INVALID;
  const { pieces, missing, malformed } = substitute(node.text, decoding.env);
  const offsetOf = (index: number) => offsetIn(node, index);
  for (const { name, offset } of missing) decoding.fault({ offset: offsetOf(offset), path: at.path, ...notSet(name) });
  if (malformed !== undefined) {
    const isTemplate = node.text.startsWith("${{", malformed);
    const todo = isTemplate
      ? "write {{ event }} for a value of the event, ${NAME} for an environment variable"
      : "write ${NAME} or ${NAME:-default} for an environment variable, $${ for the characters themselves";
    decoding.fault({ offset: offsetOf(malformed), path: at.path, what: "${ begins no variable here", todo });
  }
  if (missing.length > 0 || malformed !== undefined) return INVALID;
  const variables = pieces.flatMap(({ variable }) => variable ?? []);
  const text = pieces.map((piece) => piece.text).join("");
  return { text, pieces, variables, isLiteral: text === node.text };
}

/** Values of variables that are named as credentials are, whatever setting they stand in: a part of an address, say. */
export function keepNamedVariables({ pieces }: ReplacedText, at: At, decoding: Decoding): void {
  for (const { text, variable } of pieces) {
    if (variable !== undefined && isCredentialName(variable)) decoding.secret(text, at);
  }
}

/**
 * The same, and what stands in a setting of such a name which its type does not declare as a secret. There ordinary words and
 * addresses are none (`secret_header: X-Secret`, `token_url`).
 */
export function keepNamedSecrets(value: ReplacedText, at: At, decoding: Decoding): void {
  keepNamedVariables(value, at, decoding);
  const { text } = value;
  const isNamedSo = isCredentialName(String(at.path.at(-1)));
  if (isNamedSo && !isOrdinary(text) && !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) decoding.secret(text, at);
}

function notSet(name: string): Pick<FaultAt, "what" | "todo" | "variable"> {
  if (VARIABLES.has(name)) {
    return {
      what: `\${${name}} asks for an environment variable`,
      todo: `write {{ ${name} }} for a value of the event`,
    };
  }
  const todo = `set it, or give a default: \${${name}:-default}`;
  return { what: `the environment variable ${name} is not set`, todo, variable: name };
}

/**
 * A wrong value as a message may show it. It may be a credential that went astray: where it comes from the environment, where one
 * belongs, and wherever it looks like one.
 */
export function shown({
  text,
  variables,
  isConcealed,
}: Pick<ReplacedText, "text" | "variables" | "isConcealed">): string {
  if (variables.length > 0) return `the value of ${variables.join(" and ")}`;
  if (isConcealed) return "the value";
  if (!isOrdinary(text)) return `a text of ${text.length} characters`;
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** Reports the fault of one value. */
export type Refuse = (what: string, todo: string) => typeof INVALID;

/** The text of a scalar where one is expected; reports everything else. */
export function scalarText(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  if (node.tag === "scalar" && node.value !== null) return replaceVariables(node, at, decoding);
  const name = at.path.at(-1);
  const hasName = typeof name === "string" && exampleOf(schema) !== " …";
  const todo = hasName ? `write for example \`${name}:${exampleOf(schema)}\`` : exampleWords(schema);
  if (node.tag === "scalar") return refuse(decoding, at, node, ...missingValue(node, at, decoding, todo));
  const meant = variableInBraces(node);
  if (meant !== undefined) return refuse(decoding, at, node, ...meant);
  return refuseShape(decoding, at, node, `${wordOf(schema)} is expected here, not ${wordFor(node)}`, todo);
}

/** `token: #abc`: to YAML there is nothing but a comment. */
function missingValue(node: YamlScalar, at: At, decoding: Decoding, todo: string): [what: string, todo: string] {
  const isComment = /^(?::?[ \t]+)?#\S/.test(
    decoding.behind(node.range[1] > node.range[0] ? node.range[1] : at.keyRange[1]),
  );
  if (!isComment) return ["the value is missing", todo];
  return ["the value is missing: to YAML a # begins a comment", "put the whole value in quotes if it begins with #"];
}

/** `{ event }` without quotes, which YAML reads as a block of settings. */
export function variableInBraces(node: YamlNode): [what: string, todo: string] | undefined {
  const [entry, ...others] = node.tag === "map" ? node.entries : [];
  const isAlone = entry !== undefined && others.length === 0 && VARIABLES.has(entry.key);
  if (!isAlone || entry.value.tag !== "scalar" || entry.value.value !== null) return undefined;
  const todo = `write "{{ ${entry.key} }}", in quotes and with two braces on each side`;
  return [`{ ${entry.key} } is no template, but a block of settings`, todo];
}

/** What TypeBox has against a text, in words; undefined when nothing. */
export function textFault(schema: TSchema, value: ReplacedText, no: Refuse): typeof INVALID | undefined {
  const { text } = value;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, format, expects } = schema as TextOptions;
  if (text === "" && minLength > 0) return no("the text is empty", exampleWords(schema));
  if (text.length > maxLength) return no(`the text is longer than ${maxLength} characters`, "shorten it");
  if (text.length < minLength) return no(`the text is shorter than ${minLength} characters`, "make it longer");
  const isUnknownFormat = format !== undefined && !FormatRegistry.Has(format);
  if (isUnknownFormat || Value.Check(schema, text)) return undefined;
  const meant = format === "start" && value.variables.length === 0 ? dateMeant(text) : undefined;
  if (meant !== undefined) return no(`${shown(value)} does not fit`, `write ${meant}`);
  const odd = format === "start" ? noStart(text) : undefined;
  if (odd !== undefined) return no(...odd);
  return no(`${shown(value)} does not fit`, expects ?? exampleWords(schema));
}

/** What looks like a date, or like a time that is counted from now. */
function noStart(text: string): [what: string, todo: string] | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return ["there is no such day", "write one that the calendar has"];
  const isAgo = durationMeant(text.replace(/^-/, "").replace(/ ago$/, "")) !== undefined;
  if (!isAgo && !/^(?:yesterday|last \w+|昨天|上周|上个?月)$/i.test(text)) return undefined;
  return ["a start is not counted from now", "write the date that it was, such as 2026-01-31"];
}

interface TextOptions {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  /** What a pattern wants, in words that follow a semicolon. */
  readonly expects?: string;
}
