/**
 * One HTTP exchange over kept-alive connections whose addresses were checked. `fetch` cannot tell which address it connects
 * to; node's sockets ask a `lookup` of ours.
 */
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { urlToHttpOptions } from "node:url";
import { isLiteralAddress, notPublic } from "./address.ts";
import type { WebhookAnswer } from "./answer.ts";
import { forbidden, guardedLookup, type Resolve } from "./lookup.ts";
import { tunnelling } from "./proxy.ts";
import { CUT, inPlainWords, isCut } from "./trouble.ts";

export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for methods without one. */
  readonly body: string;
}

export interface Transport {
  /** Rejects in plain words on network trouble, timeout and abort; the connection is then closed. */
  exchange(request: OutgoingRequest, signal: AbortSignal): Promise<WebhookAnswer>;
  /** Closes the connections that are kept. */
  close(): void;
}

export interface TransportOptions {
  readonly url: URL;
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
  /** The proxy to tunnel through; it looks the name up, so only its own policy guards the address. */
  readonly proxy: URL | undefined;
  /** Milliseconds for the whole exchange, the answer's body included. */
  readonly timeoutMs: number;
}

/** More of an answer is not read: its beginning is enough to understand a refusal. Bytes. */
const MOST_READ = 16 * 1024;

export function openTransport({ url, allowPrivate, resolve, proxy, timeoutMs }: TransportOptions): Transport {
  const agent = openAgent(url, proxy, timeoutMs);
  // taken apart once: an URL object would be taken apart anew for each request
  const destination = { ...urlToHttpOptions(url), agent, lookup: guardedLookup(resolve, allowPrivate) };
  const send = url.protocol === "https:" ? tlsRequest : plainRequest;
  // sockets look up no address that stands in the URL itself
  const isForbidden = !allowPrivate && isLiteralAddress(url.hostname) && notPublic(url.hostname) !== undefined;

  async function exchange(request: OutgoingRequest, signal: AbortSignal): Promise<WebhookAnswer> {
    if (isForbidden) throw forbidden(url.hostname, url.hostname);
    const headers = { ...request.headers, "content-length": String(Buffer.byteLength(request.body)) };
    const start = () => send({ ...destination, method: request.method, headers });
    const limit = { signal, timeoutMs, endsAt: performance.now() + timeoutMs };
    try {
      return await exchangeOnGoodConnection(start, request.body, limit);
    } catch (error) {
      throw inPlainWords(error);
    }
  }

  return { exchange, close: () => agent.destroy() };
}

/** How long an exchange may last. */
interface Limit {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** As `performance.now()` tells the time: a second try begins late. */
  readonly endsAt: number;
}

/** A kept connection that the receiver had closed when we used it: nothing to do with how the receiver is. */
class StaleConnection extends Error {}

/** Each stale connection leaves the pool as it is found, so this ends; a receiver sees the same id if it did get the request. */
async function exchangeOnGoodConnection(
  start: () => ClientRequest,
  body: string,
  limit: Limit,
): Promise<WebhookAnswer> {
  for (;;) {
    try {
      return await exchangeOnce(start, body, limit);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
    }
  }
}

function exchangeOnce(
  start: () => ClientRequest,
  body: string,
  { signal, timeoutMs, endsAt }: Limit,
): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const outgoing = start();
    let isAnswered = false;
    const stop = () => fail(signal.reason);
    // by hand: a signal that also knows the time would cost a tenth of a delivery
    signal.addEventListener("abort", stop, { once: true });
    const tooLate = () => fail(new Error(`no answer within ${timeoutMs / 1000} s`));
    const timer = setTimeout(tooLate, endsAt - performance.now());

    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
    // settled here as well as destroyed: not every runtime reports the end of a request that we ended
    function fail(error: unknown): void {
      end();
      outgoing.destroy();
      reject(error);
    }

    outgoing.on("error", (error) => {
      const isStale = outgoing.reusedSocket && !isAnswered && isCut(error);
      fail(isStale ? new StaleConnection() : error);
    });
    outgoing.on("response", (message) => {
      isAnswered = true;
      readAnswer(message).then((answer) => {
        end();
        resolve(answer);
      }, fail);
    });
    outgoing.end(body);
  });
}

function openAgent(url: URL, proxy: URL | undefined, timeoutMs: number): Agent {
  const options = { keepAlive: true, maxSockets: 64, scheduling: "lifo" } as const;
  const agent = url.protocol === "https:" ? new TlsAgent(options) : new PlainAgent(options);
  return proxy === undefined ? agent : tunnelling(agent, proxy, timeoutMs);
}

function readAnswer(message: IncomingMessage): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const answer = (): WebhookAnswer => ({
      status: message.statusCode ?? 0,
      retryAfter: message.headers["retry-after"],
      location: message.headers.location,
      text: size === 0 ? "" : Buffer.concat(chunks).toString("utf8"),
    });
    const cut = () => reject(new Error(CUT));
    message.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size < MOST_READ) return;
      // cheaper than reading on, and it cannot be made to last for ever
      resolve(answer());
      message.destroy();
    });
    message.on("end", () => {
      // every answer closes in the end: an error for each would be made in vain
      message.off("close", cut);
      if (isWhole(message, size)) resolve(answer());
      else cut();
    });
    message.on("error", reject);
    message.on("close", cut);
  });
}

/** Some runtimes end an answer quietly that was cut. */
function isWhole(message: IncomingMessage, size: number): boolean {
  const announced = message.headers["content-length"];
  return message.complete !== false && (announced === undefined || Number(announced) === size);
}
