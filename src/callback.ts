/**
 * What a subscriber callback of Chat says: its raw body checked field by field, and the events that follow from it.
 *
 * Protocol facts are from Chat's pages "After Official Account Is Unsubscribed" and "… Is Subscribed", which share one body.
 * Everything here is a function of the stored callback, `receivedAt` included: intake checks a callback before it is
 * stored, the router reads it again afterwards, and both come to the same result.
 */
import { createHash, hash } from "node:crypto";
import { costlyJson } from "./basics/json-bounds.ts";
import type { Event, EventKind } from "./connector.ts";
import type { Callback, QuarantineEntry, StaleMark } from "./storage/contract/callbacks.ts";
import { eventsOfWish, RECONCILED, readHealed } from "./storage/rules/healed-callback.ts";

const DELETE_SUBSCRIBER = "OfficialAccount.CallbackAfterDeleteSubscriber";
const ADD_SUBSCRIBER = "OfficialAccount.CallbackAfterAddSubscriber";
/** An official account is gone, and with it every subscription: no callback tells of those. */
export const ACCOUNT_DESTROYED = "OfficialAccount.CallbackAfterOfficialAccountDestroyed";

/** Bytes of UTF-8. Chat's own ids have up to 32; the same bound holds for official accounts and operators. */
const LONGEST_ID = 256;
/** As milliseconds this is March 1973, as seconds the year 5138: what lies below was meant as seconds. */
const FEWEST_MILLISECONDS = 100_000_000_000;
/** Milliseconds that an EventTime may lie ahead of our clock. */
export const MOST_AHEAD = 10 * 60_000;
/** First element of the array that an event id is the hash of: a change of what follows it needs a new number. */
const EVENT_ID_VERSION = 1;

/** A callback whose body is understood. */
export interface CheckedCallback {
  readonly ok: true;
  readonly kind: EventKind;
  readonly officialAccount: string;
  /** Empty when Chat did not say who did it. */
  readonly operator: string;
  /** Milliseconds since 1970. */
  readonly eventTime: number;
  /** User ids, each once, in the order of the list. */
  readonly users: readonly string[];
  /** One entry for each user whose id cannot be used. */
  readonly quarantine: readonly QuarantineEntry[];
}

/** A callback that is not understood: names the field and what was expected. */
export interface FaultyCallback {
  readonly ok: false;
  readonly fault: string;
}

/** What `readCallback` makes of a callback. */
export type CallbackReading =
  | { readonly ok: true; readonly events: readonly Event[]; readonly quarantine: readonly QuarantineEntry[] }
  | FaultyCallback;

/** The kind of event that a callback command reports; undefined for all other commands of Chat. */
export function eventKind(command: string): EventKind | undefined {
  if (command === DELETE_SUBSCRIBER) return "unsubscribed";
  return command === ADD_SUBSCRIBER ? "subscribed" : undefined;
}

/** The command that reports this kind of event. */
export function commandOf(kind: EventKind): string {
  return kind === "unsubscribed" ? DELETE_SUBSCRIBER : ADD_SUBSCRIBER;
}

/**
 * Whether a command is about an official account itself. Such a notice is kept raw and never becomes an event: `Sign` does not
 * cover a body, so it is no more than a reason to ask Chat.
 */
export function isNotice(command: string): boolean {
  return command === ACCOUNT_DESTROYED;
}

/** A notice whose body names an official account. */
export interface CheckedNotice {
  readonly ok: true;
  readonly officialAccount: string;
}

/** Checks a notice. Never throws. */
export function checkNotice(callback: Callback): CheckedNotice | FaultyCallback {
  const fields = objectIn(callback.body);
  if (fields === undefined) return unreadable(callback);
  const { Official_Account: officialAccount } = fields;
  const wrong =
    commandFault(fields.CallbackCommand, callback.command) ?? accountFault("Official_Account", officialAccount, 1);
  // the cast states what the check has established
  return wrong === undefined ? { ok: true, officialAccount: officialAccount as string } : fault(wrong);
}

/** The command that a body names, when it is JSON and names one. For requests whose URL names none. */
export function commandInBody(body: Uint8Array): string | undefined {
  const command = objectIn(body)?.CallbackCommand;
  return typeof command === "string" ? command : undefined;
}

/**
 * The subscriber's command that a body names, if it names one. For bodies under another command in the URL: messages, mostly,
 * so that most are not parsed.
 */
export function subscriberCommandIn(body: Uint8Array): string | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const command = bytes.includes(SUBSCRIBER_COMMANDS) ? commandInBody(body) : undefined;
  return command !== undefined && eventKind(command) !== undefined ? command : undefined;
}

/** How both of them begin. */
const SUBSCRIBER_COMMANDS = "OfficialAccount.CallbackAfter";

/**
 * An event's id: SHA-256, lower-case hex, of the JSON array `[1, app, command, officialAccount, user, eventTime]`.
 * Chat sends no id of its own: what is equal in these is the same event.
 */
