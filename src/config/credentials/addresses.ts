/** Credentials inside of addresses: passwords, and parameters that are keys. Pure. */

import { isCredentialName } from "../../basics/credential-names.ts";
import { percentDecoded } from "../../basics/percent.ts";
import { trimmed } from "../../basics/trimmed.ts";

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
  return [...new Set(found.flatMap((secret) => [secret, percentDecoded(secret)]))].filter((secret) => secret !== "");
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
    return isCredentialName(percentDecoded(name)) || RANDOM.test(value) ? [value] : [];
  });
}

/**
 * What programs and libraries take from the environment without being told: `PGPASSWORD`, and passwords of proxies, which a
 * runtime's error may name.
 */
export function secretsOfEnvironment(env: Readonly<Record<string, string | undefined>>): string[] {
  const names = Object.keys(env).filter((name) => /^(https?|all)_proxy$/i.test(name));
  const ofProxies = names.flatMap((name) => {
    const value = env[name] ?? "";
    return secretsInUrl(value.includes("://") ? value : `http://${value}`);
  });
  const password = trimmed(env.PGPASSWORD ?? "");
  return password === "" ? ofProxies : [...ofProxies, password];
}
