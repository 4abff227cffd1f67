/** From a request to the route that it asks for, past all that may keep it from there. */
import { within } from "../basics/waiting.ts";
import type { AddressSet } from "../listener/address.ts";
import type { PeerAddress } from "../listener/serve.ts";
import type { Account, Accounts } from "./accounts.ts";
import { type Lane, openAllowances, type TooOften } from "./allowances.ts";
import { refused } from "./answers.ts";
import { BODIES, readBody, streamedBody } from "./body.ts";
import type { Holding } from "./holding.ts";
import type { Identity } from "./identity.ts";
import { objection, objectionTo } from "./objections.ts";
import { type AdminRequest, BadRequest, type Link, type Route, WrongToken } from "./route.ts";
import { type Sender, senderOf } from "./sender.ts";
import { introducedBy, type Sso } from "./sso.ts";
import type { Turns } from "./turns.ts";
import { visitorOf } from "./visitor.ts";

export type AdminGate = (route: Route, request: Request, params: Readonly<Record<string, string>>) => Promise<Response>;

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
  /** Whatever a route waits for then, its turn is over; milliseconds. */
  readonly longestMs?: number;
}

/** What may change while it listens. */
export interface InForce {
  readonly accounts: Accounts;
  readonly trusted: AddressSet;
  readonly sso: Sso | undefined;
}

const LONGEST_MS = 15_000;

export function openAdminGate(options: GateOptions): AdminGate {
  const { inForce, peer, port, link, holding, clock } = options;
  const allowances = openAllowances(options.monotonic);

  /** Whoever does something too often waits for the answer. */
  async function slowed({ lane, words }: TooOften): Promise<Response> {
    await holding[lane].hold();
    return refused(429, words, { "retry-after": "1" });
  }

  async function wrongToken(sender: Sender, words = "this token is nobody's"): Promise<Response> {
    if (allowances.mayGuess(sender)) return refused(401, words, { "www-authenticate": "Bearer" });
    return slowed({ lane: "strangers", words: `${words}, and there were many such from your address` });
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

  return async (route, request, params) => {
    const { accounts, trusted, sso } = inForce();
    const from = peer(request) ?? "";
    const sender = senderOf(request, from, trusted);
    const visitor = visitorOf(request, accounts, introducedBy(sso, request.headers, from), port(), clock());
    // first of all: a right token is never refused for what others do
    const tooOften = allowances.tooOften(visitor, sender);
    if (tooOften !== undefined) return slowed(tooOften);
    if (visitor.tag === "wrongToken") return wrongToken(sender);
    if (visitor.tag === "refused") return refused(visitor.status, visitor.words);
    const identity = visitor.tag === "account" ? identityOf(visitor.account) : visitor.identity;
    const no = objectionTo(request, sender, accounts) ?? objection(route, request, identity, link);
    if (no !== undefined) return no;
    const lane = visitor.tag === "stranger" ? "strangers" : "known";
    const asked = { identity, params, isHttps: sender.isHttps, link };
    return orRefused(sender, () => inTurn(route, request, asked, lane, options));
  };
}

/** Reads the body, then asks the route when it is this lane's turn. */
async function inTurn(
  route: Route,
  request: Request,
  asked: Omit<AdminRequest, "url" | "headers" | "body">,
  lane: Lane,
  { uploads, turns, longestMs = LONGEST_MS }: Pick<GateOptions, "uploads" | "turns" | "longestMs">,
): Promise<Response> {
  if (route.streams !== undefined)
    return (await uploads[lane].take(() => streamed(route, request, asked))) ?? crowded();
  // before its turn: nobody is held up by those whose bodies are long on their way
  const body = await bodyOf(request, lane, uploads);
  if (body === undefined) return crowded();
  const { headers } = request;
  const work = async () => {
    const answer = route.answer({ ...asked, url: new URL(request.url), headers, body });
    return within(longestMs, route.path, Promise.resolve(answer));
  };
  return route.isIdle ? work() : ((await turns[lane].take(work)) ?? crowded());
}

/** It takes its body as long as that comes: no turn is held meanwhile, and few are on their way at once. */
async function streamed(
  route: Route,
  request: Request,
  asked: Omit<AdminRequest, "url" | "headers" | "body">,
): Promise<Response> {
  const { headers } = request;
  const stream = streamedBody(request, route.streams?.maxBytes ?? 0);
  return route.answer({ ...asked, url: new URL(request.url), headers, body: new Uint8Array(), stream });
}

async function bodyOf(request: Request, lane: Lane, uploads: GateOptions["uploads"]): Promise<Uint8Array | undefined> {
  return request.method === "POST" ? uploads[lane].take(() => readBody(request, BODIES[lane])) : new Uint8Array();
}

function crowded(): Response {
  return refused(503, "too many requests are under way", { "retry-after": "1" });
}

/** Never its token. */
function identityOf({ name, role, proven }: Account): Identity {
  return { name, role, proven };
}
