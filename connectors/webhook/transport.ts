/**
 * One HTTP exchange over kept-alive connections whose addresses were checked. `fetch` cannot tell which address it connects
 * to; node's sockets ask a `lookup` of ours.
 */
import { type Agent, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { urlToHttpOptions } from "node:url";
import { isLiteralAddress, notPublic } from "./address.ts";
import type { WebhookAnswer } from "./answer.ts";
import { forbidden, guardedLookup, type Resolve } from "./lookup.ts";
import { tunnelling } from "./proxy.ts";
import { inPlainWords } from "./trouble.ts";

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

  function exchange(request: OutgoingRequest, signal: AbortSignal): Promise<WebhookAnswer> {
    if (isForbidden) return Promise.reject(forbidden(url.hostname, url.hostname));
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const headers = { ...request.headers, "content-length": String(Buffer.byteLength(request.body)) };
      const outgoing = send({ ...destination, method: request.method, headers });
      const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
      const onAbort = () => fail(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      // settled here as well as destroyed: not every runtime reports the end of a request that we ended
      const fail = (error: unknown) => {
        done();
        outgoing.destroy();
        reject(inPlainWords(error));
      };
      outgoing.on("error", fail);
      outgoing.on("response", (message) => {
        readAnswer(message).then((answer) => {
          done();
          resolve(answer);
        }, fail);
      });
      outgoing.end(request.body);
    });
  }

  return { exchange, close: () => agent.destroy() };
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
      text: Buffer.concat(chunks).toString("utf8"),
    });
    message.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size < MOST_READ) return;
      // cheaper than reading on, and it cannot be made to last for ever
      resolve(answer());
      message.destroy();
    });
    message.on("end", () => {
      if (isWhole(message, size)) resolve(answer());
      else reject(new Error("the connection was cut"));
    });
    message.on("error", reject);
    message.on("close", () => reject(new Error("the connection was cut")));
  });
}

/** Some runtimes end an answer quietly that was cut. */
function isWhole(message: IncomingMessage, size: number): boolean {
  const announced = message.headers["content-length"];
  return message.complete !== false && (announced === undefined || Number(announced) === size);
}
