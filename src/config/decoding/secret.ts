/** Credentials: from the environment, from a file, or (with a warning) from the YAML itself; and what is odd about them. */
import type { TSchema } from "@sinclair/typebox";
import { straightened } from "../../basics/look-alikes.ts";
import { trimmed } from "../../basics/trimmed.ts";
import { secretsInUrl } from "../credentials/addresses.ts";
import { isPlaceholder, oddityOf, oddSignOf, variableMeant } from "../credentials/damage.ts";
import { isGuessable, SHORTEST } from "../credentials/guessable.ts";
import { isMadeUp } from "../credentials/made-up.ts";
import { pastedForm } from "../credentials/pasted.ts";
import { isKeyFile, keyLines, withoutLineEnds } from "../credentials/pem.ts";
import { standInOf } from "../credentials/stand-ins.ts";
import { child, type YamlNode } from "../yaml/tree.ts";
import { type At, below, type Decoding, INVALID, placeIn, refuse } from "./context.ts";
import { type Refuse, replaceVariables, scalarText, textFault } from "./text.ts";
import type { ReplacedText } from "./variables.ts";

export function decodeSecret(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): string | typeof INVALID {
  const found = node.tag === "scalar" ? fromScalar(schema, node, at, decoding) : fromFile(node, at, decoding);
  if (found === INVALID) return INVALID;
  if (found.text !== "") decoding.secret(found.text, at);
  if (schema.pem === true) for (const line of keyLines(found.text)) decoding.secret(line, at);
  const no: Refuse = (what, todo) => refuse(decoding, at, node, what, todo);
  const judged = schema.pem === true ? onOneLine(found) : found;
  if (judgeMachineMade(schema, judged, node, at, decoding) === INVALID) return INVALID;
  // the length of what is odd besides says nothing
  if (judgeSecret(judged, node, at, decoding) === INVALID || textFault(schema, found, no) === INVALID) return INVALID;
  warnOfComment(node, at, decoding);
  const standIn = schema.pem === true ? undefined : standInOf(found.text);
  if (standIn !== undefined)
    warn(`this ${standIn.what}, and is taken for the credential`, standIn.todo, node, at, decoding);
  else if (schema.mayBeWord !== true && found.text !== "" && isGuessable(found.text))
    warnOfGuessable(found.text, node, at, decoding);
  const isClear = node.tag === "scalar" && found.variables.length === 0 && !isMadeUp(found.text);
  if (isClear) warnOfClearText(node, at, decoding, { schema, mayBeFile: true });
  return found.text;
}

function fromScalar(schema: TSchema, node: YamlNode, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  decoding.conceal("", node);
  const text = scalarText(schema, node, at, decoding);
  return text === INVALID ? INVALID : { ...text, text: trimmed(text.text), isConcealed: true };
}

/** `{ NAME }` and `{file:path}`, which YAML takes for a name without a value. */
function blockTodo(node: YamlNode): string {
  const [entry, ...others] = node.tag === "map" ? node.entries : [];
  const isName = others.length === 0 && entry?.value.tag === "scalar" && entry.value.value === null;
  if (isName && /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(entry.key)) return "write ${NAME} for an environment variable";
  if (isName && /^file\s*:/.test(straightened(entry.key)))
    return "write { file: path }, with a : and a blank behind it";
  return "put a text in quotes";
}

