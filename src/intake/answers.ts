/** Answers in the form that Chat expects: status 200 with `ActionStatus: "OK"`; anything else is a failed callback. */

/** HTTP statuses that intake answers with. */
export type Status = 200 | 400 | 403 | 404 | 405 | 408 | 413 | 500 | 503;

const OK = JSON.stringify({ ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0 });
const JSON_TYPE = { "content-type": "application/json" };
const CLOSING_TYPE = { ...JSON_TYPE, connection: "close" };
// parsed once: nearly every answer is this one
const KEEPING = { headers: new Headers(JSON_TYPE) };
const CLOSING = { headers: new Headers(CLOSING_TYPE) };

/** Makes answers; `closing()` is asked for each, and ends its connection with it. */
export interface Answers {
  ok(): Response;
  /** `close` ends the connection in any case: what is left of the request will not be read. */
  fail(status: Status, errorInfo: string, options?: { close?: boolean; headers?: Record<string, string> }): Response;
  json(status: Status, value: unknown): Response;
}

export function answers(closing: () => boolean): Answers {
  const json = (status: Status, value: unknown, close = false, headers: Record<string, string> = {}) => {
    const base = close || closing() ? CLOSING_TYPE : JSON_TYPE;
    return new Response(JSON.stringify(value), { status, headers: { ...base, ...headers } });
  };
  return {
    ok: () => new Response(OK, closing() ? CLOSING : KEEPING),
    fail: (status, ErrorInfo, { close, headers } = {}) =>
      json(status, { ActionStatus: "FAIL", ErrorInfo, ErrorCode: 1 }, close, headers),
    json: (status, value) => json(status, value),
  };
}
