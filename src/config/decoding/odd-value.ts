/** Values in which a look-alike stands where it means something: quotes and references of YAML's and ours. Pure but for what is reported. */
import { isOddAscii, lookAlikeName, lookAlikesIn, plainWords, straightened } from "../../basics/look-alikes.ts";
import { ODD_COMMENT, oddWords } from "../faults/odd-text.ts";
import type { YamlScalar } from "../yaml/tree.ts";
import { type At, type Decoding, INVALID } from "./context.ts";
import type { ReplacedText } from "./text.ts";

/** `＄｛NAME｝`, `${NAME｝`, `￥{NAME}`. */
const REFERENCE = /[$＄﹩￥][ \u3000]?[{｛﹛]\s*[A-Z_][A-Z0-9_]*(?:[:：]-[^{}]*)?\s*[}｝﹜]/g;
const QUOTED = /^["'](.*)["']$/s;

/** Reports quotes around the whole, and references, that are made of other characters; undefined where there is none. */
export function refuseOddValue(node: YamlScalar, at: At, decoding: Decoding): typeof INVALID | undefined {
  const { text } = node;
  if (lookAlikesIn(text).length === 0) return undefined;
  if (isNamedOddly(node, at, decoding)) {
    decoding.fault({ path: at.path, ...oddWords({ ...node, text }, at.path), todo: "type : and a blank behind it" });
    return INVALID;
  }
  if (node.plain && ODD_COMMENT.test(text)) {
    const odd = lookAlikesIn(text).find(({ plain }) => plain === "#");
    const offset = node.range[0] + (odd?.index ?? 0);
    const todo = "type # if a comment begins there";
    decoding.fault({
      offset,
      path: at.path,
      what: "a full-width hash sign ＃ (U+FF03) begins no comment",
      todo,
      severity: "warning",
    });
  }
  if (isQuotedOddly(node)) {
    decoding.fault({ path: at.path, ...oddWords({ ...node, text }, at.path), todo: QUOTES });
    return INVALID;
  }
  for (const { 0: reference, index } of text.matchAll(REFERENCE)) {
    const [odd] = lookAlikesIn(reference);
    if (odd === undefined) continue;
    const offset = node.textAt === undefined ? node.range[0] : node.textAt + index + odd.index;
    const name = /[A-Z_][A-Z0-9_]*/.exec(reference)?.[0] ?? "NAME";
    decoding.fault({ offset, path: at.path, what: `${lookAlikeName(odd)} stands here`, todo: `write \${${name}}` });
    return INVALID;
  }
  return undefined;
}

/** `name：value` on a line of its own, where settings stand. */
function isNamedOddly({ text, plain }: YamlScalar, at: At, decoding: Decoding): boolean {
  const isOnOwnLine = /^["']?:\s*(?:#.*)?$/.test(decoding.behind(at.keyRange[1]));
  return plain && isOnOwnLine && /^[A-Za-z_][\w-]{0,40}\s*[：﹕∶]/.test(text);
}

const QUOTES = "put straight quotes around the value: \"…\" or '…'";

/** In a text of another script they are its own. */
function isQuotedOddly({ text, plain }: YamlScalar): boolean {
  const isQuoted = plain && /^["'“”‘’„‟＂＇«»〝]/.test(text) && QUOTED.test(straightened(text));
  return isQuoted && (isOddAscii(text) || /\{[{%]|\$\{/.test(text));
}

/** What is odd in a value that came from the environment, and may be said of it. */
export function oddInVariables({ text, variables }: ReplacedText): { what: string; todo: string } | undefined {
  const [odd] = lookAlikesIn(text);
  if (odd === undefined || variables.length === 0) return undefined;
  const what = `the value of ${variables.join(" and ")} has ${lookAlikeName(odd)} in it`;
  return { what, todo: plainWords(odd) };
}

/** Of a value that a machine compares or calls: whatever merely looks like ASCII is a slip. */
export function refuseLookAlikes(
  text: ReplacedText,
  node: YamlScalar,
  at: At,
  decoding: Decoding,
): typeof INVALID | undefined {
  if (lookAlikesIn(text.text).length === 0) return undefined;
  const ofVariable = oddInVariables(text);
  const fault = ofVariable ? { offset: node.range[0], ...ofVariable } : oddWords(node, at.path);
  decoding.fault({ path: at.path, ...fault });
  return INVALID;
}
