/**
 * The sentences by which the bridge says why something happened: a closed table, so that a page can say them in another language.
 * What stands in braces is a value. Codes are kept in stores: they are never given another meaning. Those of a connector type
 * stand in its own folder (`sentence-tables.ts`).
 */

export const SENTENCES = {
  // of the bridge
  no_answer: "the connector gave no answer for this delivery",
  no_reason: "the connector gave no reason",
  answer_not_understood: "the connector gave an answer that nobody understands",
  outcome_not_understood: "the connector gave an answer that nobody understands ({tag})",
  thrown_unreadable: "the connector threw something that nobody can read",
  refusing: "everything is refused: {count} rejections in a row without one success",
  refusing_mostly: "everything is refused: {count} rejections in a row without one success, most often: {reason}",
  never_taken: "nothing was ever taken with these settings: {reason}",
  nothing_taken: "nothing is taken: {count} deliveries in a row, most often: {reason}",
  nobody_knows: "nobody knows what",
  not_stored: "what became of it could not be stored, so it is sent once more; the log says why",
  refused_before: "not tried: the destination refused all of its batch before it",
  claim_ran_out: "not tried: its claim ran out",
  batch_large_enough: "not tried: its batch was large enough",
  template_slow: "a template takes too much time for this person; make it simpler",
  templates_slow: "templates take too much time again and again: make them simpler",
  template_failed: "a template failed: {fault}",
  delivered_already: "delivered already as {event}",
  callback_came: "the callback came: {event}",
  events_lack: '`events` does not name "{kind}"',
  only_lacks: "`only.{setting}` does not name {value}",
  except_names: "`except.{setting}` names {value}",
  both: "{one} and {other}",
  with_message: "{said} ({message})",
  condition_unknown: "{settings} could not be applied, since Chat did not say {missing}: sent all the same",
  as_well_as: "{one} and {other}",
  untold_actor: "who did it",
  untold_platform: "on which platform",
  untold_check: "the answer does not say",
  known_there: "known",
  not_known_there: "not known",
  of_one: "{one}: {what}",
  each: "{one}; {other}",

  // a span of time
  days: "{count} d",
  hours: "{count} h",
  minutes: "{count} min",
  seconds: "{count} s",
  milliseconds: "{count} ms",
  of_two_units: "{larger} {smaller}",

  // of a connection
  connector_slow: "the connector took too long",
  answer_late: "no answer within {seconds} s",
  shutting_down: "the bridge is shutting down",
  rate: "`rate` lets the next request go in {seconds} s",
  rate_untold: "the store, which knows what `rate` has left for this machine, does not answer",
  connection_cut: "the connection was cut",
  connection_refused: "nothing listens there (connection refused)",
  connection_late: "the connection timed out",
  answer_not_http: "its answer is not HTTP/1.1",
  answer_head_long: "the head of its answer is too long",
  host_unknown: "the host name is not known",
  host_not_looked_up: "the host name could not be looked up",
  host_unreachable: "there is no way to that host",
  network_unreachable: "there is no way to that network",
  certificate_expired: "its TLS certificate has expired",
  certificate_early: "its TLS certificate is not valid yet; are the clocks right?",
  certificate_of_another: "its TLS certificate is for another host name",
  certificate_untrusted:
    "its TLS certificate comes from an authority that is not trusted here; NODE_EXTRA_CA_CERTS can name a private one",
  certificate_self_signed:
    "its TLS certificate is self-signed; use one from an authority, or name it with NODE_EXTRA_CA_CERTS",

  // of an answer by HTTP
  http: "HTTP {status}",
  http_meaning: "HTTP {status}: {meaning}",
  http_early: "HTTP {status}, before the request had been sent to its end",
  foreign_refusal:
    "this is not the destination's own answer: most likely a firewall or proxy in between keeps this machine out; else `{setting}` leads to another server; else {own}",
  redirect: "a redirect, which is not followed; look at `{setting}`",
  too_many_requests: "too many requests",
} as const satisfies Readonly<Record<string, string>>;

export type ReasonCode = keyof typeof SENTENCES;

/** A sentence of the table in another one, or what stands in it. */
export type SentenceValue = string | number | Said;
export type SentenceValues = Readonly<Record<string, SentenceValue>>;

/** A sentence: as it reads in English, and what it is made of where it is one of the table. */
export interface Said {
  readonly words: string;
  readonly code?: string;
  readonly values?: SentenceValues;
}

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** The values that a text wants. */
export type ValuesIn<Text extends string> = Readonly<Record<NamesIn<Text>, SentenceValue>>;

/** What is to be given with a text: nothing, where no values stand in it. */
export type GivenIn<Text extends string> = [NamesIn<Text>] extends [never] ? [] : [values: ValuesIn<Text>];

/** A sentence of the table with its values. */
export function sentence<Code extends ReasonCode>(code: Code, ...[values]: GivenIn<(typeof SENTENCES)[Code]>): Said {
  return sentenceSaid(SENTENCES[code], code, values);
}

/** @param text in English */
export function sentenceSaid(text: string, code: string, values: SentenceValues | undefined): Said {
  return values === undefined ? { words: text, code } : { words: filledIn(text, values, englishOf), code, values };
}

/**
 * Several as one, from the first to the last: the sentence of two holds what was put together so far. Undefined: there are none.
 */
export function together<T extends SentenceValue = Said>(
  all: readonly (T | Said)[],
  ofTwo: (two: { readonly one: T | Said; readonly other: T | Said }) => Said,
): T | Said | undefined {
  return all.reduce<T | Said | undefined>(
    (one, other) => (one === undefined ? other : ofTwo({ one, other })),
    undefined,
  );
}

const englishOf = (value: SentenceValue): string => (typeof value === "object" ? value.words : String(value));

/** @param textOf a value as it reads in the language of the sentence. A value that is not there leaves its name. */
export function filledIn(text: string, values: SentenceValues, textOf: (value: SentenceValue) => string): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? all : textOf(value);
  });
}

export function isReasonCode(code: unknown): code is ReasonCode {
  return typeof code === "string" && Object.hasOwn(SENTENCES, code);
}

/** What is thrown says nothing but words: those that stand in the table, whoever threw them. */
const THROWN = [
  ...([
    "connector_slow",
    "answer_late",
    "shutting_down",
    "rate",
    "rate_untold",
    "connection_cut",
    "connection_refused",
  ] as const),
  ...(["connection_late", "host_unknown", "host_not_looked_up", "host_unreachable", "network_unreachable"] as const),
  ...(["certificate_expired", "certificate_early", "certificate_of_another", "certificate_untrusted"] as const),
  ...(["certificate_self_signed", "answer_not_http", "answer_head_long"] as const),
] as const satisfies readonly ReasonCode[];

const THROWN_FORMS = THROWN.map((code) => [code, formOf(SENTENCES[code])] as const);

/** What finds the values of a text in words that were made of it. @param valueForm what a value looks like, by its name */
export function formOf(text: string, valueForm: (name: string) => string = () => "[\\d.]+"): RegExp {
  const parts = text
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 0 ? RegExp.escape(part) : `(?<${part}>${valueForm(part)})`));
  return new RegExp(`^${parts.join("")}$`, "s");
}

/** The sentence of an error: of the table where it is one of those. @param words what the error says */
export function sentenceOfError(words: string): Said {
  for (const [code, form] of THROWN_FORMS) {
    const found = form.exec(words);
    if (found !== null) return { words, code, ...(found.groups && { values: { ...found.groups } }) };
  }
  return { words };
}
