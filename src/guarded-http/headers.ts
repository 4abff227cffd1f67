/** Further headers that settings name: what is wrong with them, and what templates make of them. Pure. */
import type { SettingFault } from "../connector.ts";

/** Those that belong to the connection (RFC 9110 7.6.1), or to the message's framing. */
const RESERVED = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|expect)$/i;

/** @param own further ones that the bridge sets */
export function headerNameFaults(name: string, path: SettingFault["path"], own?: RegExp): SettingFault[] {
  const faults: SettingFault[] = [];
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    faults.push({ path, what: `"${name}" is not a header name`, todo: "use letters, digits, -" });
  }
  if (RESERVED.test(name) || own?.test(name)) {
    faults.push({ path, what: `the header "${name}" is set by the bridge`, todo: "remove it" });
  }
  return faults;
}

/** @param more what else is wrong with one, by its name and its value */
export function headerFaults(
  headers: Readonly<Record<string, string>>,
  more: (name: string, value: string) => readonly Omit<SettingFault, "path">[],
  own?: RegExp,
): SettingFault[] {
  const seen = new Set<string>();
  return Object.entries(headers).flatMap(([name, value]): SettingFault[] => {
    const path = ["headers", name];
    const faults: SettingFault[] = [];
    const add = (what: string, todo: string) => faults.push({ path, what, todo });
    if (seen.has(name.toLowerCase())) {
      add(`the header "${name}" is there twice`, "keep one; upper and lower case do not differ");
    }
    seen.add(name.toLowerCase());
    faults.push(...headerNameFaults(name, path, own));
    if (/[\r\n\0]/.test(value)) add("the value contains a line break", "write it on one line");
    else if (!ASCII.test(value)) add("headers carry ASCII alone", "put it into the body, or write it in ASCII");
    return [...faults, ...more(name, value).map((fault) => ({ path, ...fault }))];
  });
}

/** RFC 9110 5.5: visible ASCII, spaces and tabs; anything else is read differently by everybody. */
const ASCII = /^[\t\x20-\x7e]*$/;

/** What a template has made of a delivery, as text. */
export function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value ?? "");
}

export type RenderedHeaders =
  | { readonly headers: Readonly<Record<string, string>> }
  /** The name of one whose value no header can carry. */
  | { readonly unfit: string };

/** @param rendered as a template has made them */
export function renderedHeaders(rendered: unknown): RenderedHeaders {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(rendered as Record<string, unknown>)) {
    const text = textOf(value);
    if (!ASCII.test(text)) return { unfit: name };
    headers[name.toLowerCase()] = text.trim();
  }
  return { headers };
}