export function eventId(
  app: string,
  command: string,
  officialAccount: string,
  user: string,
  eventTime: number,
): string {
  return hash("sha256", JSON.stringify([EVENT_ID_VERSION, app, command, officialAccount, user, eventTime]), "hex");
}

/** Checks a callback and makes its events: one per user, each user once. Never throws. */
export function readCallback(callback: Callback): CallbackReading {
  if (callback.command === RECONCILED) return readOurOwn(callback);
  const checked = checkCallback(callback);
  if (!checked.ok) return checked;
  return { ok: true, events: eventsOf(callback, checked, checked.users), quarantine: checked.quarantine };
}

/** One that we have written ourselves, into the store: from outside it is none of ours. */
function readOurOwn(callback: Callback): CallbackReading {
  const wish = readHealed(callback);
  return wish === undefined
    ? fault(`body: expected what ${RECONCILED} holds`)
    : { ok: true, events: eventsOfWish(wish), quarantine: [] };
}

/** The events of some users of a checked callback. */
export function eventsOf(callback: Callback, checked: CheckedCallback, users: readonly string[]): Event[] {
  return users.map((user) => eventOf(callback, checked, user));
}

/** The event of one user. */
export function eventOf(
  { app, command, platform, clientIp, receivedAt }: Omit<Callback, "body">,
  {
    kind,
    officialAccount,
    operator,
    eventTime,
  }: Pick<CheckedCallback, "kind" | "officialAccount" | "operator" | "eventTime">,
  user: string,
): Event {
  return {
    id: eventId(app, command, officialAccount, user, eventTime),
    kind,
    app,
    officialAccount,
    user,
    operator,
    byAdmin: isByAdmin(operator, user),
    platform,
    clientIp,
    eventTime,
    receivedAt,
  };
}

/** Whether somebody other than the user did it; of an operator whom nobody knows (an empty one) nobody can say so. */
function isByAdmin(operator: string, user: string): boolean {
  return operator !== "" && operator !== user;
}

/** Left out, null, empty or blank: Chat does not say who did it. What happened is as certain as ever. */
function operatorIn(value: unknown): unknown {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "") ? "" : value;
}

/** Checks a callback without making its events (their ids cost a hash each): what intake needs to know. Never throws. */
export function checkCallback(callback: Callback): CheckedCallback | FaultyCallback {
  const kind = eventKind(callback.command);
  if (kind === undefined) return fault(`CallbackCommand: expected ${DELETE_SUBSCRIBER} or ${ADD_SUBSCRIBER}`);
  const fields = objectIn(callback.body);
  if (fields === undefined) return unreadable(callback);
  const { Official_Account: officialAccount } = fields;
  const operator = operatorIn(fields.Operator_Account);
  const eventTime = numberIn(fields.EventTime);
  const entries = fields.SubscribeAccountList;
  const wrong =
    commandFault(fields.CallbackCommand, callback.command) ??
    accountFault("Official_Account", officialAccount, 1) ??
    accountFault("Operator_Account", operator, 0) ??
    eventTimeFault(eventTime, callback.receivedAt) ??
    listFault(entries);
  if (wrong !== undefined) return fault(wrong);
  // the casts state what the checks above have established
  const head = { kind, officialAccount: officialAccount as string, operator: operator as string };
  const ids = (entries as readonly Subscriber[]).map((entry) => entry.Subscriber_Account);
  return { ok: true, ...head, eventTime: eventTime as number, ...sortUsers(callback, fields, ids) };
}

/** Why what came stale is in the quarantine, in the words of this release and of every older one. */
export const STALE_FAULT = "RequestTime is too far from our clock";

/** Whether an entry is in the quarantine for what its body says, in the words of this release or an older one. */
export function isFaultOfReading(fault: string): boolean {
  return OF_THE_BODY.test(fault);
}

const OF_THE_BODY =
  /^(body|CallbackCommand|Official_Account|Operator_Account|EventTime|SubscribeAccountList|Subscriber_Account)\b/;

/** The quarantine entry of a callback that is kept whole. */
export function quarantineEntry(callback: Callback, fault: string): QuarantineEntry {
  const id = createHash("sha256").update(fault).update("\0").update(callback.body).digest("hex");
  return { ...asReceived(callback), id, fault, size: callback.body.length };
}

/** The quarantine entry of a callback whose body was not kept; `size` in bytes. Each one counts: its time is in its id. */
export function bodilessEntry(callback: Callback, fault: string, size: number): QuarantineEntry {
  const { app, command, receivedAt } = callback;
  const id = hash("sha256", JSON.stringify([fault, app, command, receivedAt, size]), "hex");
  return { ...asReceived(callback), body: new Uint8Array(), id, fault, size };
}

/**
 * The quarantine entry of a stale callback; `size` in bytes, also where its body was not kept. Its RequestTime is in its id:
 * who has an old URL must not be able to put their own entry in another's place.
 */
export function staleEntry(callback: Callback, fault: string, stale: StaleMark, size: number): QuarantineEntry {
  const { app, command, body, receivedAt } = callback;
  const isWhole = body.length === size;
  const head = JSON.stringify([fault, app, command, stale.requestTime, size, isWhole ? null : receivedAt]);
  const id = createHash("sha256").update(head).update("\0").update(body).digest("hex");
  return { ...asReceived(callback), id, fault, size, stale };
}

