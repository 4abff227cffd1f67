/** Values in which a look-alike stands where it means something: quotes and references of YAML's and ours. Pure but for what is reported. */
import type { TSchema } from "@sinclair/typebox";
import {
  isOddAscii,
  type LookAlike,
  lookAlikeName,
  lookAlikesIn,
  plainWords,
  straightened,
} from "../../basics/look-alikes.ts";
import { type Oddity, oddityOf, quotesAround } from "../credentials/damage.ts";
import type { FaultAt } from "../faults/fault.ts";
import { lookAlikeFault, ODD_COMMENT, writtenName, writtenValue } from "../faults/odd-text.ts";
import { offsetIn, type YamlEntry, type YamlNode, type YamlScalar } from "../yaml/tree.ts";
import { type At, type Decoding, INVALID, refuse } from "./context.ts";
import type { ReplacedText } from "./variables.ts";

/** `＄｛NAME｝`, `${NAME｝`, `￥{NAME}`. */
const REFERENCE = /[$＄﹩￥][ \u3000]?[{｛﹛]\s*[A-Z_][A-Z0-9_]*(?:[:：]-[^{}]*)?\s*[}｝﹜]/g;

/** Reports what was meant for a sign of YAML's or of ours, and what nobody sees; undefined where there is nothing of the kind. */
export function refuseOddValue(node: YamlScalar, at: At, decoding: Decoding): typeof INVALID | undefined {
  const odd = lookAlikesIn(node.text);
  if (odd.length === 0) return undefined;
  warnOfComment(node, at, decoding);
  const found = oddWhole(node, at, decoding) ?? oddReference(node) ?? unseen(node, odd, at);
  if (found === undefined) return undefined;
  decoding.fault({ path: at.path, ...found });
  return INVALID;
}

type Found = Pick<FaultAt, "offset" | "what" | "todo">;

/** By how the whole begins and ends. */
function oddWhole(node: YamlScalar, at: At, decoding: Decoding): Found | undefined {
  const todo = isNamedOddly(node, at, decoding)
    ? "type : and a blank behind it"
    : isQuotedOddly(node)
      ? "put straight quotes around the value: \"…\" or '…'"
      : undefined;
  const words = () => lookAlikeFault(writtenValue(node), at.path);
  if (todo !== undefined) return { ...words(), todo };
  return isBracketedOddly(node) || isFoldedOddly(node) ? words() : undefined;
}

/** `name：value` on a line of its own, where settings stand. */
function isNamedOddly({ text, plain }: YamlScalar, at: At, decoding: Decoding): boolean {
  const isOnOwnLine = /^["']?:\s*(?:#.*)?$/.test(decoding.behind(at.keyRange[1]));
  return plain && isOnOwnLine && /^[A-Za-z_][\w-]{0,40}\s*[：﹕∶]/.test(text);
}

/** In a text of another script they are its own. */
function isQuotedOddly({ text, plain }: YamlScalar): boolean {
  const isQuoted = plain && /^["'“”‘’„‟＂＇«»〝]/.test(text) && /^["'](.*)["']$/s.test(straightened(text));
  return isQuoted && (isOddAscii(text) || /\{[{%]|\$\{/.test(text));
}

/** `［a，b］` */
function isBracketedOddly({ text, plain }: YamlScalar): boolean {
  return plain && isOddAscii(text) && /^(?:［.*］|｛(?![｛{]).*(?<![｝}])｝)$/s.test(text);
}

/** `｜` before lines that it was to keep. */
function isFoldedOddly({ text, plain, raw }: YamlScalar): boolean {
  return plain && /^[｜∣│＞][-+]?\s*\n/.test(raw) && text !== raw;
}

function oddReference(node: YamlScalar): Found | undefined {
  for (const { 0: reference, index } of node.text.matchAll(REFERENCE)) {
    const [odd] = lookAlikesIn(reference);
    if (odd === undefined) continue;
    const name = /[A-Z_][A-Z0-9_]*/.exec(reference)?.[0] ?? "NAME";
    const offset = offsetIn(node, index + odd.index);
    return { offset, what: `${lookAlikeName(odd)} stands here`, todo: `write \${${name}}` };
  }
  return undefined;
}

function unseen(node: YamlScalar, all: readonly LookAlike[], at: At): Found | undefined {
  const odd = all.find(({ plain }) => plain === "");
  if (odd === undefined) return undefined;
  if (isOddAscii(node.text)) return lookAlikeFault(writtenValue(node), at.path);
  return { offset: offsetIn(node, odd.index), what: `${lookAlikeName(odd)} stands here`, todo: plainWords(odd) };
}

function warnOfComment(node: YamlScalar, at: At, decoding: Decoding): void {
  if (!node.plain || !ODD_COMMENT.test(node.text)) return;
  const index = node.text.search(/[＃﹟]/);
  const what = "a full-width hash sign ＃ (U+FF03) begins no comment";
  const todo = "type # if a comment begins there";
  decoding.fault({ offset: offsetIn(node, index), path: at.path, what, todo, severity: "warning" });
}

/** What is odd in a value that came from the environment, and may be said of it. */
export function oddInVariables({ text, variables, pieces }: ReplacedText): Oddity | undefined {
  if (variables.length === 0) return undefined;
  const [odd] = lookAlikesIn(text);
  if (odd === undefined) return damageInVariables(pieces);
  return { what: `the value of ${variables.join(" and ")} has ${lookAlikeName(odd)} in it`, todo: plainWords(odd) };
}

function damageInVariables(pieces: ReplacedText["pieces"]): Oddity | undefined {
  for (const { text, variable } of pieces) {
    const odd = variable === undefined ? undefined : oddityOf(text);
    if (odd !== undefined) return { ...odd, what: `the value of ${variable} ${odd.what}` };
  }
  return undefined;
}

/** Nothing else would show that a filter compares with quotes, or that a name begins with one. */
export function warnOfQuotes({ pieces }: ReplacedText, node: YamlNode, at: At, decoding: Decoding): void {
  for (const { text, variable } of pieces) {
    const odd = variable === undefined ? undefined : quotesAround(text);
    if (odd !== undefined) refuse(decoding, at, node, `the value of ${variable} ${odd.what}`, odd.todo, "warning");
  }
}

/** Of a value that a machine compares or calls, where the schema says so: whatever merely looks like ASCII is a slip. */
export function refuseLookAlikes(
  { forMachines }: TSchema,
  text: ReplacedText,
  node: YamlScalar,
  at: At,
  decoding: Decoding,
): typeof INVALID | undefined {
  const isSlip =
    forMachines === "anyScript" ? isOddAscii(text.text) : forMachines && lookAlikesIn(text.text).length > 0;
  if (!isSlip) return undefined;
  const ofVariable = oddInVariables(text);
  const fault = ofVariable ? { offset: node.range[0], ...ofVariable } : lookAlikeFault(writtenValue(node), at.path);
  decoding.fault({ path: at.path, ...fault });
  return INVALID;
}

/** A name is for the program that reads it: what merely looks like ASCII is a slip, where no word of another script is in it. */
export function isSoundName(entry: YamlEntry, at: At, decoding: Decoding): boolean {
  if (!isOddAscii(entry.key)) return true;
  const path = [...at.path, entry.key];
  decoding.fault({ path, ...lookAlikeFault(writtenName(entry), path) });
  return false;
}
