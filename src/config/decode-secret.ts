/** Credentials: from the environment, from a file, or (with a warning) from the YAML itself. */
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { type Refuse, scalarText, textFault } from "./decode-scalar.ts";
import { type At, below, type Decode, type Decoding, INVALID, type ReplacedText, refuse } from "./decoding.ts";
import { SecretFile } from "./schema.ts";
import { warnOfClearText } from "./secrets.ts";
import { child, type YamlNode } from "./tree.ts";

export function decodeSecret(
  schema: TSchema,
  node: YamlNode,
  at: At,
  decoding: Decoding,
  decode: Decode,
): string | typeof INVALID {
  const found = node.tag === "map" ? fromFile(node, at, decoding, decode) : scalarText(schema, node, at, decoding);
  if (found === INVALID) return INVALID;
  if (found.text !== "") decoding.secret(found.text);
  const no: Refuse = (what, todo) => refuse(decoding, at, node, what, todo);
  if (textFault(schema, found, no) === INVALID) return INVALID;
  const isClear = node.tag === "scalar" && found.variables.length === 0;
  if (isClear) warnOfClearText(node, at, decoding, true);
  return found.text;
}

function fromFile(node: YamlNode, at: At, decoding: Decoding, decode: Decode): ReplacedText | typeof INVALID {
  const value = decode(SecretFile, node, at, decoding);
  if (!Value.Check(SecretFile, value)) return INVALID;
  const read = decoding.secretFile(value.file);
  // a line break at the end is the editor's, not the secret's
  if (read.ok) return { text: read.text.replace(/\r?\n$/, ""), pieces: [], variables: [], isLiteral: false };
  const pathNode = child(node, "file") ?? node;
  const todo = "check the path, which is relative to this file, and who may read it";
  return refuse(decoding, below(at, "file", at.keyRange), pathNode, `the file cannot be read: ${read.why}`, todo);
}
