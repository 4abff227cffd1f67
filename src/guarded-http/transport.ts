/**
 * One HTTP exchange over kept connections whose addresses were checked. A client of our own: `fetch` cannot tell which address
 * it connects to, and neither it nor node:http tells on every runtime whether an answer ended exactly as announced, what came
 * behind it, and whether the request had been written by then. All of that decides whether a connection may be used again.
 */

import { inPlainWords } from "../basics/network-words.ts";
import { askedWait } from "../basics/retry-after.ts";
import { isLiteralAddress, notPublic } from "./address.ts";
import { forbidden, guardedLookup, type Resolve } from "./lookup.ts";
import type { Message } from "./wire/connection.ts";
import { openConnections } from "./wire/connections.ts";
import type { DialRoute } from "./wire/dial.ts";
import type { AnswerEnding } from "./wire/ending.ts";
import { type Exchanged, exchangeOver, type ReadAtMost, StaleConnection } from "./wire/exchange.ts";
import type { Limit } from "./wire/limit.ts";

export interface OutgoingRequest {
  readonly method: string;
  /** Path and query; those of the transport's own address unless set. */
  readonly target?: string;
  /** None of those that frame it: `host`, `content-length` and their like. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for methods without one. */
  readonly body: string;
}

/** What is known of an answer. */
export interface WireAnswer {
  readonly status: number;
  /** How long to wait, as it says it; under whichever name. */
  readonly retryAfter: string | undefined;
  /** Where a redirect points. */
  readonly location: string | undefined;
  /** The beginning of the body. */
  readonly text: string;
  /** How it ended behind its head. */
  readonly ending: AnswerEnding;
  /** It came before the request was written to its end. */
  readonly isEarly: boolean;
  /** The first value of a header. @param name in lower case */
  header(name: string): string | undefined;
}

export interface Transport {
  /** Rejects in plain words on network trouble, timeout and abort before an answer's head came whole. */
  exchange(request: OutgoingRequest, signal: AbortSignal): Promise<WireAnswer>;
  /** Closes the connections that are kept, and ends what is under way. */
  close(): void;
}

export interface TransportOptions {
  readonly url: URL;
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
  /** The proxy to tunnel through; it looks the name up, so only its own policy guards the address. */
  readonly proxy: URL | undefined;
  /** Authorities (PEM) to trust instead of the usual ones. */
  readonly authorities?: string | undefined;
  /** Milliseconds for the whole exchange, the connection and the answer's body included. */
  readonly timeoutMs: number;
  /** How much of an answer's body is read: of one that decides nothing its beginning, unless set. */
  readonly reading?: ReadAtMost;
}

/** Bytes of a body that are read, and how long it is waited for behind its head: enough to understand a refusal. */
const BEGINNING: ReadAtMost = { bytes: 16 * 1024, restMs: 1_000 };

export function openTransport(options: TransportOptions): Transport {
  const { url, allowPrivate, resolve, proxy, authorities, timeoutMs, reading = BEGINNING } = options;
  const route: DialRoute = { url, proxy, authorities, lookup: guardedLookup(resolve, allowPrivate) };
  // sockets look up no address that stands in the URL itself
  const isForbidden = !allowPrivate && isLiteralAddress(url.hostname) && notPublic(url.hostname) !== undefined;
  const connections = openConnections(route);
  const messageOf = messagesTo(url);

  /** Each stale connection is gone once it is found, so this ends; a receiver sees the same id if it did get the request. */
  async function exchangeMessage(message: Message, limit: Limit): Promise<Exchanged> {
    for (;;) {
      const connection = await connections.take(limit);
      try {
        const exchanged = await exchangeOver(connection, message, limit, reading);
        if (isReusable(exchanged)) connections.keep(connection);
        else connection.destroy();
        return exchanged;
      } catch (error) {
        connection.destroy();
        if (!(error instanceof StaleConnection)) throw error;
      }
    }
  }

  return {
    async exchange(request, signal) {
      if (isForbidden) throw forbidden(url.hostname, url.hostname);
      const limit = { signal, timeoutMs, endsAt: performance.now() + timeoutMs };
      try {
        return answerOf(await exchangeMessage(messageOf(request), limit));
      } catch (error) {
        throw inPlainWords(error);
      }
    },
    close: connections.close,
  };
}

const isReusable = ({ reader, ending, isEarly }: Exchanged): boolean =>
  !isEarly && ending === "exact" && reader.isReusable;

function answerOf({ reader, status, ending, isEarly }: Exchanged): WireAnswer {
  const field = (name: string) => reader.head?.fields.get(name)?.[0];
  return {
    status,
    retryAfter: askedWait(status, field),
    location: field("location"),
    text: reader.text(),
    ending,
    isEarly,
    header: field,
  };
}

/** Makes requests as they go over the wire. Throws for a header that could be read as more than one. */
function messagesTo(url: URL): (request: OutgoingRequest) => Message {
  const ownTarget = url.pathname + url.search;
  const host = field("host", url.host);
  return ({ method, target = ownTarget, headers, body }) => {
    let head = `${method} ${target} HTTP/1.1\r\n${host}`;
    // not Object.entries, which makes an array for each
    for (const name in headers) head += field(name, headers[name] ?? "");
    head += `${field("content-length", String(Buffer.byteLength(body)))}\r\n`;
    // as text, as nearly always: to make bytes of it first costs more than to put it together
    if (!BEYOND_ASCII.test(head)) return head + body;
    return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
  };
}

function field(name: string, value: string): string {
  if (NAME.test(name) && VALUE.test(value)) return `${name}: ${value}\r\n`;
  throw new Error(`the header "${name}" has a character that headers cannot carry`);
}

const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const BEYOND_ASCII = /[\x80-\xff]/;
