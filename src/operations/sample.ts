/** Signed callbacks as Chat posts them, for samples and for the demo. */
import { inPlainWords } from "../basics/network-words.ts";
import { ACCEPTED_ENCODING, readText, UNDECODED } from "../basics/read-body.ts";
import { commandOf } from "../callback.ts";
import { type EventKind, shownUrl } from "../connector.ts";
import { signOf } from "../intake/admission/authenticity.ts";
import { errorLine } from "./error-line.ts";
import { Refused } from "./refused.ts";

/** Where callbacks go, and as which app. */
export interface SampleTarget {
  readonly url: URL;
  /** The SDKAppID. */
  readonly app: string;
  /** Signs; absent for an app that takes unsigned callbacks. */
  readonly token: string | undefined;
}

export interface SampleCallback {
  readonly kind: EventKind;
  readonly officialAccount: string;
  readonly operator: string;
  readonly users: readonly string[];
  /** Chat's `OptPlatform`. */
  readonly platform: string;
  /** Milliseconds since 1970. */
  readonly eventTime: number;
  readonly clientIp?: string;
  /** The body as it goes over the wire, where it is not made of what stands above. */
  readonly body?: string | Uint8Array;
}

type WrittenCallback = Pick<SampleCallback, "kind" | "officialAccount" | "operator" | "users" | "eventTime">;

export interface SampleAnswer {
  /** Whether the bridge has taken it: from now on it must not be lost. */
  readonly ok: boolean;
  readonly status: number;
  /** Parsed JSON where it is JSON, else text. */
  readonly answer: unknown;
}

/** What to look at where a sample is refused; undefined where the answer says it. */
export function afterRefusal(status: number): string | undefined {
  if (status === 403)
    return "What listens there has another token or app than this configuration: another bridge at that port (`status` says which one serves this store), one that goes on with a former configuration (its log says why), or this one, where only this shell sets the token to another value (`status` names it).";
  if (status === 404) return "What listens there takes callbacks on another path (server.path), or is no bridge.";
  return undefined;
}

/** Milliseconds. Chat itself waits for two seconds. */
const TIMEOUT_MS = 10_000;

/** Posts one callback, which the connectors of the bridge really carry on. Rejects with `Refused` when nobody answers. */
export async function postSample(target: SampleTarget, callback: SampleCallback): Promise<SampleAnswer> {
  const address = addressOf(target, callback);
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", "accept-encoding": ACCEPTED_ENCODING },
      body: wireBody(callback.body ?? bodyOf(callback)),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...UNDECODED,
    });
    return judge(response.status, await readText(response));
  } catch (error) {
    const todo = "is it running (`serve`), and is the address right (--url)?";
    const why = whyUnreachable(error, address);
    throw new Refused("unreachable", `The bridge at ${shownUrl(target.url)} cannot be reached: ${why}; ${todo}`);
  }
}

export interface SentSamples extends SampleAnswer {
  /** Users whose callback was answered OK. */
  readonly taken: number;
  readonly ms: number;
}

/** Users in one callback. */
const LARGEST_LIST = 100;

/**
 * Posts callbacks for many users, up to the first that is not answered OK, and resolves with the last answer. Rejects with
 * `Refused` when nobody answers.
 * @param sample what is said of each of them; the operator is the user, or `administrator` for several, and it happened just now, unless given
 * @param onTaken called with how many users were taken so far
 */
export async function postSamples(
  target: SampleTarget,
  users: readonly string[],
  sample: Pick<SampleCallback, "kind" | "officialAccount"> & Partial<Pick<SampleCallback, "operator" | "eventTime">>,
  onTaken: (users: number) => void,
): Promise<SentSamples> {
  const began = performance.now();
  for (let taken = 0; ; onTaken(taken)) {
    const some = users.slice(taken, taken + LARGEST_LIST);
    const operator = sample.operator ?? (some.length === 1 ? (some[0] ?? "") : "administrator");
    const eventTime = sample.eventTime ?? Date.now();
    const callback = { ...sample, operator, users: some, platform: "RESTAPI", eventTime };
    const answer = await postSample(target, callback);
    if (answer.ok) taken += some.length;
    const ms = Math.round(performance.now() - began);
    if (!answer.ok || taken === users.length) return { ...answer, taken, ms };
  }
}

function wireBody(body: string | Uint8Array): BodyInit {
  return typeof body === "string" ? body : new Blob([body as BlobPart]);
}

/** A body of this command that is understood, for whoever has to write one. @param eventTime milliseconds since 1970 */
export function exampleBody(command: string, eventTime: number): string {
  const kind = command === commandOf("subscribed") ? "subscribed" : "unsubscribed";
  const callback = { kind, officialAccount: "@TOA#_news", operator: "jared", users: ["jared"], eventTime } as const;
  return JSON.stringify(JSON.parse(bodyOf(callback)), null, 2);
}

/** As Chat writes it. */
function bodyOf({ kind, officialAccount, operator, users, eventTime }: WrittenCallback): string {
  return JSON.stringify({
    CallbackCommand: commandOf(kind),
    Official_Account: officialAccount,
    Operator_Account: operator,
    SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })),
    EventTime: eventTime,
  });
}

function addressOf({ url, app, token }: SampleTarget, { kind, platform, clientIp }: SampleCallback): URL {
  const address = new URL(url);
  const query = {
    SdkAppid: app,
    CallbackCommand: commandOf(kind),
    contenttype: "json",
    ...(clientIp !== undefined && { ClientIP: clientIp }),
    OptPlatform: platform,
    ...signed(token),
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address;
}

/** `Sign = sha256(Token + RequestTime)` (Chat's callback authentication); RequestTime in seconds. */
function signed(token: string | undefined): Record<string, string> {
  if (token === undefined) return {};
  const requestTime = String(Math.floor(Date.now() / 1_000));
  return { RequestTime: requestTime, Sign: signOf(token, requestTime) };
}

function judge(status: number, text: string): SampleAnswer {
  const answer = parsed(text);
  const verdict = typeof answer === "object" && answer !== null ? Reflect.get(answer, "ActionStatus") : undefined;
  return { ok: status === 200 && verdict === "OK", status, answer };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Without the query that was asked with: some runtimes put the whole address into their message, its sign included. */
function whyUnreachable(error: unknown, { search }: URL): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1_000} s`;
  return errorLine(inPlainWords(error)).replaceAll(search, "");
}
