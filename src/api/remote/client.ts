/** Asking the API of a bridge from afar: every way in which that can fail is said in words for people. */
import type { Static, TSchema } from "@sinclair/typebox";
import { PROBLEM_TYPE } from "../../admin/answers.ts";
import { inPlainWords } from "../../basics/network-words.ts";
import { readAtMost } from "../../basics/read-body.ts";
import { shownUrl } from "../../basics/shown-url.ts";
import { shown } from "../../basics/text.ts";
import { sleep } from "../../basics/waiting.ts";
import { redactor } from "../../config/credentials/redact.ts";
import { Refused } from "../../operations/refused.ts";
import { API_PATH } from "../calling.ts";
import { AFTER, NO_SUCH_PATH, type ProblemMember } from "../problem.ts";
import { decode, Misshapen } from "../wire/codec.ts";

export interface Remote {
  /** Where the admin listener is, base path included: `https://bridge.example.com/unsub`. */
  readonly url: string;
  readonly token: string;
  /** Of this program. */
  readonly version: string;
}

export interface ApiClient {
  /** @param query what is undefined is left out */
  get<A extends TSchema>(answer: A, path: string, query?: Query): Promise<Static<A>>;
  /** The same; `null` where what was named is not there. */
  find<A extends TSchema>(answer: A, path: string): Promise<Static<A> | null>;
  post<A extends TSchema>(answer: A, path: string, body?: object): Promise<Static<A>>;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Of an address. */
export const part = (text: string): string => encodeURIComponent(text);

/** As the API takes times. @param ms milliseconds since 1970 */
export const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

/** Milliseconds; longer than the listener takes at most. */
const PATIENCE_MS = 30_000;
/** So often it is asked again where the bridge says that there were too many requests. */
const MOST_TRIES = 20;

/** Each call rejects with `Refused`. */
export function openApiClient(remote: Remote): ApiClient {
  async function ask<A extends TSchema>(answer: A, path: string, init: RequestInit = {}): Promise<Static<A>> {
    const response = await patiently(() => asked(remote, path, init));
    const json = await jsonOf(remote, response);
    if (!response.ok) throw refusalOf(remote, response, json, path);
    if (json === undefined) throw noBridge(remote, response);
    try {
      return decode(answer, json);
    } catch (error) {
      if (error instanceof Misshapen) throw otherRelease(remote, `its answer is of another form (${error.message})`);
      throw error;
    }
  }
  const get: ApiClient["get"] = (answer, path, query = {}) => ask(answer, `${path}${queryOf(query)}`);
  return {
    get,
    find: (answer, path) =>
      get(answer, path).catch((error: unknown) => {
        if (error instanceof NotThere) return null;
        throw error;
      }),
    post: (answer, path, body = {}) => ask(answer, path, { method: "POST", body: JSON.stringify(body) }),
  };
}

/** What was named is not there, by the bridge's own word. */
class NotThere extends Refused {}

/** Nor is the place from which a list was to go on. */
export class NotAPlace extends Refused {}

function queryOf(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return values.map((each) => [name, String(each)]);
  });
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

export function headersOf({ token, version }: Remote): Record<string, string> {
  return { authorization: `Bearer ${token}`, accept: "application/json", "user-agent": `unsub-bridge/${version}` };
}

async function asked(remote: Remote, path: string, init: RequestInit): Promise<Response> {
  const { url } = remote;
  try {
    return await fetch(url + API_PATH + path, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { ...headersOf(remote), ...(init.body !== undefined && { "content-type": "application/json" }) },
    });
  } catch (error) {
    throw new Refused("unreachable", `${url} cannot be asked: ${shown(inPlainWords(error).message)}`);
  }
}

/** The bridge itself holds back whoever asks too often. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await ask();
    if (response.status !== 429 || tries >= MOST_TRIES) return response;
    await response.body?.cancel();
    await sleep(100);
  }
}

/** Bytes. A page of the longest list has a tenth of it; whoever answers more is no bridge. */
export const LONGEST_ANSWER = 64 * 1024 * 1024;

/** Undefined where it is none. */
async function jsonOf({ url }: Remote, response: Response): Promise<unknown> {
  try {
    const text = new TextDecoder().decode(await readAtMost(response, LONGEST_ANSWER));
    return isJson(response) ? JSON.parse(text) : undefined;
  } catch (error) {
    throw new Refused("unreachable", `${url} was cut off in its answer: ${shown(inPlainWords(error).message)}`);
  }
}

function isJson({ headers }: Response): boolean {
  return /^application\/(problem\+)?json\b/.test(headers.get("content-type") ?? "");
}

function refusalOf(remote: Remote, response: Response, json: unknown, path: string): Refused {
  const { url, token } = remote;
  const { type, detail, errors } = problemIn(response, json);
  if (detail === undefined) return noBridge(remote, response);
  // whoever answers may repeat what it was sent, and half of it would not be known any more
  const words = shown(redactor([token])(detail), 1_000);
  if (type === NO_SUCH_PATH) return otherRelease(remote, `it knows no ${path.split("?")[0]}`);
  switch (response.status) {
    case 401:
      return new Refused("unknown", `${url} does not let this token in: ${words}`);
    case 403:
      return new Refused("unknown", `${url} does not allow it: ${words}`);
    case 404:
      return new NotThere("unknown", words);
    case 429:
    case 503:
      return new Refused("unreachable", `${url}: ${words}`);
    case 500:
      return new Refused("unreachable", `${url} has failed: ${words}`);
    default:
      return isAfter(errors) ? new NotAPlace("unknown", words) : new Refused("unknown", words);
  }
}

const isAfter = (errors: unknown): boolean =>
  Array.isArray(errors) && errors.some((each: Partial<ProblemMember>) => each?.place === AFTER);

interface Told {
  readonly type?: unknown;
  readonly detail?: string;
  readonly errors?: unknown;
}

function problemIn(response: Response, json: unknown): Told {
  const isProblem = (response.headers.get("content-type") ?? "").startsWith(PROBLEM_TYPE);
  if (!isProblem || typeof json !== "object" || json === null) return {};
  const { type, detail, errors } = json as {
    readonly type?: unknown;
    readonly detail?: unknown;
    readonly errors?: unknown;
  };
  return typeof detail === "string" ? { type, detail, errors } : {};
}

function noBridge({ url }: Remote, { status, headers }: Response): Refused {
  const to = status >= 300 && status < 400 ? headers.get("location") : null;
  const answers = to === null ? `answers ${status}` : `sends elsewhere, to ${shownUrl(to)}`;
  const todo =
    "name the address of its admin listener (`admin` in its configuration, not the callbacks' port), its base path included";
  return new Refused("unknown", `${url} is no bridge with an API, as far as it tells (it ${answers}): ${todo}`);
}

function otherRelease({ url, version }: Remote, why: string): Refused {
  const words = `${url} seems to be of another release than this command (${version}): ${why}`;
  return new Refused("unknown", `${words}; use the command of the same release`);
}
