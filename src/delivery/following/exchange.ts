/** An exchange as whoever follows one person sees it: bounded, without secrets, and without the others of its batch. Pure. */
import { isCredentialHeaderName, isCredentialName } from "../../basics/credential-names.ts";
import { errorWords, type FollowedAnswer, type FollowedRequest, shownUrl, withShownUrls } from "../../connector.ts";
import { type Batchmates, isAlone, personsPart, withoutOthers } from "./persons-part.ts";

export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ShownAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Redact = (text: string) => string;

/** Characters of a body that are shown, and of a header. */
const LONGEST_BODY = 4_000;
const LONGEST_HEADER = 200;
/** Characters of a body that is read for it: a longer one would take time from delivery. */
const LONGEST_READ = 512 * 1024;

/** Those that say nothing about the person, and those of the connection. */
const DULL = /^(user-agent|accept|accept-encoding|content-length|host|connection)$/;
/** Of an answer's many. */
const TELLING = /^(content-type|retry-after|location|www-authenticate|allow)$|request-id|correlation|trace|rate-?limit/;

export function shownRequest(request: FollowedRequest, mates: Batchmates, redact: Redact): ShownRequest {
  const { method, url, headers, body } = request;
  return {
    method: redact(method),
    url: redact(shownUrl(url)),
    headers: shownHeaders(headers, (name) => !DULL.test(name), redact),
    body: shownBody(body, mates, redact, "request"),
  };
}

export function shownAnswer({ status, headers, text }: FollowedAnswer, mates: Batchmates, redact: Redact): ShownAnswer {
  return {
    status,
    headers: shownHeaders(headers, (name) => TELLING.test(name), redact),
    body: shownBody(text, mates, redact, "answer"),
  };
}

/** Why there is no answer. */
export function shownError(error: unknown, redact: Redact): string {
  return cut(redact(withShownUrls(errorWords(error))), LONGEST_HEADER);
}

function shownHeaders(
  headers: FollowedRequest["headers"],
  isTold: (name: string) => boolean,
  redact: Redact,
): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const told = entries.map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => isTold(name));
  return Object.fromEntries(told.map(([name, value]) => [redact(name), headerText(name, value, redact)]));
}

function headerText(name: string, value: string, redact: Redact): string {
  if (isCredentialHeaderName(name) && name !== "www-authenticate") return "(hidden)";
  const text = name === "location" ? shownUrl(value) : withShownUrls(value);
  return cut(redact(text), LONGEST_HEADER);
}

/** Secrets are removed before it is cut: half of one would not be known again. */
function shownBody(body: string, mates: Batchmates, redact: Redact, of: "request" | "answer"): string {
  if (body === "") return "";
  if (body.length > LONGEST_READ) return `(${body.length} characters, too many to be shown)`;
  const parsed = parsedOrNot(body);
  if (parsed !== undefined) {
    return cut(redact(JSON.stringify(personsPart(parsed.value, mates), null, 2)), LONGEST_BODY);
  }
  if (of === "request" && !isAlone(mates)) return "(no JSON, about several people: not shown)";
  return cut(redact(withoutOthers(withShownUrls(shownForm(body)), mates)), LONGEST_BODY);
}

const FORM = /^[\w.%+-]+=[^&\s]*(?:&[\w.%+-]+=[^&\s]*)*$/;

/** A form without its credentials, such as a request for a token has them: what was made of a secret is none that one would know. */
function shownForm(body: string): string {
  if (!FORM.test(body)) return body;
  return body.replace(/([\w.%+-]+)=[^&]*/g, (pair, name: string) =>
    isCredentialName(name) ? `${name}=(hidden)` : pair,
  );
}

function parsedOrNot(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()}… (${text.length - longest} more characters)`;
}
