/**
 * What a connector answered, made fit to be kept: only what the contract knows, foreign text without secrets and short.
 * Every answer comes through here before anything is decided, stored or logged. Pure.
 */

import { tableSentence } from "../../basics/sentence-tables.ts";
import {
  isReasonCode,
  type Said,
  SENTENCES,
  type SentenceValue,
  type SentenceValues,
  sentenceSaid,
} from "../../basics/sentences.ts";
import {
  type DeliverResult,
  type Delivery,
  type Outcome,
  type Outcomes,
  type Reason,
  sentence,
  withShownUrls,
} from "../../connector.ts";
import { type Answer, unsent } from "../answer.ts";

/** Characters. A vendor may send a whole page of HTML as its message. */
const LONGEST = { words: 1_000, category: 100, message: 300, note: 300 } as const;
/** Foreign text is cut only after secrets were removed, since half of one would not be recognised; but nobody reads a book. */
const LONGEST_READ = 64 * 1024;
/** A destination may name a day, which is kept in full; what lies beyond is a mistake. Milliseconds. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Sentences in sentences. */
const DEEPEST = 4;

type Redact = (text: string) => string;

/** Says it of each delivery, where a connector says of all the rest at once that they were not sent. */
export function tellUnsent(result: DeliverResult, deliveries: readonly Delivery[]): Answer {
  if (result.tag !== "unavailable" || result.unsent !== true) return result;
  const { unsent: _, outcomes, ...trouble } = result;
  const findings = deliveries.map(({ id }) => [id, outcomes?.get(id) ?? unsent(result.reason)] as const);
  return { ...trouble, outcomes: new Map(findings) };
}

/** Reads an answer of a connector, which may be of a user's own and answer anything. */
export function sanitizeAnswer(given: unknown, redact: Redact): DeliverResult {
  const { tag, reason, outcomes, retryAfterMs, unsent } = fieldsOf(given);
  switch (tag) {
    case "outcomes":
      return { tag, outcomes: readOutcomes(outcomes, redact) };
    case "batchRejected":
    case "credentialsRefused":
    case "gone":
      return { tag, reason: readReason(reason, redact), outcomes: readOutcomes(outcomes, redact) };
    case "unavailable":
      return {
        tag,
        reason: readReason(reason, redact),
        outcomes: readOutcomes(outcomes, redact),
        ...readDelay(retryAfterMs),
        ...(unsent === true && { unsent }),
      };
    default:
      return { tag: "unavailable", reason: sentence("answer_not_understood") };
  }
}

function readOutcomes(given: unknown, redact: Redact): Outcomes {
  const outcomes = new Map<string, Outcome>();
  if (!(given instanceof Map)) return outcomes;
  const redactOnce = remembering(redact);
  const read = remembering((outcome: unknown) => readOutcome(outcome, redactOnce));
  for (const [id, outcome] of given) outcomes.set(String(id), read(outcome));
  return outcomes;
}

/** Whoever answers for a thousand at once says the same of most. */
function remembering<From, To>(read: (from: From) => To): (from: From) => To {
  let last: { readonly from: From; readonly to: To } | undefined;
  return (from) => {
    if (last === undefined || last.from !== from) last = { from, to: read(from) };
    return last.to;
  };
}

function readOutcome(given: unknown, redact: Redact): Outcome {
  const { tag, reason, note, retryAfterMs, differs, proof, unsent } = fieldsOf(given);
  switch (tag) {
    case "delivered":
      return {
        tag,
        ...(typeof note === "string" && { note: shortened(note, LONGEST.note, redact) }),
        ...(differs === true && { differs }),
        ...(proof === "accepted" && { proof }),
      };
    case "retry":
      return { tag, reason: readReason(reason, redact), ...readDelay(retryAfterMs) };
    case "unmatched":
      return { tag, reason: readReason(reason, redact) };
    case "rejected":
    case "skipped":
      return { tag, reason: readReason(reason, redact), ...(unsent === true && { unsent }) };
    default: {
      const what = redact(String(tag)).slice(0, 40);
      return { tag: "retry", reason: sentence("outcome_not_understood", { tag: what }) };
    }
  }
}

function readReason(given: unknown, redact: Redact): Reason {
  const { status, category, message, ...said } = typeof given === "string" ? { words: given } : fieldsOf(given);
  const text = (key: "category" | "message", value: unknown) =>
    typeof value === "string" ? { [key]: shortened(value, LONGEST[key], redact) } : {};
  return {
    ...(readSentence(said, redact) ?? sentence("no_reason")),
    ...(typeof status === "number" && { status }),
    ...text("category", category),
    ...text("message", message),
  };
}

/** A sentence, and those that stand in it: a code that nobody knows is left out, with its values. */
export function readSentence(sentence: unknown, redact: Redact, depth = 0): Said | undefined {
  const { words, code, values } = fieldsOf(sentence);
  if (typeof words !== "string") return undefined;
  const text = isReasonCode(code) ? SENTENCES[code] : tableSentence(code)?.en;
  if (text === undefined || typeof code !== "string" || depth > DEEPEST) {
    return { words: shortened(words, LONGEST.words, redact) };
  }
  const given = fieldsOf(values) as SentenceValues;
  const read = Object.entries(given).flatMap(([name, value]) => {
    const known = readValue(value, redact, depth);
    return known === undefined ? [] : [[name, known] as const];
  });
  const shownValues = Object.fromEntries(read);
  // of a sentence of ours only its values are foreign
  const isOurs = read.length === Object.keys(given).length && words === sentenceSaid(text, code, given).words;
  const shown = isOurs
    ? shortened(sentenceSaid(text, code, shownValues).words, LONGEST.words, (own) => own)
    : shortened(words, LONGEST.words, redact);
  return { words: shown, code, ...(read.length > 0 && { values: shownValues }) };
}

function readValue(given: unknown, redact: Redact, depth: number): SentenceValue | undefined {
  if (typeof given === "number" && Number.isFinite(given)) return given;
  return typeof given === "string" ? shortened(given, LONGEST.words, redact) : readSentence(given, redact, depth + 1);
}

/** Not before some whole milliseconds have passed, a day at most; what is no such number is left out. */
function readDelay(given: unknown): { retryAfterMs?: number } {
  if (typeof given !== "number" || !Number.isFinite(given) || given < 0) return {};
  return { retryAfterMs: Math.min(Math.ceil(given), LONGEST_WAIT_MS) };
}

function shortened(text: string, longest: number, redact: Redact): string {
  const hidden = withShownUrls(redact(text.slice(0, LONGEST_READ)));
  // one less when the cut would go through a character of two units
  return hidden.length <= longest ? hidden : hidden.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "");
}

function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
}
