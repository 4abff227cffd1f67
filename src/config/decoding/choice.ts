/** Settings that may be one of several things: words to choose from, a value or a list of values. */
import type { TSchema } from "@sinclair/typebox";
import { nearest, oneOf } from "../../basics/suggest.ts";
import type { FaultAt } from "../faults/fault.ts";
import { settingOf } from "../settings/setting.ts";
import { wordOf } from "../settings/words.ts";
import { wordFor, type YamlNode } from "../yaml/tree.ts";
import { type At, type Decode, type Decoding, INVALID, refuse, replaceVariables, shown } from "./context.ts";
import { mayHoldSecret } from "./secrets.ts";

export function decodeChoice(
  branches: readonly TSchema[],
  node: YamlNode,
  at: At,
  decoding: Decoding,
  decode: Decode,
): unknown {
  const literals = branches.flatMap((branch) => {
    const setting = settingOf(branch);
    return setting.tag === "literal" ? [setting.value] : [];
  });
  const replaced = node.tag === "scalar" && literals.length > 0 ? replaceVariables(node, at, decoding) : undefined;
  const isQuotable = typeof replaced !== "object" || !mayHoldSecret(at);
  const word = isQuotable ? replaced : { ...replaced, isConcealed: true };
  if (word === INVALID) return INVALID;
  const chosen = word === undefined ? undefined : literals.find((literal) => String(literal) === word.text);
  if (chosen !== undefined) return chosen;
  const fitting = branches.filter((branch) => hasShape(branch, node));
  const others = literals.length === 0 ? "" : `, or ${oneOf(literals.map(String))}`;
  if (fitting.length > 0) return decodeFirst(fitting, node, at, mentioning(others, decoding), decode);
  if (word === undefined) {
    const todo = `write ${branches.map(wordOf).join(" or ")}`;
    return refuse(decoding, at, node, `${wordFor(node)} is not possible here`, todo);
  }
  const near = nearest(word.text, literals.map(String));
  const possible = `possible: ${literals.join(", ")}`;
  const what =
    node.tag === "scalar" && node.value === null ? "the value is missing" : `${shown(word)} is not possible here`;
  return refuse(decoding, at, node, what, near === undefined ? possible : `did you mean "${near}"? (${possible})`);
}

/** The first branch without faults; otherwise the first one's faults. */
function decodeFirst(
  branches: readonly TSchema[],
  node: YamlNode,
  at: At,
  decoding: Decoding,
  decode: Decode,
): unknown {
  let first: readonly FaultAt[] | undefined;
  for (const branch of branches) {
    const faults: FaultAt[] = [];
    const value = decode(branch, node, at, { ...decoding, fault: (fault) => faults.push(fault) });
    if (value !== INVALID) {
      for (const warning of faults) decoding.fault(warning);
      return value;
    }
    first ??= faults;
  }
  for (const fault of first ?? []) decoding.fault(fault);
  return INVALID;
}

function mentioning(others: string, decoding: Decoding): Decoding {
  return others === ""
    ? decoding
    : { ...decoding, fault: (fault) => decoding.fault({ ...fault, todo: fault.todo + others }) };
}

function hasShape(schema: TSchema, node: YamlNode): boolean {
  const { tag } = settingOf(schema);
  if (tag === "literal") return false;
  if (tag === "tree" || tag === "other" || tag === "choice") return true;
  if (node.tag === "list") return tag === "list";
  if (node.tag === "map") return tag === "block" || tag === "record" || tag === "secret";
  return tag !== "list" && tag !== "block" && tag !== "record";
}
