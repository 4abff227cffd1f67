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
