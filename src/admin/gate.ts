/** From a request to the route that it asks for, past all that may keep it from there. */
import { within } from "../basics/waiting.ts";
import type { AddressSet } from "../listener/address.ts";
import type { PeerAddress } from "../listener/serve.ts";
import type { Account, Accounts } from "./accounts.ts";
import { refused, seeOther } from "./answers.ts";
import { BODIES, readBody } from "./body.ts";
import { openBuckets } from "./buckets.ts";
import { visitorOf } from "./door.ts";
import type { Holding } from "./holding.ts";
import { type Identity, mayDo } from "./identity.ts";
import { isForeign, isOwnHost } from "./origins.ts";
import { type Asked, BadRequest, type Link, type Route, WrongToken } from "./route.ts";
import { type Sender, senderOf } from "./sender.ts";
import type { Turns } from "./turns.ts";

export type Gate = (route: Route, request: Request, params: Readonly<Record<string, string>>) => Promise<Response>;

export interface GateOptions {
  /** Asked at every request: another object is other settings, and counts from then on. */
  readonly inForce: () => InForce;
  readonly peer: PeerAddress;
  /** Of the listener. */
  readonly port: () => number;
  readonly link: Link;
  /** Whose answers are kept back, how many are worked on at once, and how many bodies are on their way: strangers take nothing of those who are known. */
  readonly holding: Readonly<Record<Lane, Holding>>;
  readonly turns: Readonly<Record<Lane, Turns>>;
  readonly uploads: Readonly<Record<Lane, Turns>>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonic: () => number;
}

/** What may change while it listens. */
export interface InForce {
  readonly accounts: Accounts;
  readonly trusted: AddressSet;
}

/** Requests a second of an account, and of an address that shows no token. */
const PER_SECOND = { burst: 20, refillMs: 1_000, most: 10_000 } as const;
/** Whatever a route waits for then, its turn is over; milliseconds. */
const LONGEST_MS = 15_000;
/** Wrong tokens of an address, beyond which each waits. */
const GUESSES = { burst: 10, refillMs: 600_000, most: 10_000 } as const;

export function openGate(options: GateOptions): Gate {
  const { inForce, peer, port, link, holding, turns, uploads, clock, monotonic } = options;
  const mayAccount = openBuckets(PER_SECOND);
  const mayStranger = openBuckets(PER_SECOND);
  const mayGuess = openBuckets(GUESSES);

  /** Whoever does something too often waits for the answer. */
  async function slowed(lane: Lane, words: string): Promise<Response> {
    await holding[lane].hold();
    return refused(429, words, { "retry-after": "1" });
  }

  async function wrongToken({ network }: Sender, words = "this token is nobody's"): Promise<Response> {
    if (!mayGuess(network, monotonic()))
      return slowed("strangers", `${words}, and there were many such from your address`);
    return refused(401, words, { "www-authenticate": "Bearer" });
  }

  return async (route, request, params) => {
    const { accounts, trusted } = inForce();
    const sender = senderOf(request, peer(request) ?? "", trusted);
    const visitor = visitorOf(request, accounts, port(), clock());
    // first of all: a right token is never refused for what others do
    if (visitor.tag === "account" && !mayAccount(visitor.account.name, monotonic())) {
      return slowed("known", "20 requests a second are what an account may make");
    }
    if (visitor.tag === "wrongToken") return wrongToken(sender);
    if (visitor.tag === "stranger" && !mayStranger(sender.network, monotonic())) {
      return slowed("strangers", "too many requests without a token come from your address");
    }
    const identity = visitor.tag === "account" ? identityOf(visitor.account) : visitor.identity;
    const no = faultOf(request, sender, accounts) ?? objection(route, request, identity);
    if (no !== undefined) return no;
    const lane = visitor.tag === "account" ? "known" : "strangers";
    return orRefused(sender, async () => {
      // before its turn: nobody is held up by those whose bodies are long on their way
      const body = await bodyOf(request, lane);
      if (body === undefined) return crowded();
      const work = () => reached(route, request, params, { identity, sender, body });
      return route.isIdle ? work() : ((await turns[lane].take(work)) ?? crowded());
    });
  };

  async function bodyOf(request: Request, lane: Lane): Promise<Uint8Array | undefined> {
    return request.method === "POST" ? uploads[lane].take(() => readBody(request, BODIES[lane])) : new Uint8Array();
  }

  async function orRefused(sender: Sender, work: () => Promise<Response>): Promise<Response> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WrongToken) return wrongToken(sender, error.message);
      // what is left of it will not be read
      if (error instanceof BadRequest) return refused(error.status, error.message, { connection: "close" });
      throw error;
    }
  }

  /** What speaks against the role, for this route. */
  function objection(route: Route, request: Request, identity: Identity | undefined): Response | undefined {
    if (route.least === "anyone" || (identity !== undefined && mayDo(identity, route.least))) return undefined;
    if (identity?.proven)
      return refused(403, `this takes the role ${route.least}; ${identity.name} is ${identity.role}`);
    const isBrowser = request.method === "GET" && /\btext\/html\b/.test(request.headers.get("accept") ?? "");
    if (isBrowser) return seeOther(link("/login"));
    const todo = "log in, or send `Authorization: Bearer` and a token";
    return refused(401, todo, { "www-authenticate": "Bearer" });
  }

  async function reached(
    route: Route,
    { url, headers }: Request,
    params: Readonly<Record<string, string>>,
    { identity, sender, body }: Pick<Asked, "identity" | "body"> & { readonly sender: Sender },
  ): Promise<Response> {
    const asked = { identity, url: new URL(url), params, headers, isHttps: sender.isHttps, link, body };
    return within(LONGEST_MS, route.path, Promise.resolve(route.answer(asked)));
  }
}

/** Whose turn it is. */
type Lane = "known" | "strangers";

/** What a request itself is not to be answered for, whoever sent it. */
function faultOf(request: Request, { host }: Sender, { isLocal }: Accounts): Response | undefined {
  if (!URL.canParse(request.url)) return refused(400, "the request names no host that can be one");
  if (isLocal && !isOwnHost(request.headers.get("host"))) {
    return refused(421, "without accounts only 127.0.0.1, localhost and [::1] are answered; set admin.accounts");
  }
  if (isForeign(request, host)) return refused(403, "another site's page asks for this");
  return undefined;
}

function crowded(): Response {
  return refused(503, "too many requests are under way", { "retry-after": "1" });
}

/** Never its token. */
function identityOf({ name, role, proven }: Account): Identity {
  return { name, role, proven };
}
