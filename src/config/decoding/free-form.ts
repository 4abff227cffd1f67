/** What a schema leaves open: trees whose texts are templates, and types of one's own that only TypeBox can judge. */
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { isOrdinary } from "../credentials/ordinary.ts";
import type { YamlNode, YamlScalar } from "../yaml/tree.ts";
import { type At, below, type Decoding, INVALID, refuse } from "./context.ts";
import { exampleHere } from "./example.ts";
import { isSoundName } from "./odd-value.ts";
import { checkedTemplate } from "./template.ts";
import { keepNamedSecrets, replaceVariables, variableInBraces } from "./text.ts";

export function decodeTree(node: YamlNode, at: At, decoding: Decoding): unknown {
  return plainValue(node, at, decoding, (leaf, leafAt) => {
    const text = replaceVariables(leaf, leafAt, decoding);
    warnOfJson(leaf, leafAt, decoding);
    return text === INVALID ? INVALID : checkedTemplate(text, leaf, leafAt, decoding);
  });
}

export function decodeOther(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): unknown {
  const value = plainValue(node, at, decoding, (leaf, leafAt) => {
    const text = replaceVariables(leaf, leafAt, decoding);
    if (text !== INVALID) keepNamedSecrets(text, leafAt, decoding);
    return text === INVALID ? INVALID : text.text;
  });
  if (value === INVALID) return INVALID;
  const complaint = complaintOf(schema, value);
  if (complaint === undefined) return value;
  return refuse(decoding, at, node, `the value does not fit (${complaint})`, exampleHere(schema, decoding));
}

function complaintOf(schema: TSchema, value: unknown): string | undefined {
  try {
    const first = Value.Errors(schema, value).First();
    return first === undefined
      ? undefined
      : `${first.path}${first.path === "" ? "" : ": "}${first.message.toLowerCase()}`;
  } catch {
    return "its schema uses a type that is not supported";
  }
}

type OnText = (leaf: YamlScalar, at: At) => unknown;

/**
 * A part of the YAML as a plain value.
 * @param onText what becomes of a text; one that it finds INVALID makes the whole INVALID
 */
function plainValue(node: YamlNode, at: At, decoding: Decoding, onText: OnText): unknown {
  if (node.tag === "list") {
    const items = node.items.map((item, index) => plainValue(item, below(at, index, item.range), decoding, onText));
    return items.includes(INVALID) ? INVALID : items;
  }
  if (node.tag === "map") {
    const meant = variableInBraces(node);
    if (meant !== undefined) return refuse(decoding, at, node, ...meant);
    const isSound = node.entries.map((entry) => isSoundName(entry, at, decoding)).every(Boolean);
    const entries = node.entries.map(({ key, keyRange, value }): [string, unknown] => [
      key,
      plainValue(value, below(at, key, keyRange), decoding, onText),
    ]);
    return isSound && entries.every(([, value]) => value !== INVALID) ? Object.fromEntries(entries) : INVALID;
  }
  if (typeof node.value === "string") return onText(node, at);
  if (typeof node.value === "number") warnOfNumber(node, node.value, at, decoding);
  return node.value;
}

/** `'{"a": "b"}'`: what was to be an object goes out as a text. */
function warnOfJson(node: YamlScalar, at: At, decoding: Decoding): void {
  if (!/^\s*(?:\{\s*"[^"]*"\s*:.*\}|\[\s*[{"].*\])\s*$/s.test(node.text)) return;
  const todo = "remove the quotes around it (or the | before it) to send it as JSON";
  refuse(decoding, at, node, "this is JSON as a text, and goes out as a text", todo, "warning");
}

/** `0123`, `+49…`, `1e3`, `0x1F`, and more digits than a number holds: what is sent would not be what stands there. */
function warnOfNumber(node: YamlScalar, value: number, at: At, decoding: Decoding): void {
  const { text } = node;
  const isChanged = /^\+|^-?0\d|^0[xo]|e/i.test(text) || !Number.isFinite(value) || losesDigits(text, value);
  if (!isChanged) return;
  const read = Number.isFinite(value) ? `the number ${value}` : "something that JSON cannot say";
  const isShown = isOrdinary(text);
  const todo = `put it in quotes to send it as it stands${isShown ? `: "${text}"` : ""}`;
  refuse(decoding, at, node, `YAML reads ${isShown ? text : "this"} as ${read}`, todo, "warning");
}

function losesDigits(text: string, value: number): boolean {
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value);
}
