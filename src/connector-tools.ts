/**
 * Tools for whoever writes a connector, beside the words of `connector.ts`: what every destination's connector needs once it has
 * an answer, an error, or deliveries to compose. Pure, and free to be left aside.
 */

import { createHash } from "node:crypto";
import { chunksWithin, type RequestLimits } from "./basics/chunks.ts";
import { isCredentialHeaderName } from "./basics/credential-names.ts";
import { decodeText } from "./basics/decode-text.ts";
import { fieldFound, fieldWords } from "./basics/field-findings.ts";
import { isPage, readable } from "./basics/foreign-page.ts";
import { costlyJson } from "./basics/json-bounds.ts";
import { CUT, inPlainWords } from "./basics/network-words.ts";
import { retryAfterMs } from "./basics/retry-after.ts";
import { type Said, SENTENCES, type SentenceValue, sentence, together } from "./basics/sentences.ts";
import { nearest } from "./basics/suggest.ts";
import {
  type DeliverResult,
  type Delivery,
  type Event,
  type EventKind,
  errorWords,
  type Found,
  type HttpAnswer,
  type Outcome,
  type Outcomes,
  type PreviewRequest,
  type Reason,
  rejected,
  type SettingFault,
  saidOfError,
} from "./connector.ts";

// from the ground floor, which connectors do not know
export {
  CUT,
  chunksWithin,
  costlyJson,
  decodeText,
  inPlainWords,
  isCredentialHeaderName,
  isPage,
  nearest,
  type RequestLimits,
  readable,
  retryAfterMs,
  type Said,
  sentence,
};

// --- answers --------------------------------------------------------------------------------------------------------

/** A result that is about the destination, whatever was sent. */
export type Trouble = Extract<DeliverResult, { tag: "unavailable" | "credentialsRefused" | "gone" }>;

