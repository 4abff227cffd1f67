/** One exchange with an address that a user has written: within the rate, guarded, and told to whoever follows. */
import { env as processEnvironment } from "node:process";
import type { ConnectorTools } from "../../src/connector.ts";
import { costlyJson } from "../../src/connector-tools.ts";
import { systemResolve } from "../../src/guarded-http/lookup.ts";
import { proxyFor } from "../../src/guarded-http/proxy.ts";
import { openTransport, type Transport, type WireAnswer } from "../../src/guarded-http/transport.ts";

export interface ClientRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What whoever follows is shown instead of the body and of the answer's text. */
  readonly veiled?: (text: string) => string;
}

export interface Client {
  /** Rejects in plain words on network trouble, timeout and abort, and as `acquire` does. */
  exchange(request: ClientRequest, signal: AbortSignal): Promise<WireAnswer>;
  close(): void;
}

/** Bytes of an answer that are read: what says of a thousand persons what became of them. */
const MOST_READ = 4 * 1024 * 1024;

export function openClient(allowPrivate: boolean, tools: ConnectorTools): Client {
  const transports = new Map<string, Transport>();

  function transportTo(url: URL): Transport {
    const known = transports.get(url.origin);
    if (known !== undefined) return known;
    const transport = openTransport({
      url: new URL(url.origin),
      allowPrivate,
      resolve: systemResolve,
      proxy: proxyFor(url, processEnvironment),
      timeoutMs: tools.timeoutMs,
      reading: { bytes: MOST_READ, restMs: tools.timeoutMs },
    });
    transports.set(url.origin, transport);
    return transport;
  }

  return {
    async exchange({ url, method, headers: given, body, veiled = (text) => text }, signal) {
      await tools.acquire(undefined, signal);
      const headers = { "user-agent": tools.userAgent, ...given };
      const tell = tools.follow({ method, url, headers, body: veiled(body) }, signal);
      try {
        const request = { method, target: url.pathname + url.search, headers, body };
        const answer = within(await transportTo(url).exchange(request, signal));
        tell({ status: answer.status, headers: headersOf(answer), text: veiled(answer.text) });
        return answer;
      } catch (error) {
        tell({ error });
        throw error;
      }
    },
    close() {
      for (const transport of transports.values()) transport.close();
    },
  };
}

/** What would cost too much to parse is as good as not read. */
function within(answer: WireAnswer): WireAnswer {
  return costlyJson(Buffer.from(answer.text)) === undefined ? answer : { ...answer, text: "", ending: "unread" };
}

/** Those that say something to whoever follows. */
function headersOf({ header, retryAfter, location }: WireAnswer): Record<string, string> {
  const type = header("content-type");
  return {
    ...(type !== undefined && { "content-type": type }),
    ...(retryAfter !== undefined && { "retry-after": retryAfter }),
    ...(location !== undefined && { location }),
  };
}
