/** What Customer.io's answers mean. Pure. */
import {
  accepted,
  type HttpAnswer,
  type Outcome,
  type Reason,
  rejected,
  retry,
  sentence,
} from "../../src/connector.ts";
import {
  asRecord,
  type Ending,
  isRecord,
  isRefusal,
  isSuccess,
  type LookedUp,
  listIn,
  meaningOfStatus,
  parseJson,
  passingAlone,
  reasonFor,
  type Said,
  type Sent,
  type StatusWords,
  type Stopped,
  soundsPassing,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import type { Person } from "./compose.ts";
import type { ApiRequest } from "./requests.ts";
import { said } from "./sentences.ts";
import type { CustomerIoSettings } from "./settings.ts";

type Place = Pick<CustomerIoSettings, "region">;

/**
 * Success is 200 with an empty object, or an empty list of errors; 207 names those that were bad by their place. Whatever else stands in a 2xx is no answer of
 * Customer.io, and an error that names nobody is about one of them: halves find out which.
 */
export function readBatch(answer: HttpAnswer, persons: readonly Person[], place: Place): Sent<Person> {
  const body = parseJson(answer.text);
  const { status } = answer;
  const isOk = isSuccess(status);
  if (!isRecord(body) || !(isOk || status === 400)) {
    return { outcomes: new Map(), stopped: troubleIn(answer, body, "track", place) };
  }
  const { failed, unplaced } = errorsIn(body, persons, answer);
  const left = persons.filter((person) => !failed.has(person));
  if (left.length === 0) return { outcomes: failed };
  if (status === 400 || unplaced !== "") {
    const words = unplaced === "" ? answer.text : unplaced;
    const alone = passingAlone(persons, words);
    if (alone !== undefined) return { outcomes: new Map([[alone, outcomeOfOne(answer, words)]]) };
    // nothing of a 400 was taken; where a place is not said, whoever is left has to be tried by himself
    return { outcomes: failed, stopped: { tag: "batchRejected", reason: reasonOf(answer, body, "track", place) } };
  }
  const isDone = failed.size > 0 || isNothing(body);
  const foreign = { ...reasonFor(answer), ...said("foreign", { status }) };
  const outcome = isDone ? accepted(`taken by Customer.io (${status})`) : retry(foreign, answer.retryAfterMs);
  return { outcomes: new Map([...failed, ...left.map((person) => [person, outcome] as const)]) };
}

/** `{}`, or that there were no errors. */
function isNothing({ errors, ...rest }: Record<string, unknown>): boolean {
  return listIn(errors)?.length === 0 && Object.keys(rest).length === 0;
}

/** `{ batch_index, reason, field, message }`; of a 400 also `{ meta: { error } }`, which the whole answer's reason quotes. */
function errorsIn(body: Record<string, unknown>, persons: readonly Person[], answer: HttpAnswer) {
  const failed = new Map<Person, Outcome>();
  const unplaced: string[] = [];
  for (const error of listIn(body.errors) ?? []) {
    const { batch_index, reason, field, message } = asRecord(error);
    const person = typeof batch_index === "number" ? persons[batch_index] : undefined;
    const texts = [reason, field, message].filter((text) => typeof text === "string" && text !== "");
    const words = texts.length === 0 ? JSON.stringify(error) : texts.join(": ");
    if (person === undefined) unplaced.push(words);
    else failed.set(person, outcomeOfOne(answer, words));
  }
  return { failed, unplaced: unplaced.join("; ") };
}

function outcomeOfOne({ status, retryAfterMs }: HttpAnswer, words: string): Outcome {
  if (!soundsPassing(words)) return rejected(reasonFor({ status, text: words }, said("refuses_person")));
  return retry(reasonFor({ status, text: words }, said("not_now")), retryAfterMs);
}

/**
 * Known is who is named. Whoever is left out is not, as its documentation says; but not by an answer that names somebody who was
 * not asked about, or nobody that we could tell: there they may stand under another name.
 */
export function readLookUp(answer: HttpAnswer, asked: readonly string[], place: Place): LookedUp | Stopped {
  const body = parseJson(answer.text);
  const { status } = answer;
  if (!isSuccess(status) || !isRecord(body)) {
    return { tag: "stopped", result: troubleIn(answer, body, "app", place) };
  }
  if (!Array.isArray(body.customers)) {
    const reason = { ...reasonFor(answer), ...said("no_customers") };
    return { tag: "stopped", result: unavailable(reason, answer.retryAfterMs) };
  }
  const named = body.customers.map(idIn);
  const known = new Set(named);
  const isClear = named.every((id) => typeof id === "string" && asked.includes(id));
  return { tag: "lookedUp", isKnown: (id) => (known.has(id) ? true : isClear ? false : undefined) };
}

/** Its documentation has a customer inside of each item; as others have seen it, the item is the customer. */
function idIn(item: unknown): unknown {
  const { customer = item } = asRecord(item);
  const { id, attributes, identifiers } = asRecord(customer);
  return [id, asRecord(attributes).id, asRecord(identifiers).id].find((each) => typeof each === "string");
}

/** What is about Customer.io, or about whoever answers in its place. */
function troubleIn(answer: HttpAnswer, body: unknown, api: ApiRequest["api"], place: Place): Ending {
  const { status, retryAfterMs } = answer;
  if (isSuccess(status)) {
    return unavailable({ ...reasonFor(answer), ...said("foreign", { status }) }, retryAfterMs);
  }
  const reason = reasonOf(answer, body, api, place);
  // a look-up that is refused says nothing about a person
  if (api === "track" && status === 413 && isRecord(body)) return { tag: "batchRejected", reason };
  return troubleOf(answer, reason) ?? unavailable(reason, retryAfterMs);
}

export function reasonOf(
  { status, text }: Pick<HttpAnswer, "status" | "text">,
  body: unknown,
  api: ApiRequest["api"],
  { region }: Place,
): Reason {
  const { meta, message } = asRecord(body);
  const words = [asRecord(meta).error, message].find((each) => typeof each === "string");
  return reasonFor({ status, text: typeof words === "string" ? words : text }, meaningOf(status, body, api, region));
}

function meaningOf(status: number, body: unknown, api: ApiRequest["api"], region: string): Said {
  const refusal = said(api === "track" ? "key" : "app_key", { region });
  const words = {
    // whoever answers for Customer.io stands at another address; a redirect is of the other region
    setting: isRefusal(status) ? "base_url" : "region",
    trouble: said("trouble"),
    otherwise: said("undocumented"),
    byStatus: { ...BY_STATUS, 401: refusal, 403: refusal },
  };
  return meaningOfStatus(status, words, !isRecord(body));
}

const BY_STATUS: StatusWords["byStatus"] = {
  400: said("refuses"),
  404: said("not_there"),
  413: said("refuses"),
  429: sentence("too_many_requests"),
};
