/** How what was sent differs from what was expected, in lines for people. */

import { matchesWildcard } from "../../basics/wildcard.ts";
import { type PreviewRequest, shownUrl } from "../../connector.ts";
import type { ExpectedRequest } from "./config-tests.ts";

/** Empty when the request is as expected; what the expectation leaves out may be anything. */
export function requestDifferences(expected: ExpectedRequest, sent: PreviewRequest): string[] {
  const { method, url, headers = {}, body } = expected;
  const lowered = new Map(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return [
    ...(method === undefined ? [] : differences(method.toUpperCase(), sent.method.toUpperCase(), "method")),
    ...(url === undefined || matchesWildcard(url, sent.url)
      ? []
      : [
          `${line("url", shownUrl(url), shownUrl(sent.url))}${url.includes("?") ? "; values of parameters are not shown" : ""}`,
        ]),
    ...Object.entries(headers).flatMap(([name, value]) =>
      differences(value, lowered.get(name.toLowerCase()), `headers.${name}`),
    ),
    ...(body === undefined ? [] : differences(body, sent.body, "body")),
  ];
}

/** How far a request is from what was expected. */
export interface Distance {
  /** Values that are expected and not so. */
  readonly missed: number;
  /** Of those, the ones in whose place there is nothing at all. */
  readonly absent: number;
}

export function distance({ method, url, headers = {}, body }: ExpectedRequest, sent: PreviewRequest): Distance {
  const lowered = new Map(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return sum([
    ...(method === undefined ? [] : [far(method.toUpperCase(), sent.method.toUpperCase())]),
    ...(url === undefined || matchesWildcard(url, sent.url) ? [] : [{ missed: 1, absent: 0 }]),
    ...Object.entries(headers).map(([name, value]) => far(value, lowered.get(name.toLowerCase()))),
    ...(body === undefined ? [] : [far(body, sent.body)]),
  ]);
}

/** A whole tree that is not there is as far as each of its values. */
function far(expected: unknown, actual: unknown): Distance {
  const parts = Array.isArray(expected) ? expected : isMap(expected) ? Object.values(expected) : undefined;
  if (parts === undefined || parts.length === 0) {
    if (differences(expected, actual, "").length === 0) return { missed: 0, absent: 0 };
    return { missed: 1, absent: actual === undefined ? 1 : 0 };
  }
  const names = Object.keys(expected as object);
  const inside = typeof actual === "object" && actual !== null ? (actual as Readonly<Record<string, unknown>>) : {};
  return sum(names.map((name, index) => far(parts[index], inside[name])));
}

function sum(distances: readonly Distance[]): Distance {
  const add = (name: keyof Distance) => distances.reduce((all, each) => all + each[name], 0);
  return { missed: add("missed"), absent: add("absent") };
}

/** Maps: every expected name, others may be there too. Lists: the same length, entry by entry. */
export function differences(expected: unknown, actual: unknown, path: string): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [line(path, expected, actual)];
    const length =
      expected.length === actual.length ? [] : [`${path}: expected ${expected.length} entries, found ${actual.length}`];
    return [...length, ...expected.flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`))];
  }
  if (isMap(expected)) {
    if (!isMap(actual)) return [line(path, expected, actual)];
    return Object.entries(expected).flatMap(([name, value]) => differences(value, actual[name], `${path}.${name}`));
  }
  return Object.is(expected, actual) ? [] : [line(path, expected, actual)];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function line(path: string, expected: unknown, actual: unknown): string {
  const found = actual === undefined ? "nothing" : JSON.stringify(actual);
  return `${path}: expected ${JSON.stringify(expected)}, found ${found}`;
}
