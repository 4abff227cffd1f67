/**
 * What an answer to a batch of events means. Pure.
 * https://docs.mixpanel.com/reference/import-events: a 400 names the events that it refuses, and the others are imported.
 */
import {
  type DeliverResult,
  delivered,
  type HttpAnswer,
  type Outcome,
  outcomes,
  type Reason,
  rejected,
  retry,
  sentence,
} from "../../src/connector.ts";
import {
  asRecord,
  isRecord,
  isSuccess,
  listIn,
  parseJson,
  passingAlone,
  reasonByField,
  reasonFor,
  type Said,
  type StatusWords,
  soundsPassing,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import type { Composed } from "./event.ts";
import { said } from "./sentences.ts";

/** @param sent what was in the request, in its order */
export function readAnswer(answer: HttpAnswer, sent: readonly Composed[]): DeliverResult {
  const { status, retryAfterMs } = answer;
  const body = parseJson(answer.text);
  const isTaken = isSuccess(status);
  if (isRecord(body) && (isTaken || status === 400) && typeof body.num_records_imported === "number") {
    return outcomes(imported(body.num_records_imported, body.failed_records, sent, answer));
  }
  if (isTaken) return unavailable({ ...reasonFor(answer), ...noCount(answer, body) }, retryAfterMs);
  const reason = reasonOf(answer, body);
  // what no Mixpanel says (a proxy's page) blames no event
  if (isRecord(body) && (status === 400 || status === 413)) {
    const alone = passingAlone(sent, reason.message ?? "");
    if (alone === undefined) return { tag: "batchRejected", reason };
    return outcomes([[alone.delivery.id, retry(reason, retryAfterMs)]]);
  }
  return troubleOf(answer, reason) ?? unavailable(reason, retryAfterMs);
}

function noCount({ status }: HttpAnswer, body: unknown): Said {
  return isRecord(body) ? said("no_count", { status }) : said("foreign", { status });
}

/** Delivered is who is not named as failed, where all are accounted for: else nobody knows who was imported. */
function imported(
  count: number,
  failedRecords: unknown,
  sent: readonly Composed[],
  answer: HttpAnswer,
): [string, Outcome][] {
  const failed = failuresIn(failedRecords, sent, answer);
  if (failed === undefined || count + failed.size !== sent.length) {
    const unsure = retry(said("fewer", { count, sent: sent.length }), answer.retryAfterMs);
    return sent.map(({ delivery }) => [delivery.id, failed?.get(delivery.id) ?? unsure]);
  }
  const done = delivered(`imported (${answer.status})`);
  return sent.map(({ delivery }) => [delivery.id, failed.get(delivery.id) ?? done]);
}

/** Whom it refuses, by delivery id; undefined where it names somebody who cannot be told, or is no list. */
function failuresIn(
  records: unknown,
  sent: readonly Composed[],
  { status }: HttpAnswer,
): ReadonlyMap<string, Outcome> | undefined {
  const failed = new Map<string, Outcome>();
  const list = listIn(records);
  if (list === undefined) return undefined;
  for (const record of list.map(asRecord)) {
    const who = whom(record, sent);
    if (who === undefined) return undefined;
    const reason = reasonOfOne(record, status);
    failed.set(who.delivery.id, soundsPassing(reason.message ?? "") ? retry(reason) : rejected(reason));
  }
  return failed;
}

/** By the id that we gave it; its place counts only where there is none, for a list may come in any order. */
function whom(record: Readonly<Record<string, unknown>>, sent: readonly Composed[]): Composed | undefined {
  const { index, insert_id, $insert_id = insert_id } = record;
  if (typeof $insert_id === "string" && $insert_id !== "") return sent.find(({ insertId }) => insertId === $insert_id);
  return typeof index === "number" ? sent[index] : undefined;
}

function reasonOfOne({ field, message }: Readonly<Record<string, unknown>>, status: number): Reason {
  const words = typeof field === "string" && field !== "" ? said("refuses_field", { field }) : said("refuses");
  return reasonFor({ status, text: typeof message === "string" ? message : "" }, words);
}

export function reasonOf(answer: Pick<HttpAnswer, "status" | "text">, body: unknown): Reason {
  return reasonByField(answer, body, { field: "error", words: WORDS });
}

const WORDS: StatusWords = {
  setting: "base_url",
  trouble: said("trouble"),
  otherwise: said("undocumented"),
  byStatus: {
    400: said("malformed"),
    401: said("account"),
    403: said("forbidden"),
    404: said("not_there"),
    413: said("too_large"),
    429: sentence("too_many_requests"),
  },
};
