/**
 * Writes records, 200 a request, each by itself (`allOrNone: false`), and says which of them were written. An answer is a 200 however
 * many were refused: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm
 */
import { type Outcome, type Reason, rejected, retry } from "../../src/connector.ts";
import { asRecord, chunksWithin, listIn, type Stopped } from "../../src/connector-tools.ts";
import { isAboutSettings, PASSING } from "./answer.ts";
import { type Api, type ApiRequest, type Call, LARGEST_BATCH, notUnderstood, type SalesforceRecord } from "./api.ts";
import type { Write } from "./plan.ts";
import { said } from "./sentences.ts";

/** What became of one record. */
export type Written =
  | { readonly tag: "written"; readonly id: string; readonly differs?: string }
  | { readonly tag: "failed"; readonly outcome: Outcome };

/** What became of the records by the keys of their writes, and what stopped the rest. */
export interface WriteReport {
  readonly written: Map<string, Written>;
  readonly stopped?: Stopped;
}

export type Verb = "update" | "create";

export async function writeAll(api: Api, verb: Verb, writes: readonly Write[], call: Call): Promise<WriteReport> {
  const written = new Map<string, Written>();
  for (const chunk of chunksWithin(writes, { most: LARGEST_BATCH })) {
    const answer = await api.ask(requestFor(api, verb, chunk), call);
    if (answer.tag === "stopped") return { written, stopped: answer };
    if (!Array.isArray(answer.body)) return { written, stopped: notUnderstood() };
    const results = answer.body.map(readResult);
    for (const [key, each] of outcomesIn(results, verb, chunk)) written.set(key, each);
  }
  return { written };
}

export function requestFor(api: Api, verb: Verb, writes: readonly Write[]): ApiRequest {
  const records: SalesforceRecord[] = writes.map(({ record }) => record);
  return verb === "update" ? api.update(records) : api.create(records);
}

interface Result {
  readonly id: string | undefined;
  readonly isSuccess: boolean;
  readonly errors: readonly RecordError[];
}

interface RecordError {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
}

function readResult(given: unknown): Result {
  const { id, success, errors } = asRecord(given);
  return {
    id: typeof id === "string" && id !== "" ? id : undefined,
    isSuccess: success === true,
    // errors that are no list say nothing, but there is one
    errors: (listIn(errors) ?? [errors]).map(readError),
  };
}

function readError(given: unknown): RecordError {
  const { statusCode, message, fields } = asRecord(given);
  return {
    code: typeof statusCode === "string" ? statusCode : "",
    message: typeof message === "string" ? message : "",
    fields: Array.isArray(fields) ? fields.filter((field) => typeof field === "string") : [],
  };
}

/**
 * A record is written when a result says so under its own id. Some failures have none: these go by their place, where the whole
 * answer has its places right. New ones have none either, so that their places cannot be proven: what is said of all of them counts,
 * else the next look-up finds those that were made.
 */
function outcomesIn(results: readonly Result[], verb: Verb, chunk: readonly Write[]): [string, Written][] {
  const isAlike = new Set(results.map(({ isSuccess }) => isSuccess)).size === 1;
  const isInOrder = results.length === chunk.length && (verb === "create" ? isAlike : results.every(isAt(chunk)));
  const byId = Map.groupBy(results, ({ id }) => (id === undefined ? undefined : shortId(id)));
  return chunk.map(({ key }, index) => {
    const [own, another] = verb === "update" ? (byId.get(shortId(key)) ?? []) : [];
    // of whom two results speak nobody knows which is right
    const result = another === undefined ? (own ?? (isInOrder ? results[index] : undefined)) : undefined;
    return [key, result === undefined ? NOT_SAID : writtenBy(result)];
  });
}

function isAt(chunk: readonly Write[]): (result: Result, index: number) => boolean {
  return ({ id }, index) => id === undefined || shortId(id) === shortId(chunk[index]?.key ?? "");
}

/** Ids have 15 characters, and three more that follow from these. */
const shortId = (id: string): string => id.slice(0, 15);

const NOT_SAID: Written = { tag: "failed", outcome: retry(said("not_said")) };

function writtenBy({ id, isSuccess, errors }: Result): Written {
  const [first] = errors;
  if (isSuccess && first === undefined) return id === undefined ? NOT_SAID : { tag: "written", id };
  return { tag: "failed", outcome: first === undefined ? retry(said("not_written")) : outcomeFor(first) };
}

/** It will never be taken as it is. https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm */
const FINAL: ReadonlySet<string> = new Set([
  "FIELD_CUSTOM_VALIDATION_EXCEPTION",
  "FIELD_FILTER_VALIDATION_EXCEPTION",
  "STRING_TOO_LONG",
  "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
  "INVALID_TYPE_ON_FIELD_IN_RECORD",
  "INVALID_EMAIL_ADDRESS",
  "NUMBER_OUTSIDE_VALID_RANGE",
  "REQUIRED_FIELD_MISSING",
  "INSUFFICIENT_ACCESS_OR_READONLY",
  "DUPLICATES_DETECTED",
]);

/** Gone since it was looked up: the next look-up says what is there instead. */
const GONE: ReadonlySet<string> = new Set(["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"]);

/** What nobody has heard of is tried again: it buries nobody. */
function outcomeFor({ code, message, fields }: RecordError): Outcome {
  const parts: Pick<Reason, "category" | "message"> = {
    ...(code !== "" && { category: code }),
    ...(message !== "" && { message }),
  };
  // a trigger's exception tells of another record's lock in its message
  if (PASSING.has(code) || message.includes("UNABLE_TO_LOCK_ROW")) return retry({ ...said("locked"), ...parts });
  if (GONE.has(code)) return retry({ ...said("deleted"), ...parts });
  if (isAboutSettings({ code })) return retry({ ...said("refuses_field"), ...parts });
  if (!FINAL.has(code)) return retry({ ...said("not_written"), ...parts });
  const what = fields.length === 0 ? said("refuses") : said("refuses_what", { fields: fields.join(", ") });
  return rejected({ ...what, ...parts });
}
