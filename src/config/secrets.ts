/** Where credentials hide, and the warning about those in clear text. */
import { type At, type Decoding, refuse } from "./decoding.ts";
import type { YamlNode } from "./tree.ts";

/** Names of settings, headers and variables whose values are credentials more often than not. */
export const CREDENTIAL_NAME = /auth|cookie|credential|api[-_]?key|(^|[-_])key$|passw|secret|token/i;

/** Passwords and credential-like query parameters of a URL, as written and as read; empty when it is none. */
export function secretsInUrl(text: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return [];
  const url = new URL(text);
  const query = [...url.searchParams].flatMap(([name, value]) => (CREDENTIAL_NAME.test(name) ? [value] : []));
  const found = [url.password, decoded(url.password), ...query];
  return [...new Set(found.filter((secret) => secret !== ""))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param mayBeFile whether the setting takes `{ file: path }` */
export function warnOfClearText(node: YamlNode, at: At, decoding: Decoding, mayBeFile: boolean): void {
  const words = at.path.filter((part) => typeof part === "string" && !/^(connectors|apps|headers)$/.test(part));
  const name = words.join("_").replace(/\W/g, "_").toUpperCase();
  const file = mayBeFile ? ", or into a file and write { file: path }" : "";
  const todo = `put it into the environment and write \${${name}}${file}`;
  refuse(decoding, at, node, "a secret stands here in clear text", todo, "warning");
}
