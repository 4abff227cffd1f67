/**
 * What the stand-ins of all destinations share: a real HTTP server on loopback that answers as its connector type's
 * sandbox says, and fails as a test, the demo or the bench tells it to.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HTML, write } from "./answering.ts";
import { countConnections } from "./connection-counts.ts";
import { counter } from "./counter.ts";
import type { SandboxAnswer, SandboxRequest } from "./exchange.ts";
import { type Alter, type Fault, type FaultOptions, faultQueue } from "./faults.ts";
import type { StandIn, StandInOptions, StartedStandIn, Told } from "./stand-in.ts";

export type {
  Alter,
  Fault,
  FaultOptions,
  SandboxAnswer,
  SandboxRequest,
  StandIn,
  StandInOptions,
  StartedStandIn,
  Told,
};

/** The stand-in as tests, the demo and the bench hold it. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** The latest requests, oldest first, those that met a fault included; at most 1,000. */
  readonly requests: readonly SandboxRequest[];
  /** How many requests came in all. */
  readonly count: number;
  /** How many connections were opened in all. */
  readonly connections: number;
  /** Queues a fault. Faults are met in the order in which they were queued. */
  fail(fault: Fault, options?: FaultOptions): void;
  /** Forgets all faults; requests that hang are answered 503. */
  heal(): void;
  /** Resolves once `count` requests have come in all. */
  arrived(count: number): Promise<void>;
  /** Resolves once `count` requests have met the fault `hang`, in all; 1 unless given. */
  hung(count?: number): Promise<void>;
  /** Resolves as soon as no connection is open. */
  idle(): Promise<void>;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** What a type's sandbox does with a request that meets no fault. A throw answers 500. */
export type Respond = (request: SandboxRequest) => SandboxAnswer | Promise<SandboxAnswer>;

const KEPT_REQUESTS = 1_000;

/** Where a stand-in listens, and who is told of what it gets. */
export interface SandboxPlace {
  /** A port of 127.0.0.1; a free one unless set. */
  readonly port?: number;
  /** Called with each request and the status that it is answered with, when the answer leaves; not of one that meets a fault. */
  readonly onAnswered?: (request: SandboxRequest, status: number) => void;
}

/** Starts a stand-in on 127.0.0.1. Rejects when the port is taken. */
export async function startSandbox(
  respond: Respond,
  { port = 0, onAnswered = () => undefined }: SandboxPlace = {},
): Promise<Sandbox> {
  const requests: SandboxRequest[] = [];
  const hanging = new Set<ServerResponse>();
  const faults = faultQueue();
  const arrivals = counter();
  const hangs = counter();
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  const connections = countConnections(server);
  // a client's connection stays for its next request, however rare; keeping it costs nothing here
  server.keepAliveTimeout = 60_000;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    if (requests.push(request) > KEPT_REQUESTS) requests.shift();
    const planned = faults.next(request);
    const fault = planned?.fault;
    const takesEffect = planned === undefined || planned.applied || typeof fault === "function";
    const answer = takesEffect ? await answered(respond, request) : undefined;
    const what = typeof fault === "function" ? fault(answer ?? HTML, request) : (fault ?? answer ?? HTML);
    if (what === "hang") {
      hanging.add(response);
      hangs.add();
    } else write(response, what);
    if (planned === undefined && answer !== undefined) onAnswered(request, answer.status);
    arrivals.add();
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get count() {
      return arrivals.value;
    },
    get connections() {
      return connections.opened();
    },
    fail: faults.add,
    heal() {
      faults.clear();
      for (const response of hanging) write(response, { status: 503 });
      hanging.clear();
    },
    arrived: arrivals.reached,
    hung: (count = 1) => hangs.reached(count),
    idle: connections.idle,
    close: () => closeServer(server),
  };
}

async function read(incoming: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://sandbox.invalid");
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

async function answered(respond: Respond, request: SandboxRequest): Promise<SandboxAnswer> {
  try {
    return await respond(request);
  } catch (error) {
    return { status: 500, body: `the sandbox failed: ${String(error)}` };
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
