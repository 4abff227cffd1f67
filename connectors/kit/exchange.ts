/** A request to a stand-in, and its answer. */
import type { IncomingHttpHeaders } from "node:http";

/** A request, read to its end. */
export interface SandboxRequest {
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer. A body that is no text is sent as JSON. */
export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
