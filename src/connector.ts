/**
 * The words of the bridge and the connector contract: all that a connector may import from it.
 *
 * A connector type is one object (`ConnectorType`). Its settings schema is the one place where a setting's type, default,
 * description, example and secrecy stand; validation, TypeScript types, the editors' JSON Schema, the README tables and
 * redaction are derived from it.
 */

import { type SchemaOptions, type Static, type TObject, Type } from "@sinclair/typebox";
import { errorWords } from "./basics/error-words.ts";
import type { Logger } from "./basics/logger.ts";
import { type Found, findingsOf, sentencesOf } from "./basics/sentence-tables.ts";
import { type Said, type SentenceValues, sentence, sentenceOfError } from "./basics/sentences.ts";
import { shownUrl, withShownUrls } from "./basics/shown-url.ts";

// a connector of one's own has all that it needs in one import, and the same TypeBox as the bridge
export {
  errorWords,
  type Found,
  findingsOf,
  type Logger,
  type Said,
  sentence,
  sentenceOfError,
  sentencesOf,
  shownUrl,
  Type,
  withShownUrls,
};

// --- words ----------------------------------------------------------------------------------------------------------

/** What a person did. */
export type EventKind = "unsubscribed" | "subscribed";

/** One person's change in one callback. */
export interface Event {
  /** SHA-256, lower-case hex, of the versioned array of app, command, official account, user and EventTime. */
  readonly id: string;
  readonly kind: EventKind;
  /** SDKAppID, as text. */
  readonly app: string;
  /** The official account's user id, such as `@TOA#_news`. */
  readonly officialAccount: string;
  /** The subscriber's user id: opaque, case-sensitive text of 1 to 256 bytes. */
  readonly user: string;
  /** Who did it: the subscriber, or an admin; empty when Chat did not say, which is to be taken for neither. */
  readonly operator: string;
  /** True when somebody other than the subscriber did it; false when Chat did not say who. */
  readonly byAdmin: boolean;
  /** Chat's `OptPlatform`, as sent; empty when absent. */
  readonly platform: string;
  /** Chat's `ClientIP`, as sent; empty when absent. */
  readonly clientIp: string;
  /** When it happened (EventTime), milliseconds since 1970. */
  readonly eventTime: number;
  /** When the callback arrived here, milliseconds since 1970. */
  readonly receivedAt: number;
  /** Absent: a callback of Chat told it. `reconcile`: none did, and it was found by comparing rosters. */
  readonly source?: "reconcile";
  /** When it was found so, milliseconds since 1970. */
  readonly discoveredAt?: number;
  /** The window in which it must have happened; `eventTime` is its end. Milliseconds since 1970. */
  readonly happenedBetween?: readonly [from: number, to: number];
}

/** One event on its way through one connector. */
export interface Delivery {
  /** Always the same for the same event and connector: the idempotency key that destinations see. */
  readonly id: string;
  readonly event: Event;
  /** Attempts made before this one. */
  readonly attempts: number;
}

/** Why something happened, in parts that the ledger, the log and the dead letters show. */
export interface Reason {
  /** Our own words: what is wrong, for a marketer. */
  readonly words: string;
  /** Which sentence of the bridge's own `words` is (`src/basics/sentences.ts`), so that it can be read in another language. */
  readonly code?: string;
  /** What is filled into that sentence. */
  readonly values?: SentenceValues;
  /** HTTP status, when there was one. */
  readonly status?: number;
  /** The vendor's error category or policy, such as `VALIDATION_ERROR`. */
  readonly category?: string;
  /** The vendor's message, as it came: foreign text. */
  readonly message?: string;
}

/** A connector's answer for one delivery. */
export type Outcome =
  /**
   * The destination said so in a way that cannot be misread. `note` is shown in the ledger. `differs`: it took the request, and says
   * that it holds something else than was written, as the note tells; `status` counts those. `proof`: it has accepted it, and its
   * answer proves no more than that, as that of a queue (`accepted`).
   */
  | { readonly tag: "delivered"; readonly note?: string; readonly differs?: true; readonly proof?: "accepted" }
  /** Not now. Tried again with backoff, not before `retryAfterMs` from now. */
  | { readonly tag: "retry"; readonly reason: Reason; readonly retryAfterMs?: number }
  /** The destination does not know this person (yet): tried again slowly, given up as `unmatched`. */
  | { readonly tag: "unmatched"; readonly reason: Reason }
  /** The destination will never take this one. `unsent`: it was not even asked, so that this says nothing about the destination. */
  | { readonly tag: "rejected"; readonly reason: Reason; readonly unsent?: true }
  /** The connector's settings say not to send it. `unsent`: as of `rejected`. */
  | { readonly tag: "skipped"; readonly reason: Reason; readonly unsent?: true };

