/**
 * What an answer of Salesforce means. Pure.
 * Statuses and codes: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 */
import { type HttpAnswer, type Reason, sentence } from "../../src/connector.ts";
import {
  asRecord,
  isSuccess,
  meaningOfStatus,
  parseJson,
  reasonFor,
  type Said,
  type StatusWords,
  type Stopped,
  troubleOf,
  unavailable as unavailableFor,
} from "../../src/connector-tools.ts";
import { said } from "./sentences.ts";
import { USED_UP_WAIT_MS } from "./usage.ts";

export interface Answered {
  readonly tag: "answered";
  /** Parsed JSON: a block or a list. */
  readonly body: object;
}

/** The session is over: the token is to be renewed. */
export interface Expired {
  readonly tag: "expired";
  readonly reason: Reason;
}

/** How soon a person's repair in Salesforce is noticed, in milliseconds. */
const REPAIR_WAIT_MS = 60_000;
/** Too many long requests at once: it is over when some of them end. Milliseconds. */
const BUSY_WAIT_MS = 10_000;

export function readAnswer(answer: HttpAnswer): Answered | Expired | Stopped {
  const { status, retryAfterMs } = answer;
  const body = parseJson(answer.text);
  if (isSuccess(status)) {
    if (typeof body === "object" && body !== null) return { tag: "answered", body };
    return unavailable({ ...reasonFor(answer), ...said("foreign", { status }) });
  }
  const error = errorIn(body);
  const reason = reasonOf(answer, error);
  // by whichever code: a token that is refused is never kept
  if (status === 401) return { tag: "expired", reason };
  if (error?.code === "REQUEST_LIMIT_EXCEEDED") return unavailable(reason, retryAfterMs ?? waitOf(error));
  const trouble = troubleOf(answer, reason);
  if (trouble !== undefined) return stopped(trouble);
  // what no Salesforce says (a proxy's page, a wrong address) blames no delivery
  if (error === undefined || PASSING.has(error.code)) return unavailable(reason, retryAfterMs);
  if (status === 404 || isAboutSettings(error)) return misconfigured(reason);
  if (status === 400) return stopped({ tag: "batchRejected", reason });
  return unavailable(reason, retryAfterMs);
}

/** A whole call's error, as a list of one: `[{"errorCode":…,"message":…}]`. */
export interface CallError {
  readonly code: string;
  readonly message: string;
}

function errorIn(body: unknown): CallError | undefined {
  const { errorCode, message } = asRecord(Array.isArray(body) ? body[0] : undefined);
  if (typeof errorCode !== "string") return undefined;
  return { code: errorCode, message: typeof message === "string" ? message : "" };
}

/** Over by itself. */
export const PASSING: ReadonlySet<string> = new Set([
  "UNABLE_TO_LOCK_ROW",
  "SERVER_UNAVAILABLE",
  "QUERY_TIMEOUT",
  "REQUEST_RUNNING_TOO_LONG",
  "OPERATION_TOO_LARGE",
  "UNKNOWN_EXCEPTION",
]);

/** Everybody would be refused alike: a person has to put it right, in the YAML or over there. */
const OF_SETTINGS: ReadonlySet<string> = new Set([
  "INVALID_FIELD",
  "INVALID_TYPE",
  "INVALID_FIELD_FOR_INSERT_UPDATE",
  "INVALID_QUERY_FILTER_OPERATOR",
]);

export function isAboutSettings({ code }: Pick<CallError, "code">): boolean {
  return OF_SETTINGS.has(code);
}

/** `TotalRequests Limit exceeded.` is of the day; `ConcurrentRequests (…) Limit exceeded.` of the moment. */
function waitOf({ message }: CallError): number {
  return /concurrent/i.test(message) ? BUSY_WAIT_MS : USED_UP_WAIT_MS;
}

function reasonOf(answer: HttpAnswer, error: CallError | undefined): Reason {
  const { status } = answer;
  const text = error === undefined || error.message === "" ? answer.text : error.message;
  return {
    ...reasonFor({ status, text }, meaningOf(status, error)),
    ...(error !== undefined && { category: error.code }),
  };
}

function meaningOf(status: number, error: CallError | undefined): Said {
  return BY_CODE[error?.code ?? ""] ?? meaningOfStatus(status, WORDS, error === undefined);
}

const BY_CODE: Readonly<Record<string, Said>> = {
  REQUEST_LIMIT_EXCEEDED: said("limit"),
  API_DISABLED_FOR_ORG: said("api_off"),
  API_CURRENTLY_DISABLED: said("api_off"),
  UNABLE_TO_LOCK_ROW: said("locked"),
  MALFORMED_QUERY: said("query"),
  INVALID_FIELD: said("no_such_field"),
};

const WORDS: StatusWords = {
  setting: "instance_url",
  trouble: said("trouble"),
  otherwise: said("undocumented"),
  byStatus: {
    400: said("refuses"),
    401: said("token"),
    403: said("rights"),
    404: said("not_there"),
    429: sentence("too_many_requests"),
  },
};

/** Trouble of the settings: everything waits, and the connector's clock stands still, until a person has put it right. */
export function misconfigured(reason: Reason): Stopped {
  return unavailable(reason, REPAIR_WAIT_MS);
}

export function unavailable(reason: Reason, retryAfterMs?: number): Stopped {
  return stopped(unavailableFor(reason, retryAfterMs));
}

export function stopped(result: Stopped["result"]): Stopped {
  return { tag: "stopped", result };
}

/** What was asked needs no delivery: whoever asked is blamed for nothing. */
export function blamingNoDelivery(trouble: Stopped): Stopped {
  return trouble.result.tag === "batchRejected" ? unavailable(trouble.result.reason) : trouble;
}
