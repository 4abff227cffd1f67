/** Serving HTTP: the one file where Bun and Deno differ. */
import type { AnyElysia } from "elysia";
import { within } from "../basics/waiting.ts";

/** The peer's address of a request under way; undefined once the connection is gone. */
export type PeerAddress = (request: Request) => string | undefined;

/**
 * Whether nobody is there any more to take the answer to a request: its sender has left, or Bun has ended the connection
 * (see "Honest limits" in README). Deno 2.9 cannot tell, and says no.
 */
export type IsGone = (request: Request) => boolean;

/** Makes the application that is served. */
export type Build = (peer: PeerAddress, isGone: IsGone) => AnyElysia;

export interface ServeOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Milliseconds until a connection without traffic is closed. */
  readonly idleTimeoutMs?: number;
  /** Bytes, where the runtime is to refuse larger bodies; it takes any unless set: the application bounds them itself. */
  readonly maxBodyBytes?: number;
  /** The block of the YAML that says where it listens; `server` unless set. */
  readonly settings?: string;
  /** Told of what the application itself did not answer: the last net, for the runtimes print a stack and change the exit code. */
  readonly onStray?: (error: unknown) => void;
}

export interface Serving {
  readonly port: number;
  /** `http://host:port`, with a host that one can connect to. */
  readonly url: string;
  /** Takes no new connections and lets requests under way finish; those that do not within a second are left behind. */
  stop(): Promise<void>;
}

/** Longer than the usual 60 s of a load balancer, so that it is the one to close: a request never meets a closing socket. */
const IDLE_TIMEOUT_MS = 120_000;
/** A client that sends half a request would hold up the end, in milliseconds. */
const FINISH_MS = 1_000;

/** Serves the application that `build` makes. Rejects when the address is taken. */
export async function serve(build: Build, options: ServeOptions): Promise<Serving> {
  const deno = (globalThis as { Deno?: DenoRuntime }).Deno;
  try {
    const serving = deno === undefined ? serveOnBun(build, options) : serveOnDeno(deno, build, options);
    return { ...serving, url: `http://${reachable(options.host)}:${serving.port}` };
  } catch (error) {
    throw new Error(wordsFor(error, options), { cause: error });
  }
}

/** Deno's errors have names instead of codes. */
function wordsFor(error: unknown, { host, port, settings = "server" }: ServeOptions): string {
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  if (code === "EADDRINUSE" || name === "AddrInUse") {
    return `port ${port} of ${host} is taken; end what uses it, or choose another (${settings}.port)`;
  }
  if (code === "EACCES" || name === "PermissionDenied") {
    return `port ${port} may not be used by this user; choose one above 1023 (${settings}.port)`;
  }
  if (code === "EADDRNOTAVAIL" || name === "AddrNotAvailable") {
    return `${host} is no address of this machine; choose another (${settings}.host)`;
  }
  return `port ${port} of ${host} is not to be had: ${message ?? String(error)}`;
}

function serveOnBun(build: Build, options: ServeOptions): Omit<Serving, "url"> {
  const app = build(
    (request) => app.server?.requestIP(request)?.address,
    (request) => request.signal.aborted,
  );
  app.listen({
    hostname: options.host,
    port: options.port,
    // a second bridge must not share the port unnoticed
    reusePort: false,
    development: false,
    // intake bounds it and answers in Chat's form; Bun would answer by itself
    maxRequestBodySize: options.maxBodyBytes ?? Number.MAX_SAFE_INTEGER,
    idleTimeout: Math.ceil((options.idleTimeoutMs ?? IDLE_TIMEOUT_MS) / 1000),
    error: (error) => internalError(error, options),
  });
  const { server } = app;
  if (server?.port === undefined) throw new Error("the server has no port");
  return {
    port: server.port,
    async stop() {
      await finished(server.stop());
      await server.stop(true);
    },
  };
}

/** What is used of Deno; its types are not installed. */
interface DenoRuntime {
  serve(
    options: { hostname: string; port: number; onListen: () => void; onError: (error: unknown) => Response },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Response | Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> };
}

function serveOnDeno(deno: DenoRuntime, build: Build, options: ServeOptions): Omit<Serving, "url"> {
  const peers = new WeakMap<Request, { remoteAddr: { hostname?: string } }>();
  const app = build(
    (request) => peers.get(request)?.remoteAddr.hostname,
    // its signal is aborted by answers, too
    () => false,
  );
  const onError = (error: unknown) => internalError(error, options);
  const server = deno.serve(
    { hostname: options.host, port: options.port, onListen: () => undefined, onError },
    (request, info) => {
      peers.set(request, info);
      return app.fetch(request);
    },
  );
  // its `signal` would close what is left, but throws after `shutdown`: the end of the process does it
  return { port: server.addr.port, stop: () => finished(server.shutdown()) };
}

function internalError(error: unknown, { onStray }: ServeOptions): Response {
  onStray?.(error);
  return Response.json({ ActionStatus: "FAIL", ErrorInfo: "internal error", ErrorCode: 1 }, { status: 500 });
}

async function finished(stopping: Promise<void>): Promise<void> {
  await within(FINISH_MS, "requests under way", stopping).catch(() => undefined);
}

/** A host that one can connect to, as it stands in a URL. */
export function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