/** Nothing in it is named by a fault but `file`: whatever else stands here may be the credential itself. */
function fromFile(node: YamlNode, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  const pathNode = child(node, "file");
  const isFile =
    node.tag === "map" && node.entries.length === 1 && pathNode?.tag === "scalar" && pathNode.value !== null;
  if (!isFile) {
    decoding.conceal("", node);
    return refuse(decoding, at, node, "a text or { file: path } is expected here", blockTodo(node));
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
  const todo = read.todo ?? pathTodo(path.text);
  return refuse(decoding, fileAt, pathNode, `the file cannot be read: ${read.why}`, todo);
}

function pathTodo(path: string): string {
  if (/^(?:~|\$[A-Za-z_])/.test(path))
    return "write the whole path: only a shell puts a folder in the place of its beginning";
  if (path.startsWith("file:")) return "write the path alone, without file://";
  return "check the path, which is relative to this file, and who may read it";
}

/** A key in PEM has line ends, which are no damage. */
function onOneLine(found: ReplacedText): ReplacedText {
  const pieces = found.pieces.map((piece) => ({ ...piece, text: withoutLineEnds(piece.text) }));
  return { ...found, text: withoutLineEnds(found.text), pieces };
}

/** What a console has made, and what was copied with it. */
function judgeMachineMade(
  { pem }: TSchema,
  value: ReplacedText,
  node: YamlNode,
  at: At,
  decoding: Decoding,
): typeof INVALID | undefined {
  const { text, variables } = value;
  // damage that has words of its own says more
  if (oddityOf(text) !== undefined) return undefined;
  const isPem = pem === true && isKeyFile(text);
  const oddity = (isPem ? undefined : pastedForm(text)) ?? oddSignOf(text);
  if (oddity === undefined) return undefined;
  const name = variables.length === 0 ? "" : ` of ${variables.join(" and ")}`;
  return refuse(decoding, at, node, `the value${name} ${oddity.what}`, oddity.todo);
}

/** Refuses a credential that was damaged on its way here; warns of one that looks like the name of one. */
export function judgeSecret(
  value: ReplacedText,
  node: YamlNode,
  at: At,
  decoding: Decoding,
): typeof INVALID | undefined {
  const { pieces, variables, text } = value;
  for (const { text: piece, variable } of pieces) {
    if (variable === undefined) continue;
    const oddity = oddityOf(piece);
    if (oddity !== undefined) return refuse(decoding, at, node, `the value of ${variable} ${oddity.what}`, oddity.todo);
    if (/\$\{/.test(piece))
      return refuse(decoding, at, node, `the value of ${variable} holds a variable itself`, LITERAL);
  }
  const oddity = oddityOf(text);
  if (oddity !== undefined) return refuse(decoding, at, node, `the value ${oddity.what}`, oddity.todo);
  if (variables.length === 0 && value.isFromFile && /\$\{/.test(text)) {
    return refuse(decoding, at, node, "the secret in the file holds a variable itself", LITERAL);
  }
  const placeholder = [text, ...text.split(/\s+/), ...secretsInUrl(text)].find(isPlaceholder);
  if (placeholder !== undefined) warnOfPlaceholder(placeholder, node, at, decoding);
  return undefined;
}

const LITERAL = "write the credential itself: nothing is replaced inside of values";

function warnOfPlaceholder(placeholder: string, node: YamlNode, at: At, decoding: Decoding): void {
  const name = variableMeant(placeholder) ?? "NAME";
  const todo = `write \${${name}}, with braces, for an environment variable; anything else is taken letter by letter`;
  refuse(
    decoding,
    at,
    node,
    "this looks like the name of a secret, and is taken for the secret itself",
    todo,
    "warning",
  );
}

function warnOfGuessable(text: string, node: YamlNode, at: At, decoding: Decoding): void {
  const kind = text.length < SHORTEST ? `has fewer than ${SHORTEST} characters` : "is one word or number";
  const what = `this credential ${kind}: it is soon guessed, and hidden only where others repeat it`;
  const todo = "take one that a machine has made, as `openssl rand -base64 24` does";
  warn(what, todo, node, at, decoding);
}

/** Told where nothing is worse. */
function warn(what: string, todo: string, node: YamlNode, at: At, decoding: Decoding): void {
  const place = { offset: placeIn(node, at), path: at.path };
  decoding.fault({ ...place, what, todo, severity: "warning", isSecondary: true });
}

/** What is known of a setting that holds a credential. */
interface ClearText {
  readonly schema?: TSchema;
  /** Whether it takes `{ file: path }`. */
  readonly mayBeFile: boolean;
}

export function warnOfClearText(node: YamlNode, at: At, decoding: Decoding, { schema, mayBeFile }: ClearText): void {
  const file = mayBeFile ? ", or into a file and write { file: path }" : "";
  const todo = `put it into the environment and write \${${variableFor(schema, at, decoding)}}${file}`;
  refuse(decoding, at, node, "a secret stands here in clear text", todo, "warning");
}

/** The one that `init` writes into .env.example, unless the file has it elsewhere; else one by the setting's path. */
function variableFor(schema: TSchema | undefined, at: At, decoding: Decoding): string {
  const examples: unknown = schema?.examples;
  const named = (Array.isArray(examples) ? examples : []).flatMap(
    (one) => /^\$\{(\w+)\}$/.exec(String(one))?.[1] ?? [],
  );
  const [usual] = named;
  if (usual !== undefined && decoding.isFree(usual, at)) return usual;
  const words = at.path.filter((part) => typeof part === "string" && !/^(connectors|apps|headers)$/.test(part));
  return words.join("_").replace(/\W/g, "_").toUpperCase();
}

/** `token: abcd #def`: YAML ends the value before the comment. */
export function warnOfComment(node: YamlNode, at: At, decoding: Decoding): void {
  if (node.tag !== "scalar" || !node.plain || !/^[ \t]+#\S/.test(decoding.behind(node.range[1]))) return;
  const what = "what stands behind the # is a comment, and no part of the secret";
  refuse(decoding, at, node, what, "put the whole secret in quotes if it belongs to it", "warning");
}
