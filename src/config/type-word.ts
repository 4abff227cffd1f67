/** From the word behind `type:` to the connector type that it means. */
import { dirname, relative, resolve } from "node:path";
import { Type } from "@sinclair/typebox";
import { isOddAscii } from "../basics/look-alikes.ts";
import { nearest } from "../basics/suggest.ts";
import type { ConnectorType } from "../connector.ts";
import { builtInTypes, loadBuiltIn } from "./connector-types/built-in.ts";
import { isOwnType, loadOwnType } from "./connector-types/own-type.ts";
import { type At, below, type Decoding, INVALID, refuse, refuseShape } from "./decoding/context.ts";
import { replaceVariables, shown } from "./decoding/text.ts";
import { digestOfFile } from "./files/digest.ts";
import { type ConfigReading, inDiscreetWords } from "./findings.ts";
import { Common } from "./schema.ts";
import { child, rangeAt, wordFor, type YamlNode } from "./yaml/tree.ts";

export const TypeWord = Type.String({
  description: "The kind of destination, or the file of a connector of your own: `./my-connector.ts`.",
  examples: ["./my-connector.ts"],
});

interface FoundType {
  readonly type: ConnectorType;
  /** True where the word has a slip in it, which is reported: this is the type that was probably meant. */
  readonly isGuess?: true;
  readonly outdated?: readonly string[];
}

/** The type that a connector names, loaded; undefined where it names none, which is reported. */
export async function typeOf(
  node: YamlNode,
  at: At,
  reading: ConfigReading,
  decoding: Decoding,
): Promise<FoundType | undefined> {
  const wordNode = child(node, "type");
  if (wordNode === undefined) {
    reportMissingType(node, at, builtInTypes(), decoding);
    return undefined;
  }
  const wordAt = below(at, "type", rangeAt(node, ["type"], "key"));
  const known = builtInTypes();
  if (wordNode.tag !== "scalar" || wordNode.value === null) {
    const what = wordNode.tag === "scalar" ? "the value is missing" : `${wordFor(wordNode)} is no type`;
    refuseShape(decoding, wordAt, wordNode, what, `possible: ${known.join(", ")}`);
    return undefined;
  }
  const word = replaceVariables(wordNode, wordAt, decoding);
  if (word === INVALID) return undefined;
  if (isOwnType(word.text)) return ownType(word.text, wordNode, wordAt, reading, decoding);
  if (known.includes(word.text)) return { type: await loadBuiltIn(word.text) };
  const near = word.variables.length === 0 ? nearest(word.text, known) : undefined;
  const possible = `possible: ${known.join(", ")}, or a file of your own: ./my-connector.ts`;
  const todo = near === undefined ? possible : `did you mean "${near}"? (${possible})`;
  const said = shown(word);
  const what = said.startsWith('"') ? `unknown connector type ${said}` : `${said} is no connector type`;
  refuse(decoding, wordAt, wordNode, what, todo);
  return near === undefined ? undefined : { type: await loadBuiltIn(near), isGuess: true };
}

function reportMissingType(node: YamlNode, at: At, known: readonly string[], decoding: Decoding): void {
  if (node.tag !== "map" && !(node.tag === "scalar" && node.value === null)) {
    const todo = "write its settings on lines of their own, indented below its name";
    refuseShape(decoding, at, node, `the settings of a connector are expected here, not ${wordFor(node)}`, todo);
    return;
  }
  const entries = node.tag === "map" ? node.entries : [];
  const near = nearest(
    "type",
    entries.map(({ key }) => key),
  );
  const todo =
    near === undefined
      ? `add \`type: ${known[0] ?? "webhook"}\` (possible: ${known.join(", ")})`
      : `is "${near}" meant to be "type"?`;
  // what is odd about a name is said at its place
  const odd = isOddAscii(near ?? "") ? entries.find(({ key }) => key === near) : undefined;
  const offset = odd?.keyRange[0] ?? at.keyRange[0];
  decoding.fault({ offset, path: [...at.path, "type"], what: '"type" is missing', todo });
}

/** @param file relative to the YAML */
function warnOfComputed(file: string, node: YamlNode, at: At, decoding: Decoding): void {
  const what = `${file} imports by a path that is computed: what it leads to is not watched`;
  refuse(decoding, at, node, what, "write the path as a text, or restart the bridge when that file changes", "warning");
}

async function ownType(
  word: string,
  node: YamlNode,
  at: At,
  reading: ConfigReading,
  decoding: Decoding,
): Promise<FoundType | undefined> {
  const { file, readFrom } = reading;
  const path = resolve(dirname(file), word);
  // before it is read: a change in between is then noticed, if once too often
  readFrom.set(path, await digestOfFile(path));
  const loaded = await loadOwnType(path);
  for (const [imported, digest] of loaded.files) if (imported !== path) readFrom.set(imported, digest);
  for (const computing of loaded.computing) warnOfComputed(relative(dirname(file), computing), node, at, decoding);
  if (!loaded.ok) {
    for (const { what, todo } of loaded.faults) {
      refuse(decoding, at, node, `${word}: ${inDiscreetWords(what, reading)}`, todo);
    }
    return undefined;
  }
  const names = Object.keys(loaded.type.settings.properties);
  const taken = names.filter((name) => name === "type" || name in Common.properties);
  for (const name of taken) {
    const what = `${word}: its setting "${name}" is one that every connector has`;
    refuse(decoding, at, node, what, "give it another name");
  }
  return taken.length === 0 ? loaded : undefined;
}