/** Outcomes by delivery id: never by position. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/**
 * A connector's answer for one batch. A delivery without an entry in `outcomes` is tried again.
 * Tags, not classes: a connector from a user's own file may have loaded its own copy of this module.
 */
export type DeliverResult =
  | { readonly tag: "outcomes"; readonly outcomes: Outcomes }
  /**
   * The destination refused a batch as a whole for what is in it: the bridge halves it to find the culprit. `outcomes`: what was
   * settled before, which is sent no second time; those without one are halved.
   */
  | { readonly tag: "batchRejected"; readonly reason: Reason; readonly outcomes?: Outcomes }
  /** The whole destination is in trouble (network, 5xx, 429): the connector backs off. `outcomes`: what was settled before. */
  | {
      readonly tag: "unavailable";
      readonly reason: Reason;
      readonly retryAfterMs?: number;
      readonly outcomes?: Outcomes;
      /** Nothing that writes was sent for those without an outcome: that was no attempt of theirs (see `unavailableBy`). */
      readonly unsent?: true;
    }
  /** Credentials refused (401, 403): the connector pauses and keeps its queue. */
  | { readonly tag: "credentialsRefused"; readonly reason: Reason; readonly outcomes?: Outcomes }
  /** The destination says that it is gone for good (410): paused until a person resumes it. */
  | { readonly tag: "gone"; readonly reason: Reason; readonly outcomes?: Outcomes };

export const delivered = (note?: string): Extract<Outcome, { tag: "delivered" }> =>
  note === undefined ? { tag: "delivered" } : { tag: "delivered", note };
/** Delivered, as far as a destination tells that takes events and says nothing of what becomes of them. */
export const accepted = (note?: string): Extract<Outcome, { tag: "delivered" }> => ({
  ...delivered(note),
  proof: "accepted",
});
export const retry = (reason: Reason | string, retryAfterMs?: number): Outcome =>
  retryAfterMs === undefined
    ? { tag: "retry", reason: asReason(reason) }
    : { tag: "retry", reason: asReason(reason), retryAfterMs };
export const unmatched = (reason: Reason | string): Outcome => ({ tag: "unmatched", reason: asReason(reason) });
export const rejected = (reason: Reason | string): Extract<Outcome, { tag: "rejected" }> => ({
  tag: "rejected",
  reason: asReason(reason),
});
export const skipped = (reason: Reason | string): Extract<Outcome, { tag: "skipped" }> => ({
  tag: "skipped",
  reason: asReason(reason),
});
export const outcomes = (entries: Iterable<readonly [id: string, outcome: Outcome]>): DeliverResult => ({
  tag: "outcomes",
  outcomes: new Map(entries),
});

/**
 * The answer for what a tool of the bridge threw: network trouble, a timeout, an abort. A rate that let nothing go (`TooSoon`)
 * has sent nothing, so whoever has no outcome by then was not tried; add `outcomes` for the others. A look-up that went
 * before makes no attempt of a write that did not.
 */
export function unavailableBy(error: unknown): Extract<DeliverResult, { tag: "unavailable" }> {
  const reason = saidOfError(error);
  if (!isTooSoon(error)) return { tag: "unavailable", reason };
  return { tag: "unavailable", reason, retryAfterMs: error.waitMs, unsent: true };
}

/** What was thrown, as a sentence: of the table where it is one of those. */
export function saidOfError(error: unknown): Said {
  return sentenceOfError(errorWords(error));
}

/** By name, not by class: for the same reason as tags. */
function isTooSoon(error: unknown): error is Error & { readonly waitMs: number } {
  return error instanceof Error && error.name === "TooSoon" && "waitMs" in error && typeof error.waitMs === "number";
}

/** What a reason says, without what the destination answered: for another sentence that quotes it. */
export function saidOf({ words, code, values }: Reason): Said {
  return { words, ...(code !== undefined && { code }), ...(values !== undefined && { values }) };
}

function asReason(reason: Reason | string): Reason {
  return typeof reason === "string" ? { words: reason } : reason;
}

// --- settings -------------------------------------------------------------------------------------------------------

