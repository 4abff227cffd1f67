/** Where credentials hide, and the warnings about those that stand, or are meant, otherwise than they should. */

import { isPlaceholder, oddityOf } from "../credentials/damage.ts";
import type { YamlNode } from "../yaml/tree.ts";
import { type At, type Decoding, type INVALID, type ReplacedText, refuse } from "./context.ts";

/** Names of settings, headers, variables and parameters whose values are credentials more often than not. */
export const CREDENTIAL_NAME =
  /auth|cookie|credential|api[-_]?key|(^|[-_])key$|pass(w|phrase)|secret|token|^(code|sig|signature|sas|pwd|pass)$/i;

/** Names of settings that hold an address, which may hold a password or a key. */
const ADDRESS_NAME = /(^|[-_])(url|uri|dsn|endpoint|address|host|connection(_string)?)$/i;

/** True for a setting whose value no fault may quote. */
export function mayHoldSecret(at: At): boolean {
  const name = String(at.path.at(-1));
  // where we listen is no secret
  if (at.path[0] === "server") return false;
  return CREDENTIAL_NAME.test(name) || ADDRESS_NAME.test(name) || isCredentialHeader(at);
}

/** A header such as `authorization` holds a credential although it is no setting of its own. */
export function isCredentialHeader({ path }: At): boolean {
  return path.includes("headers") && CREDENTIAL_NAME.test(String(path.at(-1)));
}

/** True for an address that nothing in can be a secret: readable, without user, query and fragment. Also for a path of SQLite, and a bare host. */
export function isPlainAddress(text: string): boolean {
  if (/\s/.test(text)) return false;
  if (/^sqlite:[^@?]*$/.test(text) || /^[\w.:[\]-]+$/.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === "") && !text.includes("@");
}

/** The same, of an address that says itself that it is one. */
export function isPlainUrl(text: string): boolean {
  return /^(https?|sqlite):/.test(text) && isPlainAddress(text);
}

/** Long, and of letters and digits in a mix that no word has. */
const RANDOM = /^(?=.*\d)(?=.*[A-Za-z])[\w+/=.~%-]{20,}$/;

/** Passwords and credential-like parameters of an address, as written and as read; also of one that nothing can read. */
export function secretsInUrl(text: string): string[] {
  const [, rest] = /^[a-z][a-z0-9+.-]*:\/*(.+)$/is.exec(text.trim()) ?? [];
  if (rest === undefined) return [];
  const found = [passwordIn(rest), ...parametersIn(rest)];
  return [...new Set(found.flatMap((secret) => [secret, decoded(secret)]))].filter((secret) => secret !== "");
}

/** By hand: a password with `/`, `#` or `@` in it makes an address that parsers refuse, or read otherwise. */
function passwordIn(rest: string): string {
  const [, userinfo] = /^(.*)@/s.exec(rest) ?? [];
  if (userinfo === undefined) return "";
  const colon = userinfo.indexOf(":");
  return colon === -1 ? "" : userinfo.slice(colon + 1);
}

function parametersIn(rest: string): string[] {
  const query = rest.slice(rest.indexOf("?") + 1);
  if (query === rest) return [];
  return query.split(/[&;#]/).flatMap((part) => {
    const equals = part.indexOf("=");
    // `?key` alone: then the name is what is secret
    if (equals === -1) return RANDOM.test(part) ? [part] : [];
    const [name, value] = [part.slice(0, equals), part.slice(equals + 1)];
    return CREDENTIAL_NAME.test(decoded(name)) || RANDOM.test(value) ? [value] : [];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
  if ([text, ...text.split(/\s+/), ...secretsInUrl(text)].some(isPlaceholder)) warnOfPlaceholder(node, at, decoding);
  return undefined;
}

const LITERAL = "write the credential itself: nothing is replaced inside of values";

function warnOfPlaceholder(node: YamlNode, at: At, decoding: Decoding): void {
  const todo = "write ${NAME}, with braces, for an environment variable; anything else is taken letter by letter";
  refuse(
    decoding,
    at,
    node,
    "this looks like the name of a secret, and is taken for the secret itself",
    todo,
    "warning",
  );
}

/** @param mayBeFile whether the setting takes `{ file: path }` */
export function warnOfClearText(node: YamlNode, at: At, decoding: Decoding, mayBeFile: boolean): void {
  const words = at.path.filter((part) => typeof part === "string" && !/^(connectors|apps|headers)$/.test(part));
  const name = words.join("_").replace(/\W/g, "_").toUpperCase();
  const file = mayBeFile ? ", or into a file and write { file: path }" : "";
  const todo = `put it into the environment and write \${${name}}${file}`;
  refuse(decoding, at, node, "a secret stands here in clear text", todo, "warning");
}

/** `token: abcd #def`: YAML ends the value before the comment. */
export function warnOfComment(node: YamlNode, at: At, decoding: Decoding): void {
  if (node.tag !== "scalar" || !node.plain || !/^[ \t]+#\S/.test(decoding.behind(node.range[1]))) return;
  const what = "what stands behind the # is a comment, and no part of the secret";
  refuse(decoding, at, node, what, "put the whole secret in quotes if it belongs to it", "warning");
}
