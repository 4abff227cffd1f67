/**
 * The sentences by which the bridge and its own connectors say why something happened: a closed table, so that a page can say
 * them in another language. What stands in braces is a value. Codes are kept in stores: they are never given another meaning.
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

  // of a connection
  connector_slow: "the connector took too long",
  answer_late: "no answer within {seconds} s",
  shutting_down: "the bridge is shutting down",
  rate: "`rate` lets the next request go in {seconds} s",
  connection_cut: "the connection was cut",
  connection_refused: "nothing listens there (connection refused)",
  connection_late: "the connection timed out",
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

  // of the connector `webhook`
  webhook_refuses_signature: "the receiver refuses our signature or credentials",
  webhook_gone: "the receiver says that this address is gone for good",
  webhook_redirect: "a redirect, which is not followed; set `url` to the final address",
  webhook_redirect_to: "a redirect to {address}, which is not followed; set `url` to the final address",
  webhook_header: 'the header "{name}" came out with a line break or a character that headers cannot carry',

  // of the connector `segment`
  segment_write_key: "the write key was refused",
  segment_malformed: "the batch was refused as malformed",
  segment_not_there: "nothing takes events there; look at `host`, and whether the source is enabled",
  segment_too_large: "the batch was refused as too large",
  segment_not_accepted: "HTTP {status} with an answer that does not say that the events were accepted",
  segment_in_no_request: "the event was in no request that Segment's library made",
  segment_event_empty: "the event name came out empty: look at `event`",
  segment_user_empty: "the userId came out empty: look at `user_id`",
  segment_event_large: "the event would be {size} KB: Segment takes 32 KB at most",

  // of the connector `hubspot`
  hubspot_refuses: "HubSpot refuses what was sent",
  hubspot_refuses_what: "HubSpot refuses what was sent: {what}",
  hubspot_refuses_value: "HubSpot refuses a value",
  hubspot_refuses_property: "HubSpot refuses a property",
  hubspot_token: "HubSpot refuses the access token",
  hubspot_scope: "the access token lacks a scope",
  hubspot_scopes: "{meaning} ({scopes})",
  hubspot_not_there: "HubSpot knows nothing there; look at `api_version` and `base_url`",
  hubspot_conflict: "HubSpot sees a conflict with another contact or another write",
  hubspot_locked: "the contact is locked for the moment",
  hubspot_limit: "the account's request limit is reached",
  hubspot_moving: "HubSpot is moving the account to another data centre",
  hubspot_trouble: "HubSpot is overloaded or in trouble",
  hubspot_undocumented: "an answer that HubSpot does not document",
  hubspot_foreign: "HTTP {status}, but not an answer of HubSpot",
  hubspot_no_results: "an answer without results is not an answer of HubSpot",
  hubspot_count_missing: "HubSpot's search did not say how many it found",
  hubspot_search_incomplete: "HubSpot's search returned fewer contacts than it said it found",
  hubspot_look_up_failed: "HubSpot could not look up the contact",
  hubspot_not_mentioned: "HubSpot's answer to the look-up does not mention the contact",
  hubspot_not_looked_up: "the contact was not looked up",
  hubspot_no_contact: 'no contact carries this value in "{property}"',
  hubspot_other_case: 'no contact carries this value in "{property}"; one carries "{twin}", which differs in case',
  hubspot_many_contacts:
    "{count} contacts carry this value, more than `match.max` ({max}): raise it, or merge the contacts",
  hubspot_some_written: "{written} of its {count} contacts are written",
  hubspot_deleted_meanwhile: "the contact was deleted or merged while it was being written",
  hubspot_not_written: "HubSpot did not write the contact",
  hubspot_write_not_said: "HubSpot's answer does not say that the contact was written",
  hubspot_value_empty: "`match.value` came out empty",
  hubspot_stray_time: '"{property}" would become {day}, for HubSpot reads "{value}" as milliseconds: {todo}',
  hubspot_has_contact:
    'HubSpot has contact {contact} already, and does not find it by "{property}": made just now, deleted (restore or delete it for good), or it holds another unique value of `set`',
  hubspot_not_unique:
    '`when_missing: create` needs a property that HubSpot keeps unique, and "{property}" is not: use `retry`, or a unique property',
  hubspot_no_property:
    'HubSpot has no contact property "{property}": create it there, or correct its name in the settings',
  hubspot_not_defined: 'HubSpot\'s answer does not define the property "{property}"',
  hubspot_property_unsaid: 'HubSpot does not say whether there is a property "{property}"',
  hubspot_version:
    "HubSpot does not know API version {version}, and does know {other}: set `api_version` to one that it supports",
  hubspot_version_such_as:
    "HubSpot does not know API version {version}, and does know {other}: set `api_version` to one that it supports, such as {latest}",
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

/** The values that a sentence wants. */
export type ValuesOf<Code extends ReasonCode> = Readonly<Record<NamesIn<(typeof SENTENCES)[Code]>, SentenceValue>>;

type GivenFor<Code extends ReasonCode> = [NamesIn<(typeof SENTENCES)[Code]>] extends [never]
  ? []
  : [values: ValuesOf<Code>];

/** A sentence of the table with its values. */
export function sentence<Code extends ReasonCode>(code: Code, ...[values]: GivenFor<Code>): Said {
  if (values === undefined) return { words: SENTENCES[code], code };
  return { words: filledIn(SENTENCES[code], values, englishOf), code, values };
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
  ...(["connector_slow", "answer_late", "shutting_down", "rate", "connection_cut", "connection_refused"] as const),
  ...(["connection_late", "host_unknown", "host_not_looked_up", "host_unreachable", "network_unreachable"] as const),
  ...(["certificate_expired", "certificate_early", "certificate_of_another", "certificate_untrusted"] as const),
  "certificate_self_signed",
] as const satisfies readonly ReasonCode[];

const THROWN_FORMS = THROWN.map((code) => [code, formOf(SENTENCES[code])] as const);

function formOf(text: string): RegExp {
  const parts = text
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 0 ? RegExp.escape(part) : `(?<${part}>[\\d.]+)`));
  return new RegExp(`^${parts.join("")}$`);
}

/** The sentence of an error: of the table where it is one of those. @param words what the error says */
export function sentenceOfError(words: string): Said {
  for (const [code, form] of THROWN_FORMS) {
    const found = form.exec(words);
    if (found !== null) return { words, code, ...(found.groups && { values: { ...found.groups } }) };
  }
  return { words };
}