/** A rate: `requests` in every `perMs` milliseconds. In YAML `19/s` or `100 per 10s`. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}

/** What a schema of ours says beyond JSON Schema: how the YAML text becomes a value, and whether it may be shown. */
export interface SettingOptions extends SchemaOptions {
  description: string;
  /**
   * For what a machine compares or calls, such as an id or an address: signs that merely look like ASCII are then a fault; in
   * `anyScript`, as in a path or a value of somebody's own, only where nothing else is outside of ASCII.
   */
  forMachines?: true | "anyScript";
}

/**
 * A credential: YAML text, `${ENV}` or `{ file: path }`; reaches the connector as text and is removed wherever it would show.
 * `pem: true` for a key in PEM, which alone may have several lines; in a variable they may be parted by a written `\n`.
 * `mayBeWord: true` for a name: others are warned of where they are one word or number.
 */
export const Secret = (options: SettingOptions & { pem?: true; mayBeWord?: true }) =>
  Type.Unsafe<string>(Type.String({ minLength: 1, ...options, secret: true }));

/**
 * A Liquid template over the event's variables. One `{{ expression }}` alone keeps its type; anything else is text.
 * `filled: true` where the destination refuses an empty text: a template that comes out empty is then a fault.
 */
export const Template = (options: SettingOptions & { filled?: true }) =>
  Type.Unsafe<string>(Type.String({ ...options, template: true }));

/** A YAML tree (object, list, scalar) whose texts are templates. */
export const TemplateTree = (options: SettingOptions) => Type.Unsafe<unknown>({ ...options, templateTree: true });

/** A duration such as `30s`, `10m`, `72h`, `7d`; milliseconds for the program. Its default is written in milliseconds. */
export const Duration = (options: SettingOptions) => Type.Unsafe<number>({ ...options, unit: "duration" });

/** A size such as `64KiB`, `4MiB`; bytes for the program. Its default is written in bytes. */
export const Size = (options: SettingOptions) => Type.Unsafe<number>({ ...options, unit: "size" });

/** A rate such as `19/s` or `100 per 10s`. */
export const RateSetting = (options: SettingOptions) => Type.Unsafe<Rate>({ ...options, unit: "rate" });

// --- the connector contract -----------------------------------------------------------------------------------------

/** A compiled template or tree of templates. Throws `Error` with a marketer's words when a value cannot be rendered. */
export type Render = (delivery: Delivery) => unknown;

export interface RequestOptions extends RequestInit {
  /** Milliseconds until the whole exchange, body included, is given up; the connector's `timeout` unless set. */
  timeoutMs?: number;
  /** Which of the type's `budgets` this request counts against; `default` unless set. */
  budget?: string;
}

/** An answer read to its end, so that nothing can hang after the timeout. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `Retry-After`, or what else has its meaning, in milliseconds from now; undefined when absent or unreadable. */
  readonly retryAfterMs: number | undefined;
}

/** A request as it left, for whoever follows a person (`trace --follow`): secrets are taken out before anybody sees it. */
export interface FollowedRequest {
  readonly method: string;
  readonly url: string | URL;
  readonly headers: Headers | Readonly<Record<string, string>>;
  /** Text; empty without one. */
  readonly body: string;
}

/** What came back. */
export interface FollowedAnswer {
  readonly status: number;
  readonly headers: Headers | Readonly<Record<string, string>>;
  readonly text: string;
}

/** Takes the answer to a followed request, or what was thrown instead; each once. */
export type FollowUp = (answer: FollowedAnswer | { readonly error: unknown }) => void;

/** What the bridge lends to a connector. */
export interface ConnectorTools {
  /** The connector's name in the YAML. */
  readonly name: string;
  readonly log: Logger;
  /** `unsub-bridge/<version>` */
  readonly userAgent: string;
  /** The connector's `timeout` setting, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * One HTTP request within the connector's rate, with timeout and user agent. Redirects are not followed.
   * Throws on network trouble, timeout or abort, and as `acquire` does: `unavailableBy` makes the answer of it.
   */
  fetch(url: string | URL, options?: RequestOptions): Promise<HttpAnswer>;
  /**
   * Waits for a permit of the rate: for connectors that cannot use `fetch`. Rejects when the signal aborts; and at once, with
   * an error named `TooSoon`, when the rate lets nothing go for `waitMs` milliseconds, which is longer than a call may last.
   */
  acquire(budget?: string, signal?: AbortSignal): Promise<void>;
  /**
   * For requests that do not go by `fetch`: shows one to whoever follows a person of this call. Does nothing, and never throws,
   * while nobody does.
   * @param signal that of the call
   */
  follow(request: FollowedRequest, signal?: AbortSignal): FollowUp;
  /** Compiles a template, or a tree whose texts are templates. Compile once, in `open`. */
  template(source: unknown): Render;
}

