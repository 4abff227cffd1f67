/** Credentials: from the environment, from a file, or (with a warning) from the YAML itself. */
import type { TSchema } from "@sinclair/typebox";
import { trimmed } from "../credentials/damage.ts";
import { child, type YamlNode } from "../yaml/tree.ts";
import { type At, below, type Decoding, INVALID, type ReplacedText, refuse, replaceVariables } from "./context.ts";
import { type Refuse, scalarText, textFault } from "./scalar.ts";
import { judgeSecret, warnOfClearText, warnOfComment } from "./secrets.ts";

export function decodeSecret(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): string | typeof INVALID {
  const found = node.tag === "scalar" ? fromScalar(schema, node, at, decoding) : fromFile(node, at, decoding);
  if (found === INVALID) return INVALID;
  if (found.text !== "") decoding.secret(found.text, at);
  const no: Refuse = (what, todo) => refuse(decoding, at, node, what, todo);
  // the length of what is odd besides says nothing
  if (judgeSecret(found, node, at, decoding) === INVALID || textFault(schema, found, no) === INVALID) return INVALID;
  warnOfComment(node, at, decoding);
  const isClear = node.tag === "scalar" && found.variables.length === 0;
  if (isClear) warnOfClearText(node, at, decoding, true);
  return found.text;
}

function fromScalar(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  decoding.conceal("", node);
  const text = scalarText(schema, node, at, decoding);
  return text === INVALID ? INVALID : { ...text, text: trimmed(text.text), isConcealed: true };
}

/** Nothing in it is named by a fault but `file`: whatever else stands here may be the credential itself. */
function fromFile(node: YamlNode, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  const pathNode = child(node, "file");
  const isFile =
    node.tag === "map" && node.entries.length === 1 && pathNode?.tag === "scalar" && pathNode.value !== null;
  if (!isFile) {
    decoding.conceal("", node);
    return refuse(decoding, at, node, "a text or { file: path } is expected here", "put a text in quotes");
  }
  const fileAt = below(at, "file", at.keyRange);
  const path = replaceVariables(pathNode, fileAt, decoding);
  if (path === INVALID) return INVALID;
  if (path.text === "") return refuse(decoding, fileAt, pathNode, "the text is empty", "name the file of the secret");
  const read = decoding.secretFile(path.text);
  if (read.ok)
    return {
      text: trimmed(read.text),
      pieces: [],
      variables: [],
      isLiteral: false,
      isFromFile: true,
      isConcealed: true,
    };
  const todo = read.todo ?? "check the path, which is relative to this file, and who may read it";
  return refuse(decoding, fileAt, pathNode, `the file cannot be read: ${read.why}`, todo);
}
