/**
 * Salesforce's REST API, without its library: that brings retries of its own. Carries requests with the token of the session,
 * renews it once in a call when Salesforce refuses it, and stops by itself where the org's requests of the day are used up.
 */
import { type ConnectorTools, unavailableBy } from "../../src/connector.ts";
import type { Stopped } from "../../src/connector-tools.ts";
import { type Answered, readAnswer, stopped, unavailable } from "./answer.ts";
import { said } from "./sentences.ts";
import { openSession, type Session } from "./session.ts";
import { baseUrlOf, type SalesforceSettings } from "./settings.ts";
import { type Meter, openMeter, usageIn } from "./usage.ts";

/** Salesforce's limit for the records of a collection. */
export const LARGEST_BATCH = 200;

/** A request that lacks only the token. */
export interface ApiRequest {
  readonly method: "GET" | "PATCH" | "POST";
  readonly url: string;
  readonly body?: unknown;
}

/** One record of a collection. */
export type SalesforceRecord = Readonly<Record<string, unknown>>;

/** One `deliver`, `check` or `preview`. */
export interface Call {
  readonly signal: AbortSignal;
  /** The token was renewed in it: once is enough. */
  renewed: boolean;
}

export const callOf = (signal: AbortSignal): Call => ({ signal, renewed: false });

export interface Api {
  /** @param soql the whole query */
  query(soql: string): ApiRequest;
  /** Another page, as the answer before it named it; undefined where that is no address of this API. */
  page(path: string): ApiRequest | undefined;
  describe(): ApiRequest;
  /** Writes records that have an `id`. */
  update(records: readonly SalesforceRecord[]): ApiRequest;
  create(records: readonly SalesforceRecord[]): ApiRequest;
  /** Never rejects. */
  ask(request: ApiRequest, call: Call): Promise<Answered | Stopped>;
  readonly usage: Pick<Meter, "last">;
}

export function openApi(settings: SalesforceSettings, tools: ConnectorTools): Api {
  const session = openSession(settings, tools);
  const usage = openMeter(settings.daily_share, () => performance.now());
  return { ...requestsOf(settings), ask: (request, call) => ask(request, call, { tools, session, usage }), usage };
}

function requestsOf(settings: SalesforceSettings): Omit<Api, "ask" | "usage"> {
  const root = `/services/data/v${settings.api_version}`;
  const url = (path: string) => `${baseUrlOf(settings)}${path}`;
  const collection = (method: "PATCH" | "POST", records: readonly SalesforceRecord[]): ApiRequest => ({
    method,
    url: url(`${root}/composite/sobjects`),
    body: {
      allOrNone: false,
      records: records.map((record) => ({ attributes: { type: settings.object }, ...record })),
    },
  });
  return {
    query: (soql) => ({ method: "GET", url: url(`${root}/query?q=${encodeURIComponent(soql)}`) }),
    page: (path) =>
      /^\/services\/data\/v[\d.]+\/query\/[\w-]+$/.test(path) ? { method: "GET", url: url(path) } : undefined,
    describe: () => ({ method: "GET", url: url(`${root}/sobjects/${settings.object}/describe`) }),
    update: (records) => collection("PATCH", records),
    create: (records) => collection("POST", records),
  };
}

interface Line {
  readonly tools: ConnectorTools;
  readonly session: Session;
  readonly usage: Meter;
}

async function ask(request: ApiRequest, call: Call, line: Line): Promise<Answered | Stopped> {
  const spent = line.usage.spent();
  if (spent !== undefined) {
    const { used, limit, waitMs } = spent;
    return stopped({ tag: "unavailable", reason: said("share", { used, limit }), retryAfterMs: waitMs, unsent: true });
  }
  try {
    return await askInSession(request, call, line);
  } catch (error) {
    return stopped(unavailableBy(error));
  }
}

async function askInSession(
  request: ApiRequest,
  call: Call,
  line: Line,
  refused?: string,
): Promise<Answered | Stopped> {
  const granted = await line.session.token(call.signal, refused);
  if (granted.tag === "stopped") return granted;
  const answer = await send(request, granted.token, call, line);
  line.usage.note(usageIn(answer.headers.get("sforce-limit-info")));
  const read = readAnswer(answer);
  if (read.tag !== "expired") return read;
  if (call.renewed) return stopped({ tag: "credentialsRefused", reason: read.reason });
  call.renewed = true;
  return askInSession(request, call, line, granted.token);
}

function send({ method, url, body }: ApiRequest, token: string, { signal }: Call, { tools }: Line) {
  return tools.fetch(url, {
    method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
  });
}

/** For answers that have no such shape. */
export const notUnderstood = (): Stopped => unavailable(said("not_understood"));
