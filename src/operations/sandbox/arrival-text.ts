/** What a stand-in got, on one line: whom it was about and what was set, never what looks like a credential. Pure. */
import { isCredentialName } from "../../basics/credential-names.ts";
import { time } from "../../basics/format.ts";
import { verbatim } from "../../basics/snake-case.ts";
import { shown } from "../../basics/text.ts";
import { shownUrl } from "../../connector.ts";
import { withoutCredentials } from "../../delivery/following/persons-part.ts";
import type { Arrival } from "./stand-ins.ts";

/** Characters of a value, and persons of one request. */
const LONGEST_VALUE = 60;
const MOST_PERSONS = 3;

/** `POST /v1/batch → 200`. Of a query the names alone. */
export function exchangeText({ request, status }: Arrival): string {
  const { method, path, query } = request;
  return `${shown(method, 10)} ${shown(shownUrl(query.size === 0 ? path : `${path}?${query}`), 120)} → ${status}`;
}

/** `jared: chat_subscription=unsubscribed, …`; empty when it was about nobody. */
export function toldText({ told }: Arrival): string {
  const some = told.slice(0, MOST_PERSONS).map(({ person, set }) => {
    const values = Object.entries(set).map(
      ([name, value]) => `${shown(name, LONGEST_VALUE)}=${valueText(name, value)}`,
    );
    return values.length === 0 ? shown(person, 64) : `${shown(person, 64)}: ${values.join(", ")}`;
  });
  const more = told.length - some.length;
  return more > 0 ? `${some.join("; ")}; and ${more} more` : some.join("; ");
}

function valueText(name: string, value: unknown): string {
  const part = shownValue(name, value);
  return shown(typeof part === "string" ? part : (JSON.stringify(part) ?? ""), LONGEST_VALUE);
}

export function arrivalJson({ type, at, request, status, told }: Arrival): Record<string, unknown> {
  const persons = told.map(({ person, set }) => ({
    person,
    set: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, shownValue(name, value)])),
  }));
  const { method, path, query } = request;
  const shownPath = shownUrl(query.size === 0 ? path : `${path}?${query}`);
  return { at: time(at), type, method, path: shownPath, status, persons: verbatim(persons) };
}

function shownValue(name: string, value: unknown): unknown {
  return isCredentialName(name) ? "(hidden)" : withoutCredentials(value);
}
