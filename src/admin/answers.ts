/** Answers of the admin listener, with what every one of them tells a browser. */
import { STATUS_CODES } from "node:http";
import type { RefusalAnswer } from "./route.ts";

/** Nothing of somebody else's, nothing inline, in nobody's frame. @param images where else they may come from */
export function policyWith(...images: readonly string[]): string {
  return [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", `img-src ${["'self'", ...images].join(" ")}`],
    ...["connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
  ].join("; ");
}

/** Kept nowhere, beside that. A route may say otherwise for itself. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": policyWith(),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // persons stand in addresses
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** The same answer, with the headers that it does not have yet. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS))
    if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}

type Headers = Readonly<Record<string, string>>;

export function json(status: number, value: unknown, headers: Headers = {}): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

export const PROBLEM_TYPE = "application/problem+json";

/** RFC 9457. @param told what is said beside status and title; `type` is `about:blank` unless it is there */
export function problemAnswer(
  status: number,
  told: { readonly type?: string; readonly detail: string; readonly errors?: readonly unknown[] },
  headers: Headers = {},
): Response {
  const { type = "about:blank", ...rest } = told;
  const document = { type, title: STATUS_CODES[status] ?? "Error", status, ...rest };
  return new Response(`${JSON.stringify(document)}\n`, {
    status,
    headers: { "content-type": PROBLEM_TYPE, ...headers },
  });
}

const refusals = new WeakMap<Response, { readonly words: string; readonly headers: Headers }>();

/** @param words for whoever sent it */
export function refused(status: number, words: string, headers: Headers = {}): Response {
  const response = json(status, { error: words }, headers);
  refusals.set(response, { words, headers });
  return response;
}

/** The same answer as the route says it, where it is one of `refused`. */
export function refusedAs(refusal: RefusalAnswer | undefined, response: Response): Response {
  const said = refusal === undefined ? undefined : refusals.get(response);
  return refusal === undefined || said === undefined ? response : refusal(response.status, said.words, said.headers);
}

/** @param to a path, as `link` makes it: our own host is known to browsers alone */
export function seeOther(to: string, headers: Headers = {}): Response {
  return new Response(null, { status: 303, headers: { location: to, ...headers } });
}

/** A page without style; `body` is HTML. */
export function page(status: number, title: string, body: string): Response {
  const text = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${htmlEscaped(title)}</title>\n${body}\n</html>\n`;
  return new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Foreign text as HTML shows it. */
export function htmlEscaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
