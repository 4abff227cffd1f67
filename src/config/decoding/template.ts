/** Templates: compiled and tried with sample events, so that a fault shows at load. */
import type { TSchema } from "@sinclair/typebox";
import { isCredentialName } from "../../basics/credential-names.ts";
import { secretsInUrl } from "../credentials/addresses.ts";
import { isCredentialHeader, mayHoldSecret } from "../credentials/names.ts";
import { isOrdinary } from "../credentials/ordinary.ts";
import { exampleWords } from "../settings/words.ts";
import { templateSlip } from "../templates/slips.ts";
import { TemplateError, type TemplateFault } from "../templates/template-faults.ts";
import { compileTemplate, literally } from "../templates/templates.ts";
import { SAMPLES } from "../templates/variables.ts";
import { offsetIn, type YamlNode, type YamlScalar } from "../yaml/tree.ts";
import { type At, type Decoding, INVALID, refuse } from "./context.ts";
import { refuseLookAlikes, warnOfQuotes } from "./odd-value.ts";
import { judgeSecret, warnOfClearText, warnOfComment } from "./secret.ts";
import { keepNamedVariables, type Refuse, scalarText, textFault } from "./text.ts";
import type { ReplacedText } from "./variables.ts";

export function decodeTemplate(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): string | typeof INVALID {
  const text = scalarText(schema, node, at, decoding);
  if (text === INVALID || node.tag !== "scalar") return INVALID;
  const no: Refuse = (what, todo) => refuse(decoding, at, node, what, todo);
  return textFault(schema, text, no) ?? checkedTemplate(text, node, at, decoding, schema);
}

/** The template's source, in which values of the environment are no templates. */
export function checkedTemplate(
  text: ReplacedText,
  node: YamlScalar,
  at: At,
  decoding: Decoding,
  schema?: TSchema,
): string | typeof INVALID {
  const isTemplate = /\{[{%]/.test(node.text);
  const values = text.pieces.map((piece) => (piece.variable === undefined ? piece.text : literally(piece.text)));
  const source = values.join("");
  const isDelicate = isCredentialHeader(at.path) || isNamedSo(at);
  if (isDelicate) decoding.conceal("", node);
  keepCredentials(text, node, at, decoding, isTemplate);
  if (isAddress(at) && judgeAddress(text, node, at, decoding) === INVALID) return INVALID;
  if (isCredentialHeader(at.path) && !isTemplate && judgeSecret(text, node, at, decoding) === INVALID) return INVALID;
  if (isCredentialHeader(at.path)) warnOfComment(node, at, decoding);
  if (refuseSlip(node, at, decoding) === INVALID) return INVALID;
  // of a credential it is a fault already
  if (!isCredentialHeader(at.path) && !isAddress(at)) warnOfQuotes(text, node, at, decoding);
  if (schema && refuseLookAlikes(schema, text, node, at, decoding) === INVALID) return INVALID;
  const found = faultOf(source, schema);
  // the engine quotes what it does not understand
  const fault = found !== undefined && isDelicate ? { ...found, ...FAULTY } : found;
  if (fault === undefined) return source;
  const isWhole = text.pieces.length === 1 && text.variables.length === 0;
  const offset = isWhole ? offsetIn(node, fault.index) : node.range[0];
  decoding.fault({ offset, path: at.path, what: fault.what, todo: fault.todo });
  return INVALID;
}

/** What stands in the file: values of variables are no templates. */
function refuseSlip(node: YamlScalar, at: At, decoding: Decoding): typeof INVALID | undefined {
  const slip = templateSlip(node.text);
  if (slip === undefined) return undefined;
  const offset = offsetIn(node, slip.index);
  const severity = slip.isCertain ? "error" : "warning";
  decoding.fault({ offset, path: at.path, what: slip.what, todo: slip.todo, severity });
  return slip.isCertain ? INVALID : undefined;
}

const FAULTY = { what: "the template is faulty", todo: "put {{ and }} around variables only" } as const;

function faultOf(source: string, schema: TSchema | undefined): TemplateFault | undefined {
  const compiled = compileTemplate(source);
  if (!compiled.ok) return compiled.fault;
  try {
    const [ordinary] = SAMPLES.map((sample) => compiled.render(sample));
    return schema?.filled === true ? fillFault(schema, ordinary) : undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.fault;
    throw error;
  }
}

/** @param value what the template makes of an ordinary event, where the destination wants a text with something in it */
function fillFault(schema: TSchema, value: unknown): TemplateFault | undefined {
  if (Array.isArray(value)) {
    const todo = 'make it a text with the filter join: {{ … | join: ", " }}';
    return { what: "the template makes a list, and a text is wanted", todo, index: 0 };
  }
  if (String(value ?? "").trim() !== "") return undefined;
  return { what: "the text comes out empty", todo: exampleWords(schema), index: 0 };
}

const isAddress = ({ path }: At): boolean => mayHoldSecret(path) && !isCredentialHeader(path);

/** Keeps the credentials in an address, and refuses what was damaged on its way into a variable. */
function judgeAddress(text: ReplacedText, node: YamlNode, at: At, decoding: Decoding): typeof INVALID | undefined {
  const found = secretsInUrl(text.text).filter((secret) => !/\{[{%]/.test(secret));
  for (const secret of found) decoding.secret(secret, at);
  if (found.length > 0) {
    decoding.conceal("", node);
    warnOfComment(node, at, decoding);
  }
  if (found.length > 0 && text.variables.length === 0) warnOfClearText(node, at, decoding, { mayBeFile: false });
  const values = text.pieces.filter(({ variable }) => variable !== undefined);
  return judgeSecret({ ...text, text: values.map((piece) => piece.text).join("") }, node, at, decoding);
}

/** `{{ … }}` and `{% … %}`. */
const PUT_IN = /\{\{.*?\}\}|\{%.*?%\}/gs;

function keepCredentials(text: ReplacedText, node: YamlScalar, at: At, decoding: Decoding, isTemplate: boolean): void {
  keepNamedVariables(text, at, decoding);
  const isHeader = isCredentialHeader(at.path);
  if (!isHeader && !isNamedSo(at)) return;
  for (const { text: value, variable } of text.pieces) if (variable !== undefined) decoding.secret(value, at);
  const literal = text.pieces.flatMap((piece) => (piece.variable === undefined ? piece.text : [])).join(" ");
  // what a template puts in is no credential; what stands around it may be one
  const words = literal.replace(PUT_IN, " ").split(/\s+/);
  for (const word of words) if (word.length > 7 && (isHeader || !isOrdinary(word))) decoding.secret(word, at);
  if (isHeader && !isTemplate && text.variables.length === 0) warnOfClearText(node, at, decoding, { mayBeFile: false });
}

/** In a body, say, whose names are the receiver's: what stands there may be an ordinary word as well (`code: opted_out`). */
function isNamedSo({ path }: At): boolean {
  return path.slice(2).some((part) => isCredentialName(String(part)));
}