/** A line of `check --live`: what was looked at, whether it is well, and what to do when it is not. */
export interface Finding {
  readonly ok: boolean | "warning";
  readonly what: string;
  /** Which of the type's own findings it is (`findingsOf`), so that it can be read in another language. */
  readonly code?: string;
  /** What is filled into its words, and into those of the way out. */
  readonly values?: SentenceValues;
  /** The way out; absent when all is well. */
  readonly todo?: string;
  /** The setting that this is about, as a path inside the connector: `match.property`. */
  readonly setting?: string;
}

/**
 * A request as `preview` shows it, without credentials: the bridge hides the settings' own, but cannot know what was made of
 * them (`Basic …`).
 */
export interface PreviewRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON where it is JSON, else text. */
  readonly body: unknown;
  /** What a person should know about it, such as "the record id comes from the look-up above". */
  readonly note?: string;
  /** Which sentence `note` is, and what is filled into it, so that it can be read in another language: as of a `Reason`. */
  readonly code?: string;
  readonly values?: SentenceValues;
}

/** An answer that nobody gave, for whoever tries what it would mean. */
export interface ExampleAnswer {
  readonly status: number;
  readonly text: string;
}

/** An open connector. */
export interface Connector {
  /**
   * Sends a batch of 1 to `largestBatch` deliveries, no two of one person. Answers by delivery id. A throw means: try all again;
   * that of a `TooSoon`, that none of them was sent.
   * `signal` aborts when the bridge can wait no longer.
   */
  deliver(deliveries: readonly Delivery[], signal: AbortSignal): Promise<DeliverResult>;
  /** Asks the destination about credentials and everything that the settings name over there, changing nothing. */
  check(signal: AbortSignal): Promise<readonly Finding[]>;
  /** What `deliver` would send, from the same request builder. Sends nothing; with `live` it may look up, never write. */
  preview(
    deliveries: readonly Delivery[],
    options: { live: boolean; signal: AbortSignal },
  ): Promise<readonly PreviewRequest[]>;
  /**
   * What `deliver` would make of such an answer to its request for these: for types whose settings say what answers mean. Sends
   * nothing.
   */
  judge?(deliveries: readonly Delivery[], answer: ExampleAnswer): DeliverResult;
  close?(): Promise<void>;
}

/** A kind of destination. */
export interface ConnectorType<S extends TObject = TObject> {
  /** The word for it in the YAML: `type: hubspot`. */
  readonly type: string;
  /** One line for marketers. */
  readonly summary: string;
  /** What `init` calls a connector of this type; the type's own word unless set. */
  readonly usualName?: string;
  readonly settings: S;
  /** A YAML fragment, as it would stand under the connector's name; a test proves that it is valid. */
  readonly example: string;
  /** Most deliveries in one `deliver`. */
  largestBatch(settings: Static<S>): number;
  /** How many batches may be under way at once at most, unless the YAML says otherwise: fewer where answers become slow. */
  readonly concurrency: number;
  /** Request rates, by name. `default` is the one that the YAML's `rate` replaces; none means unlimited. */
  readonly budgets: Readonly<Record<string, Rate>>;
  /** `state`: the newest write wins and overtaken ones are not sent. `fact`: each one counts. */
  readonly writes: "state" | "fact";
  /** Where it writes: an URL (of which origin, path and names of parameters are shown), a portal. A change of it is pointed out by `check`. */
  destination(settings: Static<S>): string;
  /** Connectors with the same account share their budgets. Never shown; a credential is fine. */
  account(settings: Static<S>): string;
  /**
   * Faults that the schema cannot say, each with its path inside the connector; also warnings. Offline.
   * `what` names the fault, `todo` the way out.
   */
  lint?(settings: Static<S>): readonly SettingFault[];
  open(settings: Static<S>, tools: ConnectorTools): Connector;
}

export interface SettingFault {
  /** Path inside the connector: `["match", "property"]`. */
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly todo: string;
  readonly severity?: "error" | "warning";
}

/** Keeps the settings' static type through `open`, `lint` and the rest. Returns its argument. */
export function connectorType<S extends TObject>(type: ConnectorType<S>): ConnectorType<S> {
  return type;
}