/** Without what a store has added: an entry is the same before and after. */
function asReceived({ app, command, platform, clientIp, receivedAt, body }: Callback): Callback {
  return { app, command, platform, clientIp, receivedAt, body };
}

type Fields = Readonly<Record<string, unknown>>;
interface Subscriber {
  readonly Subscriber_Account: string;
}

const fault = (fault: string): FaultyCallback => ({ ok: false, fault });
const unreadable = ({ body }: Callback): FaultyCallback =>
  fault(`body: ${costlyJson(body) ?? "expected a JSON object in UTF-8"}`);
const utf8 = new TextDecoder("utf-8", { fatal: true });

function objectIn(body: Uint8Array): Fields | undefined {
  if (costlyJson(body) !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function commandFault(value: unknown, inUrl: string): string | undefined {
  if (value === inUrl) return undefined;
  return typeof value === "string"
    ? `CallbackCommand: expected ${inUrl} as in the URL`
    : `CallbackCommand: expected a string, got ${nameOfType(value)}`;
}

function accountFault(field: string, value: unknown, fewest: 0 | 1): string | undefined {
  if (typeof value !== "string") return `${field}: expected a string, got ${nameOfType(value)}`;
  const wrong = value === "" && fewest === 0 ? undefined : idFault(value);
  return wrong === undefined ? undefined : `${field}: ${wrong}`;
}

/** Sample callbacks of Chat write times as text, too: an integer in plain decimal digits is the same time either way. */
function numberIn(value: unknown): unknown {
  return typeof value === "string" && /^(0|[1-9]\d{0,15})$/.test(value) ? Number(value) : value;
}

function eventTimeFault(value: unknown, receivedAt: number): string | undefined {
  const expected = "EventTime: expected milliseconds since 1970";
  if (typeof value !== "number") return `${expected} as an integer, got ${nameOfType(value)}`;
  if (!Number.isSafeInteger(value)) return `${expected} as an integer, got another number`;
  if (value < 0) return `${expected}, got a negative number`;
  if (value < FEWEST_MILLISECONDS) return `${expected}, got what seems to be seconds`;
  if (value > receivedAt + MOST_AHEAD) return `${expected}, got a time more than 10 minutes ahead of our clock`;
  return undefined;
}

function listFault(value: unknown): string | undefined {
  if (!Array.isArray(value)) return `SubscribeAccountList: expected an array, got ${nameOfType(value)}`;
  const index = value.findIndex((entry) => typeof entry?.Subscriber_Account !== "string");
  if (index === -1) return undefined;
  const entry: unknown = value[index];
  return isObject(entry)
    ? `SubscribeAccountList[${index}].Subscriber_Account: expected a string, got ${nameOfType(entry.Subscriber_Account)}`
    : `SubscribeAccountList[${index}]: expected an object, got ${nameOfType(entry)}`;
}

/** Parts the users whose ids can be used from those whose cannot. */
function sortUsers(
  callback: Callback,
  fields: Fields,
  ids: readonly string[],
): Pick<CheckedCallback, "users" | "quarantine"> {
  const users: string[] = [];
  const quarantine: QuarantineEntry[] = [];
  // most callbacks name one user
  for (const id of ids.length === 1 ? ids : new Set(ids)) {
    const wrong = idFault(id);
    if (wrong === undefined) users.push(id);
    else quarantine.push(quarantineEntry(withOnly(id, callback, fields), `Subscriber_Account: ${wrong}`));
  }
  return { users, quarantine };
}

/** The callback as if it had named this user alone: small, and replayable without touching the others. */
function withOnly(user: string, callback: Callback, fields: Fields): Callback {
  const { CallbackCommand, Official_Account, Operator_Account, EventTime } = fields;
  const SubscribeAccountList = [{ Subscriber_Account: user }];
  const body = { CallbackCommand, Official_Account, Operator_Account, SubscribeAccountList, EventTime };
  return { ...callback, body: Buffer.from(JSON.stringify(body)) };
}

/** What is wrong with an id; undefined when nothing is. */
function idFault(id: string): string | undefined {
  // nearly every id there is: one look decides it
  if (ORDINARY.test(id)) return undefined;
  if (id === "") return "expected an id, got an empty string";
  if (isTooLong(id)) return `expected at most ${LONGEST_ID} bytes`;
  if (CONTROL.test(id)) return "expected no control characters";
  return id.isWellFormed() ? undefined : "expected well-formed Unicode, got a lone surrogate";
}

const ORDINARY = /^[ -~]{1,85}$/;
const CONTROL = /\p{Cc}/u;

function isTooLong(id: string): boolean {
  // a UTF-16 unit is one to three bytes of UTF-8: most ids are decided by their length alone
  return id.length > LONGEST_ID / 3 && (id.length > LONGEST_ID || Buffer.byteLength(id) > LONGEST_ID);
}

function nameOfType(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
