/**
 * What an answer of HubSpot means. Pure, but for `ask`.
 * Statuses: https://developers.hubspot.com/docs/api-reference/error-handling
 */
import { type HttpAnswer, type Reason, unavailableBy } from "../../src/connector.ts";
import {
  asRecord,
  isRecord,
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
import type { Api, ApiRequest } from "./api.ts";
import { textIn, textsIn } from "./json.ts";
import { detailsIn, refusedWords } from "./rules.ts";
import { said } from "./sentences.ts";

/** A contact in an answer. */
export interface Item {
  readonly id: string;
  /** As they came: nobody promised that they are texts. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The `objectWriteTraceId` of the input that it came from, where HubSpot gives it back. */
  readonly traceId: string | undefined;
}

/** Each contact once, however often it is listed. */
export function byId(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}

/** An error about some inputs of a batch. */
export interface ItemError {
  readonly category: string;
  readonly message: string;
  /** Which properties HubSpot refuses, and by which rule; undefined where it names none. */
  readonly refused: string | undefined;
  /** All would be refused alike. */
  readonly isAboutSettings: boolean;
  /** The inputs that it is about: ids, or the values that they were looked up by. */
  readonly ids: readonly string[];
  readonly traceIds: readonly string[];
}

/** These inputs, not now. */
export interface Postponed {
  readonly tag: "postponed";
  readonly reason: Reason;
  readonly retryAfterMs?: number;
}

export interface Listed {
  readonly tag: "listed";
  readonly results: readonly Item[];
  readonly errors: readonly ItemError[];
  /** Search only: how many there are in all. */
  readonly total: number | undefined;
  /** Search only: where the next page begins. */
  readonly after: string | undefined;
}

export interface Answered {
  readonly tag: "answered";
  readonly body: Readonly<Record<string, unknown>>;
}

/** HubSpot's own wait for a daily limit would be midnight in the account's time zone, which we do not know. */
const HOUR = 3_600_000;
/** How long to wait when the limit says only its name. Milliseconds. */
const POLICY_WAITS: Readonly<Record<string, number>> = {
  SECONDLY: 1_000,
  TEN_SECONDLY_ROLLING: 10_000,
  DAILY: HOUR,
};
/** "Wait at least two seconds" for 423, in milliseconds. */
const LOCKED_WAIT = 2_000;
/** How soon a person's repair in HubSpot is noticed, in milliseconds. */
const REPAIR_WAIT = 60_000;

/** Sends a request whose answer is a list. */
export async function askList(api: Api, request: ApiRequest, signal: AbortSignal) {
  const answer = await ask(api, request, signal);
  return answer.tag === "answered" ? readList(answer) : answer;
}

/** Sends a request, and reads its answer. */
export async function ask(api: Api, request: ApiRequest, signal: AbortSignal): Promise<Answered | Postponed | Stopped> {
  try {
    return readAnswer(await api.send(request, signal));
  } catch (error) {
    return { tag: "stopped", result: unavailableBy(error) };
  }
}

export function readAnswer(answer: HttpAnswer): Answered | Postponed | Stopped {
  const { status } = answer;
  const body = parseJson(answer.text);
  if (isSuccess(status)) {
    if (isRecord(body)) return { tag: "answered", body };
    return unavailable({ ...reasonFor(answer), ...said("foreign", { status }) });
  }
  const reason = reasonOf(answer, body);
  const retryAfterMs = answer.retryAfterMs ?? waitFor(status, reason);
  if (status === 423) return { tag: "postponed", reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  const trouble = troubleOf({ status, retryAfterMs }, reason);
  if (trouble !== undefined) return { tag: "stopped", result: trouble };
  // what no HubSpot says (a proxy's page, a wrong base_url) blames no delivery
  if (!isRecord(body)) return unavailable(reason, retryAfterMs);
  if (status === 400)
    return isAboutSettings(answer.text, textIn(body, "message")) ? misconfigured(reason) : refused(reason);
  // of one contact in a batch with another write, or with another contact
  if (status === 409) return refused(reason);
  if (status === 404 && reason.category === "OBJECT_NOT_FOUND") return { tag: "postponed", reason };
  return unavailable(reason, retryAfterMs);
}

/** Where HubSpot names no time itself. */
function waitFor(status: number, { category = "" }: Reason): number | undefined {
  if (status === 429) return POLICY_WAITS[category];
  return status === 423 ? LOCKED_WAIT : undefined;
}

/**
 * True for a refusal that is about the settings: all deliveries would be refused alike. HubSpot's words quote the refused value
 * as well, which may be a user's id: what counts is a code of HubSpot's own (a value's quotation marks are escaped), or the
 * beginning of a message.
 * @param texts messages, or whole answers
 */
export function isAboutSettings(...texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text !== undefined && (SETTINGS_CODE.test(text) || NON_UNIQUE.test(text)));
}

const SETTINGS_CODE = /(?<!\\)"(?:error|code)":\s*"(?:PROPERTY_DOESNT_EXIST|READ_ONLY_VALUE)"/;
const NON_UNIQUE = /^Unable to [\w /]+ by non-unique/i;

/** Trouble of the settings: everything waits, and the connector's clock stands still, until a person has put it right. */
export function misconfigured(reason: Reason): Stopped {
  return unavailable(reason, REPAIR_WAIT);
}

function readList({ body }: Answered): Listed | Stopped {
  if (!Array.isArray(body.results)) {
    return unavailable(said("no_results"));
  }
  const after = asRecord(asRecord(body.paging).next).after;
  return {
    tag: "listed",
    results: body.results.flatMap(readItem),
    errors: Array.isArray(body.errors) ? body.errors.map(readError) : [],
    total: typeof body.total === "number" ? body.total : undefined,
    after: typeof after === "string" || typeof after === "number" ? String(after) : undefined,
  };
}

function readItem(value: unknown): Item[] {
  const item = asRecord(value);
  const id = textIn(item, "id") ?? "";
  if (id === "") return [];
  return [{ id, properties: asRecord(item.properties), traceId: textIn(item, "objectWriteTraceId") }];
}

function readError(value: unknown): ItemError {
  const error = asRecord(value);
  const context = asRecord(error.context);
  return {
    category: textIn(error, "category") ?? "",
    message: messageIn(error) ?? "",
    refused: refusedWords(error),
    isAboutSettings: isAboutSettings(JSON.stringify(error), textIn(error, "message")),
    ids: textsIn(context, "ids"),
    traceIds: textsIn(context, "objectWriteTraceId"),
  };
}

function refused(reason: Reason): Stopped {
  return { tag: "stopped", result: { tag: "batchRejected", reason } };
}

export function unavailable(reason: Reason, retryAfterMs?: number): Stopped {
  return { tag: "stopped", result: unavailableFor(reason, retryAfterMs) };
}

function reasonOf(answer: HttpAnswer, body: unknown): Reason {
  const { status } = answer;
  const record = asRecord(body);
  const category = textIn(record, "policyName") ?? textIn(record, "category");
  const message = messageIn(record);
  const named = status === 400 ? refusedWords(record) : undefined;
  const meaning = named === undefined ? meaningOf(status, body) : said("refuses_what", { what: named });
  const scopes = scopesIn(record);
  return {
    ...reasonFor(
      { status, text: message ?? answer.text },
      scopes === "" ? meaning : said("scopes", { meaning, scopes }),
    ),
    ...(category !== undefined && { category }),
  };
}

/** What HubSpot says, in one text: the message alone may say nothing. */
function messageIn(record: Readonly<Record<string, unknown>>): string | undefined {
  const [message, details] = [textIn(record, "message"), detailsIn(record)];
  if (message === undefined || details === undefined) return message ?? details;
  return message.includes(details) ? message : `${message}: ${details}`;
}

/** Whoever refuses without HubSpot's JSON is not HubSpot. */
const meaningOf = (status: number, body: unknown): Said => meaningOfStatus(status, WORDS, !isRecord(body));

const WORDS: StatusWords = {
  setting: "base_url",
  trouble: said("trouble"),
  otherwise: said("undocumented"),
  byStatus: {
    400: said("refuses"),
    401: said("token"),
    403: said("scope"),
    404: said("not_there"),
    409: said("conflict"),
    423: said("locked"),
    429: said("limit"),
    477: said("moving"),
  },
};

/** Which scopes a 403 asks for; empty where it names none. */
function scopesIn({ errors }: Readonly<Record<string, unknown>>): string {
  const contexts = Array.isArray(errors) ? errors.map((error) => asRecord(asRecord(error).context)) : [];
  const scopes = contexts.flatMap((context) => textsIn(context, "requiredGranularScopes"));
  return [...new Set(scopes)].join(", ");
}
