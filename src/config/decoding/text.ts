/** The text of a scalar: variables replaced, and judged as a text. */
import { FormatRegistry, type TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { isOrdinary } from "../credentials/ordinary.ts";
import { exampleOf, wordOf } from "../settings/words.ts";
import { wordFor, type YamlNode, type YamlScalar } from "../yaml/tree.ts";
import { type At, type Decoding, INVALID, refuse, refuseShape } from "./context.ts";
import { type Piece, substitute } from "./variables.ts";

/** A scalar's text with its variables replaced. */
export interface ReplacedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Names of the variables in it. */
  readonly variables: readonly string[];
  /** True when it stands in the file as it is. */
  readonly isLiteral: boolean;
  /** True when it is the content of a file of its own. */
  readonly isFromFile?: boolean;
  /** True when no message may quote it. */
  readonly isConcealed?: boolean;
}

/** Reports variables that are not set. */
export function replaceVariables(node: YamlScalar, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  const { pieces, missing, malformed } = substitute(node.text, decoding.env);
  const offsetOf = (index: number) => (node.textAt === undefined ? node.range[0] : node.textAt + index);
  for (const { name, offset } of missing) {
    const todo = `set it, or give a default: \${${name}:-default}`;
    const what = `the environment variable ${name} is not set`;
    decoding.fault({ offset: offsetOf(offset), path: at.path, what, todo, variable: name });
  }
  if (malformed !== undefined) {
    const todo = "write ${NAME} or ${NAME:-default} for an environment variable, $${ for the characters themselves";
    decoding.fault({ offset: offsetOf(malformed), path: at.path, what: "${ begins no variable here", todo });
  }
  if (missing.length > 0 || malformed !== undefined) return INVALID;
  const variables = pieces.flatMap(({ variable }) => variable ?? []);
  const text = pieces.map((piece) => piece.text).join("");
  return { text, pieces, variables, isLiteral: text === node.text };
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
  const todo = `write for example \`${at.path.at(-1)}:${exampleOf(schema)}\``;
  if (node.tag === "scalar") return refuse(decoding, at, node, "the value is missing", todo);
  return refuseShape(decoding, at, node, `${wordOf(schema)} is expected here, not ${wordFor(node)}`, todo);
}

/** What TypeBox has against a text, in words; undefined when nothing. */
export function textFault(schema: TSchema, value: ReplacedText, no: Refuse): typeof INVALID | undefined {
  const { text } = value;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, format, expects } = schema as TextOptions;
  if (text === "" && minLength > 0) return no("the text is empty", `write for example${exampleOf(schema)}`);
  if (text.length > maxLength) return no(`the text is longer than ${maxLength} characters`, "shorten it");
  if (text.length < minLength) return no(`the text is shorter than ${minLength} characters`, "make it longer");
  const isUnknownFormat = format !== undefined && !FormatRegistry.Has(format);
  if (isUnknownFormat || Value.Check(schema, text)) return undefined;
  return no(`${shown(value)} does not fit`, expects ?? `write for example${exampleOf(schema)}`);
}

interface TextOptions {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  /** What a pattern wants, in words that follow a semicolon. */
  readonly expects?: string;
}
