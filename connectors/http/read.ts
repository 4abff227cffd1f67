/** What an answer means, by the rules of `answers` and by what holds for every type. Pure. */
import {
  accepted,
  type DeliverResult,
  delivered,
  type Outcome,
  outcomes,
  type Reason,
  rejected,
  retry,
  unmatched,
} from "../../src/connector.ts";
import {
  isPage,
  isRefusal,
  parseJson,
  reasonFor,
  refusalMeaning,
  retryAfterMs,
  type Said,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import type { WireAnswer } from "../../src/guarded-http/transport.ts";
import type { Item } from "./compose.ts";
import { idText, valueAt } from "./paths.ts";
import { type Rule, ruleFor } from "./rules.ts";
import { said } from "./sentences.ts";
import type { BatchSettings } from "./settings.ts";

/** What is known of an answer; a token that was in use is out of its text. */
export type HttpAnswer = Omit<WireAnswer, "header">;

export interface Reader {
  readonly rules: readonly Rule[];
  readonly batch: BatchSettings | undefined;
}

/** An answer, and how it is read. */
interface Reading {
  readonly answer: HttpAnswer;
  /** The answer's JSON; undefined where it is none, or cannot be relied on. */
  readonly json: unknown;
  /** Milliseconds that it asks to wait. */
  readonly wait: number | undefined;
}

/** @param now milliseconds since 1970, for `Retry-After` dates */
export function readAnswer(answer: HttpAnswer, items: readonly Item[], reader: Reader, now: number): DeliverResult {
  const json = isWhole(answer) ? parseJson(answer.text) : undefined;
  const reading: Reading = { answer, json, wait: retryAfterMs(answer.retryAfter, now) };
  const trouble = troubleIn(reading, items, reader);
  if (trouble !== undefined) return trouble;
  const results = reader.batch === undefined ? undefined : resultsIn(json, reader.batch);
  if (Array.isArray(results)) return outcomes(namedIn(results, items, reading, reader));
  return items.length > 1
    ? ofMany(reading, items, reader)
    : outcomes(items.map((item) => [item.delivery.id, ofOne(reading, item, reader)]));
}

function resultsIn(json: unknown, { results: { at } }: BatchSettings): unknown {
  return at === undefined ? json : valueAt(json, at);
}

/** What ended as announced: anything else may be the half of it. 204 is whole with its head, whatever a server sends behind it. */
function isWhole({ status, ending, isEarly }: HttpAnswer): boolean {
  return !isEarly && (ending === "exact" || ending === "closed" || status === 204);
}

/** 401, 403, 429 and 5xx are what they are for every type; a rule can only say that a 403 is a limit. */
function troubleIn(reading: Reading, items: readonly Item[], { rules }: Reader): DeliverResult | undefined {
  const { answer, json, wait } = reading;
  const { status, text } = answer;
  const [first] = items;
  const limit =
    status === 403 && first && json !== undefined ? ruleFor(rules, status, json, first.delivery) : undefined;
  if (limit !== undefined) return unavailable(reasonOf(reading, said("limit", { rule: limit.number }), limit), wait);
  const own = said("refuses");
  const meaning = isRefusal(status) ? refusalMeaning({ own, setting: "url", isForeign: isPage(text) }) : undefined;
  return troubleOf({ status, retryAfterMs: wait }, reasonOf(reading, meaning));
}

function* namedIn(
  results: readonly unknown[],
  items: readonly Item[],
  reading: Reading,
  { rules, batch }: Reader,
): Generator<readonly [string, Outcome]> {
  const byId = Map.groupBy(results, (result) => idText(valueAt(result, batch?.results.id ?? "")));
  for (const item of items) {
    const [result, another] = byId.get(item.resultId) ?? [];
    const about = { ...reading, json: result };
    const rule = ruleFor(rules, reading.answer.status, result, item.delivery);
    const why = result === undefined ? said("not_named") : another === undefined ? undefined : said("named_twice");
    yield [item.delivery.id, why === undefined ? outcomeBy(rule, about) : retry(reasonOf(about, why), reading.wait)];
  }
}

/** An answer to many that names nobody delivers nobody; that it refuses all of them may be the fault of one. */
function ofMany(reading: Reading, items: readonly Item[], { rules }: Reader): DeliverResult {
  const [first] = items;
  const rule =
    first && isOwn(reading) ? ruleFor(rules, reading.answer.status, reading.json, first.delivery) : undefined;
  if (rule?.means === "rejected" || rule?.means === "unmatched") {
    return { tag: "batchRejected", reason: reasonOf(reading, said("whole_batch", { rule: rule.number }), rule) };
  }
  const outcome = retry(reasonOf(reading, whyNot(reading) ?? said("no_results")), reading.wait);
  return outcomes(items.map(({ delivery }) => [delivery.id, outcome]));
}

function ofOne(reading: Reading, { delivery }: Item, { rules, batch }: Reader): Outcome {
  const { status } = reading.answer;
  const rule = isOwn(reading) ? ruleFor(rules, status, reading.json, delivery) : undefined;
  const isRefused = rule !== undefined && rule.means !== "delivered" && rule.means !== "accepted";
  // alone in its request it may be refused by all of the answer, and is delivered by a result of its own only
  if (batch === undefined || isRefused) return outcomeBy(rule, reading);
  return retry(reasonOf(reading, whyNot(reading) ?? said("no_results")), reading.wait);
}

/** Nothing is given up, and nothing delivered, by a page, by what was cut, or by who has not read our request. */
function isOwn({ answer }: Reading): boolean {
  return isWhole(answer) && !isPage(answer.text);
}

function outcomeBy(rule: Rule | undefined, reading: Reading): Outcome {
  if (rule === undefined) return retry(reasonOf(reading, whyNot(reading) ?? said("no_rule")), reading.wait);
  const { status } = reading.answer;
  const reason = () => reasonOf(reading, said("rule", { rule: rule.number }), rule);
  switch (rule.means) {
    case "delivered":
      // 202: taken, and not done yet (RFC 9110 15.3.3)
      return (status === 202 ? accepted : delivered)(`HTTP ${status}, rule ${rule.number}`);
    case "accepted":
      return accepted(`HTTP ${status}, rule ${rule.number}`);
    case "unmatched":
      return unmatched(reason());
    case "rejected":
      return rejected(reason());
    case "retry":
      return retry(reason(), reading.wait);
  }
}

/** Why no rule was asked, or none could fit. */
function whyNot({ answer, json }: Reading): Said | undefined {
  if (answer.status >= 300 && answer.status < 400) return said("redirect");
  if (isPage(answer.text)) return said("page");
  if (!isWhole(answer)) return said("cut");
  return json === undefined && answer.text.trim() !== "" ? said("no_json") : undefined;
}

/** @param rule says where the API's own words stand */
function reasonOf({ answer, json }: Reading, meaning: Said | undefined, rule?: Rule): Reason {
  const reason = reasonFor(answer, meaning);
  const words = rule?.message === undefined ? undefined : valueAt(json, rule.message);
  if (words === undefined || words === null) return reason;
  return { ...reason, message: typeof words === "string" ? words : JSON.stringify(words) };
}
