/** A request to a stand-in, and its answer. */

/** Names in lower case. As Node has them, said without its types: a project that checks its own need not have those. */
export interface SandboxHeaders {
  readonly [name: string]: string | readonly string[] | undefined;
  readonly authorization?: string | undefined;
  readonly "content-type"?: string | undefined;
  readonly "content-length"?: string | undefined;
  readonly "user-agent"?: string | undefined;
}

/** A request, read to its end. */
export interface SandboxRequest {
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: SandboxHeaders;
  readonly body: string;
}

/** An answer. A body that is no text is sent as JSON. */
export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