/** The destination is in trouble: the connector backs off. `unavailableBy` makes it of an error. */
export function unavailable(reason: Reason | string, retryAfterMs?: number): Extract<Trouble, { tag: "unavailable" }> {
  const why = typeof reason === "string" ? { words: reason } : reason;
  return { tag: "unavailable", reason: why, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/**
 * The result for a status by which a destination speaks of itself: 401 and 403 refuse the credentials; 429 and 5xx are trouble,
 * with the wait that it asks for. Undefined for any other, which the destination's documentation has to explain. Also for 410:
 * only who documents it as the end of the address is `gone`, which pauses the connector until a person resumes it.
 */
export function troubleOf(answer: Pick<HttpAnswer, "status" | "retryAfterMs">, reason: Reason): Trouble | undefined {
  const { status, retryAfterMs } = answer;
  if (isRefusal(status)) return { tag: "credentialsRefused", reason };
  return status === 429 || status >= 500 ? unavailable(reason, retryAfterMs) : undefined;
}

/** 2xx: the request was taken, and no more is known; what became of it its body has to say. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** 401 and 403: whether of a delivery or of a `check`, it is the credentials that are to be looked at. */
export function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

/** How a refusal reads at one destination. */
export interface RefusalWords {
  /** What it means where the destination itself refuses: `HubSpot refuses the access token`. */
  readonly own: Said;
  /** The setting that says where it is: `base_url`. */
  readonly setting: string;
  /** The answer is none that the destination gives, such as a page for people (`isPage`). */
  readonly isForeign: boolean;
}

const [FOREIGN = ""] = SENTENCES.foreign_refusal.split(":");

/**
 * What 401 or 403 mean, the likeliest cause first: a firewall in between answers so as well, and its page says nothing about
 * credentials. What follows is the same: the connector pauses, keeps everything, and asks again by itself.
 */
export function refusalMeaning({ own, setting, isForeign }: RefusalWords): Said {
  return isForeign ? sentence("foreign_refusal", { setting, own }) : own;
}

/** What statuses mean at one destination, those that are no success. */
export interface StatusWords {
  readonly byStatus: Readonly<Record<number, Said>>;
  /** 5xx, where `byStatus` has nothing of it. */
  readonly trouble: Said;
  /** Whatever else it has nothing of. */
  readonly otherwise: Said;
  /** As `RefusalWords`; also what is to be corrected where it redirects. */
  readonly setting: string;
}

/** @param isForeign as `RefusalWords` */
export function meaningOfStatus(status: number, words: StatusWords, isForeign: boolean): Said {
  const { byStatus, trouble, otherwise, setting } = words;
  const redirect = status >= 300 && status < 400 ? sentence("redirect", { setting }) : undefined;
  const own = byStatus[status] ?? redirect ?? (status >= 500 ? trouble : otherwise);
  return isRefusal(status) ? refusalMeaning({ own, setting, isForeign }) : own;
}

/** The reason of an answer whose own words stand in one field of its JSON; whatever has no such JSON is quoted as it came. */
export function reasonByField(
  { status, text }: Pick<HttpAnswer, "status" | "text">,
  body: unknown,
  { field, words }: { readonly field: string; readonly words: StatusWords },
): Reason {
  const message = asRecord(body)[field];
  const own = typeof message === "string" ? message : text;
  return reasonFor({ status, text: own }, meaningOfStatus(status, words, !isRecord(body)));
}

/** Whether it was refused by an answer that is not the destination's own. */
export function isForeignRefusal({ words }: Pick<Reason, "words">): boolean {
  return words.includes(FOREIGN);
}

/**
 * `HTTP 404`, with what that means here, and all that the destination said, of a page what it says to people: the bridge shortens
 * it, once secrets are out of it.
 */
export function reasonFor({ status, text }: Pick<HttpAnswer, "status" | "text">, meaning?: Said | string): Reason {
  const message = readable(text);
  return { ...httpSentence(status, meaning), status, ...(message !== "" && { message }) };
}

function httpSentence(status: number, meaning: Said | string | undefined): Said {
  if (meaning === undefined) return sentence("http", { status });
  // words of a connector of one's own are shown as they are, and the whole of them
  return typeof meaning === "string"
    ? { words: `HTTP ${status}: ${meaning}` }
    : sentence("http_meaning", { status, meaning });
}

/** A reason as one text: its words, and in parentheses what the destination said. */
export function wordsWithMessage({ words, message }: Pick<Reason, "words" | "message">): string {
  return message === undefined ? words : `${words} (${message})`;
}

/** The same as a sentence. */
export function withMessage({ message, ...reason }: Reason): Said {
  const { words, code, values } = reason;
  const said = { words, ...(code !== undefined && { code }), ...(values !== undefined && { values }) };
  return message === undefined ? said : sentence("with_message", { said, message });
}

/** The note of a request that `preview` shows. */
export function noted(note: Said | undefined): Pick<PreviewRequest, "note" | "code" | "values"> {
  if (note === undefined) return {};
  const { words, ...of } = note;
  return { note: words, ...of };
}

/** A result with what was settled before it; where both speak of a delivery, the result does. */
export function withOutcomes<R extends DeliverResult>(result: R, before: Outcomes): R {
  if (before.size === 0 && result.outcomes !== undefined) return result;
  return { ...result, outcomes: new Map([...before, ...(result.outcomes ?? [])]) };
}

// --- JSON that nobody promised --------------------------------------------------------------------------------------

/** The parsed text, or undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value where it is an object, else an empty one. */
export function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** A list where one may stand: nothing is an empty one; undefined for whatever else stands there, which says nothing of anybody. */
export function listIn(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

/** Whether what an error says of itself may pass by: it buries nobody. Of a limit of sizes as well, which is only late. */
export function soundsPassing(words: string): boolean {
  return /\b(rate|limit|internal|timeout|timed out|unavailable|overload|try again|later|locked)/i.test(words);
}

/** Who was alone in a request that got an error which may pass by, and names nobody: it is about this one. Undefined otherwise. */
export function passingAlone<T>(sent: readonly T[], words: string): T | undefined {
  return sent.length === 1 && soundsPassing(words) ? sent[0] : undefined;
}

// --- requests -------------------------------------------------------------------------------------------------------

/** The value of `Authorization` by RFC 7617, in UTF-8. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

// --- settings -------------------------------------------------------------------------------------------------------

/** How faults of an address read at one setting. */
export interface BaseUrlWords {
  readonly setting: string;
  /** What the setting is called: `the base URL`. */
  readonly name: string;
  /** What the requests carry: `the access token`. */
  readonly credential: string;
  /** The way out where it is no address. */
  readonly example: string;
  /** Where else a credential belongs, for one that stands in the URL. */
  readonly instead?: string;
  /** True for a whole address, to which nothing is put: it may have a query. */
  readonly isWhole?: boolean;
}

/** What to change in a text that is no web address, where what was copied with it, or lost, is plain to see; shows nothing of it. */
export function addressSlip(text: string): string | undefined {
  if (/^<.*>$/.test(text)) return "remove < and > around it";
  if (/^!?\[[^\]]*\]\([^)]*\)$/.test(text)) return "keep only what stands between the parentheses";
  if (/^[A-Za-z_]\w*\s*[=:]\s*https?:\/\//.test(text)) return "keep only what begins with https://";
  if (/^https?:?\/*\S*\s/i.test(text)) return "remove the blank in it";
  if (/^https?\/\//i.test(text)) return "write a colon behind https: https://…";
  if (/^(?:[\w-]+\.)+[a-z]{2,}(?:[:/?]|$)/i.test(text)) return "write https:// before it";
  return undefined;
}

/** A blank that stands in an address, which a runtime would send as `%20`; in a template it may be its own. */
export function hasBlank(text: string): boolean {
  return /\S\s+\S/.test(text) && !/\{[{%]/.test(text);
}

/**
 * For `lint`: an address to whose end paths are put, or a whole one. Credentials and fragments have no place in it, queries only
 * in a whole one.
 */
export function baseUrlFaults(text: string, words: BaseUrlWords): SettingFault[] {
  const { setting, name, credential, example, instead = "", isWhole = false } = words;
  const path = [setting];
  const faults: SettingFault[] = [];
  const url = URL.canParse(text) && !hasBlank(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return [{ path, what: "this is not a web address", todo: addressSlip(text) ?? example }];
  }
  const hasQuery = url.search !== "" && !isWhole;
  if (url.username !== "" || url.password !== "" || hasQuery || url.hash !== "") {
    const [what, rest] = isWhole
      ? ["a password or a fragment", "a path, and a query"]
      : ["a password, a query or a fragment", "a path"];
    const todo = `leave only https://, the host name and, if need be, ${rest}${instead}`;
    faults.push({ path, what: `${name} carries ${what}`, todo });
  }
  if (url.protocol === "http:" && !/^(localhost|\[::1\]|127\..*)$/.test(url.hostname)) {
    const todo = "use https:// unless the server is on a network that nobody else can read";
    faults.push({ path, what: `${credential} would travel unencrypted`, todo, severity: "warning" });
  }
  return faults;
}

// --- deliveries -----------------------------------------------------------------------------------------------------

/** What is to be sent for one delivery, or why it never can be. */
export type Composition<T> = { readonly composed: T } | { readonly refused: Reason | string };

export interface ComposedBatch<T> {
  readonly composed: readonly T[];
  /** Those that cannot be sent: rejected, by delivery id. */
  readonly refused: ReadonlyMap<string, Outcome>;
}

const refusedUnsent = (reason: Reason | string): Outcome => ({ ...rejected(reason), unsent: true });

/** Composes each delivery by itself: one that is refused, or whose template throws, does not take the others along. */
export function composeEach<T>(
  deliveries: readonly Delivery[],
  compose: (delivery: Delivery) => Composition<T>,
): ComposedBatch<T> {
  const composed: T[] = [];
  const refused = new Map<string, Outcome>();
  for (const delivery of deliveries) {
    try {
      const composition = compose(delivery);
      if ("composed" in composition) composed.push(composition.composed);
      else refused.set(delivery.id, refusedUnsent(composition.refused));
    } catch (error) {
      refused.set(delivery.id, refusedUnsent(sentence("template_failed", { fault: errorWords(error) })));
    }
  }
  return { composed, refused };
}

/** What a template has made of a delivery, as text; nothing of what is not there. */
export function asText(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** For sorting: the older event first; of two at the same time the one that unsubscribes last, so that it is what stays. */
export function byAge({ id, event }: Delivery, other: Delivery): number {
  if (event.eventTime !== other.event.eventTime) return event.eventTime - other.event.eventTime;
  if (event.kind !== other.event.kind) return event.kind === "subscribed" ? -1 : 1;
  return id < other.id ? -1 : 1;
}

/** What several deliveries write of one person, as one: name by name, the newest event wins. */
export function newestWins<T extends { readonly delivery: Delivery }, V>(
  all: readonly T[],
  written: (one: T) => Readonly<Record<string, V>>,
): Record<string, V> {
  const oldestFirst = [...all].sort((one, other) => byAge(one.delivery, other.delivery));
  return Object.assign({}, ...oldestFirst.map(written));
}

/** By key, each group in its order. */
export function grouped<T>(entries: readonly (readonly [string, T])[]): Map<string, [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const [key, one] of entries) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Sends piece after piece until one is stopped. @param settled what was known before, by delivery id */
export async function sendPieces<T>(
  pieces: readonly T[],
  settled: Outcomes,
  send: (piece: T) => Promise<DeliverResult> | DeliverResult,
): Promise<DeliverResult> {
  const [only] = pieces;
  // as it is nearly always: a copy of its outcomes would say the same
  if (only !== undefined && pieces.length === 1 && settled.size === 0) return send(only);
  const found = new Map(settled);
  for (const piece of pieces) {
    const result = await send(piece);
    for (const [id, outcome] of result.outcomes ?? []) found.set(id, outcome);
    if (result.tag !== "outcomes") return withOutcomes(result, found);
  }
  return { tag: "outcomes", outcomes: found };
}

/** What is written at once, and settles these deliveries: several of one person, put together. */
export interface WrittenAtOnce {
  readonly deliveries: readonly Delivery[];
}

/** A result that ends all sending. */
export type Ending = Exclude<DeliverResult, { tag: "outcomes" }>;

/** A request got no answer that could be used, and neither will the next one. */
export interface Stopped {
  readonly tag: "stopped";
  readonly result: Ending;
}

/** What became of what a request was to write. */
export interface Sent<T> {
  readonly outcomes: ReadonlyMap<T, Outcome>;
  /** Why nothing more can be sent; whoever has no outcome by then has to come again. */
  readonly stopped?: Ending;
}

/**
 * Sends chunk after chunk until one is stopped, and says what became of each delivery.
 * @param settled what was known before, by delivery id
 */
export async function sendChunks<T extends WrittenAtOnce>(
  chunks: readonly (readonly T[])[],
  settled: Outcomes,
  send: (chunk: readonly T[]) => Promise<Sent<T>>,
): Promise<DeliverResult> {
  const found = new Map(settled);
  for (const chunk of chunks) {
    const { outcomes, stopped } = await send(chunk);
    for (const [{ deliveries }, outcome] of outcomes) for (const { id } of deliveries) found.set(id, outcome);
    if (stopped !== undefined) return withOutcomes(stopped, found);
  }
  return { tag: "outcomes", outcomes: found };
}

/** Who of those that were asked for is known over there; undefined: it does not say. */
export interface LookedUp {
  readonly tag: "lookedUp";
  readonly isKnown: (id: string) => boolean | undefined;
}

/** How a destination is asked who is known, which would make whoever is not, or pass over them in silence. */
export interface Asking<T> {
  readonly idOf: (one: T) => string;
  readonly lookUp: (all: readonly T[]) => Promise<LookedUp | Stopped>;
  readonly write: (known: readonly T[]) => Promise<Sent<T>>;
  /** Of somebody who is not written. @param isKnown as the look-up has it */
  readonly unwritten: (one: T, isKnown: false | undefined) => Outcome;
}

/** Writes those alone whom the destination knows. */
export async function sendKnown<T>(all: readonly T[], { idOf, lookUp, write, unwritten }: Asking<T>): Promise<Sent<T>> {
  const looked = await lookUp(all);
  if (looked.tag === "stopped") return { outcomes: new Map(), stopped: looked.result };
  const known: T[] = [];
  const left = new Map<T, Outcome>();
  for (const one of all) {
    const isKnown = looked.isKnown(idOf(one));
    if (isKnown === true) known.push(one);
    else left.set(one, unwritten(one, isKnown));
  }
  if (known.length === 0) return { outcomes: left };
  const sent = await write(known);
  return { ...sent, outcomes: new Map([...left, ...sent.outcomes]) };
}

/** Who is known, in one line. Throws the reason of a look-up that was stopped. */
function knownOf(ids: readonly string[], looked: LookedUp | Stopped): Said | undefined {
  if (looked.tag === "stopped") throw new Error(wordsWithMessage(looked.result.reason));
  const saidOf = (isKnown: boolean | undefined) =>
    sentence(isKnown === undefined ? "untold_check" : isKnown ? "known_there" : "not_known_there");
  return eachOf(ids.map((one) => ({ one, what: saidOf(looked.isKnown(one)) })));
}

export interface KnownPreview<T> {
  idOf(one: T): string;
  /** Undefined where nobody is to be asked. Throws the reason of one that was stopped. */
  readonly lookUp: ((ids: readonly string[]) => Promise<LookedUp | Stopped>) | undefined;
  /** What is noted of a look-up that was not made. */
  readonly unasked: Said;
  look(ids: readonly string[], note: Said | undefined): PreviewRequest;
  write(known: readonly T[]): PreviewRequest;
}

/** For previews: what `sendKnown` would ask and write, the look-ups first; where nobody is asked, all as written. */
export async function previewKnown<T>(
  chunks: readonly (readonly T[])[],
  { idOf, lookUp, unasked, look, write }: KnownPreview<T>,
): Promise<readonly PreviewRequest[]> {
  const looks: PreviewRequest[] = [];
  const writes: PreviewRequest[] = [];
  for (const chunk of chunks) {
    const ids = chunk.map(idOf);
    const looked = await lookUp?.(ids);
    looks.push(look(ids, looked === undefined ? unasked : knownOf(ids, looked)));
    const known = chunk.filter((one) => looked?.tag !== "lookedUp" || looked.isKnown(idOf(one)));
    if (known.length > 0) writes.push(write(known));
  }
  return [...looks, ...writes];
}

/** `jared: known; mia: not known` */
export function eachOf(all: readonly { readonly one: string; readonly what: SentenceValue }[]): Said | undefined {
  return together(
    all.map((each) => sentence("of_one", each)),
    (two) => sentence("each", two),
  );
}

/** For previews: throws the reason when there is nothing to send because `deliver` would reject it. */
export function insistOnAny({ composed, refused }: ComposedBatch<unknown>): void {
  const [first] = refused.values();
  if (composed.length === 0 && first?.tag === "rejected") throw new Error(first.reason.words);
}

/** A delivery to try templates on; `event` overrides what matters. The same user, kind and time give the same id. */
export function sampleDelivery(user = "jared", event: Partial<Event> = {}): Delivery {
  const id = createHash("sha256")
    .update(`${user} ${event.eventTime ?? ""} ${event.kind ?? ""}`)
    .digest("hex");
  return {
    id: `${id}-test`,
    attempts: 0,
    event: {
      id,
      kind: "unsubscribed",
      app: "1400000000",
      officialAccount: "@TOA#_news",
      user,
      operator: user,
      byAdmin: false,
      platform: "iOS",
      clientIp: "203.0.113.7",
      eventTime: 1_767_225_600_123,
      receivedAt: 1_767_225_600_456,
      ...event,
    },
  };
}

export function sampleDeliveries(count: number): Delivery[] {
  return Array.from({ length: count }, (_, index) => sampleDelivery(`user-${index + 1}`));
}

// --- checks ---------------------------------------------------------------------------------------------------------

/** Of which sample event a value is, and how a fault of it is told. */
export interface OnSample {
  readonly kind: EventKind;
  readonly ok: Extract<Found["ok"], false | "warning">;
  /** Stands before the way out: where it matters only to some. */
  readonly only: SentenceValue;
}

/**
 * Whether a field takes what its template makes of sample events, one that left and one that came back.
 * @param valueFrom may throw, as a template may
 * @param faultOf undefined where the field takes the value
 */
export function foundOnSamples<T>(
  { name, type }: { readonly name: string; readonly type: string },
  valueFrom: (delivery: Delivery) => T,
  faultOf: (value: T, sample: OnSample) => Found | undefined,
): Found {
  for (const kind of ["unsubscribed", "subscribed"] as const) {
    const fault = faultOnSample(sampleOf(kind), valueFrom, faultOf);
    if (fault !== undefined) return fault;
  }
  return fieldFound(true, "takes", { name, type });
}

/** Most connectors get unsubscriptions only. */
const sampleOf = (kind: EventKind): OnSample =>
  kind === "unsubscribed"
    ? { kind, ok: false, only: "" }
    : { kind, ok: "warning", only: fieldWords("only_subscribed") };

function faultOnSample<T>(
  sample: OnSample,
  valueFrom: (delivery: Delivery) => T,
  faultOf: (value: T, sample: OnSample) => Found | undefined,
): Found | undefined {
  const { kind, ok, only } = sample;
  let value: T;
  try {
    value = valueFrom(sampleDelivery("jared", { kind }));
  } catch (error) {
    return fieldFound(ok, "template", { kind, fault: saidOfError(error), only });
  }
  return faultOf(value, sample);
}

/** What may have been meant by a name that a destination does not have, to stand behind a finding; empty where nothing is near. */
export function didYouMean(name: string, known: readonly string[]): SentenceValue {
  const near = nearest(name, known);
  return near === undefined ? "" : fieldWords("did_you_mean", { name: near });
}

/** What a preview notes of records that were found, more than a person may have. */
export const moreThanMax = (found: SentenceValue, max: number): Said => fieldWords("too_many", { found, max });
