/** What a schema leaves open: trees whose texts are templates, and types of one's own that only TypeBox can judge. */
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { exampleOf } from "../settings/words.ts";
import type { YamlNode, YamlScalar } from "../yaml/tree.ts";
import { type At, below, type Decoding, INVALID, refuse } from "./context.ts";
import { checkedTemplate } from "./template.ts";
import { replaceVariables } from "./text.ts";

export function decodeTree(node: YamlNode, at: At, decoding: Decoding): unknown {
  return plainValue(node, at, (leaf, leafAt) => {
    const text = replaceVariables(leaf, leafAt, decoding);
    return text === INVALID ? INVALID : checkedTemplate(text, leaf, leafAt, decoding);
  });
}

export function decodeOther(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): unknown {
  const value = plainValue(node, at, (leaf, leafAt) => {
    const text = replaceVariables(leaf, leafAt, decoding);
    return text === INVALID ? INVALID : text.text;
  });
  if (value === INVALID) return INVALID;
  const complaint = complaintOf(schema, value);
  if (complaint === undefined) return value;
  return refuse(decoding, at, node, `the value does not fit (${complaint})`, `write for example${exampleOf(schema)}`);
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

/**
 * A part of the YAML as a plain value.
 * @param onText what becomes of a text; one that it finds INVALID makes the whole INVALID
 */
function plainValue(node: YamlNode, at: At, onText: (leaf: YamlScalar, at: At) => unknown): unknown {
  if (node.tag === "list") {
    const items = node.items.map((item, index) => plainValue(item, below(at, index, item.range), onText));
    return items.includes(INVALID) ? INVALID : items;
  }
  if (node.tag === "map") {
    const entries = node.entries.map(({ key, keyRange, value }): [string, unknown] => [
      key,
      plainValue(value, below(at, key, keyRange), onText),
    ]);
    return entries.some(([, value]) => value === INVALID) ? INVALID : Object.fromEntries(entries);
  }
  return typeof node.value === "string" ? onText(node, at) : node.value;
}
