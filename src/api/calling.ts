/** From an endpoint to a route of the admin listener: what is asked is checked, done, and answered, or refused as a problem. */
import type { AdminRequest, Route } from "../admin/route.ts";
import { within } from "../basics/waiting.ts";
import { redactor } from "../config/credentials/redact.ts";
import { errorLine } from "../operations/error-line.ts";
import { isFaultOfOurs } from "../operations/fault-of-ours.ts";
import { Refused } from "../operations/refused.ts";
import { NoPlace, NotReady } from "../storage/contract/questions.ts";
import type { ApiOptions, Endpoint } from "./endpoint.ts";
import { noPlace, ProblemError, problem } from "./problem.ts";
import { readJson, readQuery } from "./reading.ts";
import { encode } from "./wire/codec.ts";

/** Below the base path. */
export const API_PATH = "/api/v1";

/** Milliseconds, before the listener itself gives up. */
const LONGEST_MS = 14_000;

export function endpointRoute(declared: Endpoint, options: ApiOptions): Route {
  const { method, path, least } = declared;
  return {
    ...{ method, path: API_PATH + path.replaceAll(/\{(\w+)\}/g, ":$1"), least },
    refusal: problem,
    answer: (asked) => answered(declared, asked, options),
  };
}

async function answered(declared: Endpoint, asked: AdminRequest, options: ApiOptions): Promise<Response> {
  try {
    const found = await within(LONGEST_MS, "the store", call(declared, asked, options));
    return json(declared.status ?? 200, encode(declared.answer, found), options);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.status === 503) options.onUnanswered(API_PATH + declared.path, error);
    return refusal;
  }
}

async function call(declared: Endpoint, asked: AdminRequest, options: ApiOptions): Promise<unknown> {
  const { identity, params, url, body, headers } = asked;
  if (identity === undefined) throw new Error("a call of nobody");
  return declared.act({
    ...{ identity, params, now: options.clock(), version: options.version, runs: options.runs },
    query: readQuery(declared.query, url.searchParams),
    body: readJson(declared.body, body, headers.get("content-type")),
    operations: options.operations(identity),
    config: options.config(),
  });
}

/** Without the secrets of the configuration: a destination may repeat them. */
function json(status: number, value: unknown, { config }: Pick<ApiOptions, "config">): Response {
  const hide = redactor(config().secrets);
  return new Response(hide(`${JSON.stringify(value)}\n`), { status, headers: { "content-type": "application/json" } });
}

/** Throws what is a fault of ours. */
function refusalOf(error: unknown): Response {
  if (error instanceof NoPlace) return refusalOf(noPlace());
  if (error instanceof ProblemError) return problem(error.status, error.message, error.headers, error.errors);
  if (error instanceof Refused && error.why === "unknown") return problem(404, error.message);
  if (isFaultOfOurs(error)) throw error;
  const detail = error instanceof Refused || error instanceof NotReady ? error.message : errorLine(error);
  return problem(503, `the store cannot be asked just now: ${detail}`, { "retry-after": "5" });
}
