/**
 * What the stand-ins of all destinations share: a real HTTP server on loopback that answers as its connector type's
 * sandbox says, and fails as a test, the demo or the bench tells it to.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { HTML, write } from "./answering.ts";
import { countConnections } from "./connection-counts.ts";
import { countUp } from "./counter.ts";
import type { SandboxAnswer, SandboxRequest } from "./exchange.ts";
import { type Alter, type Fault, type FaultOptions, faultQueue, type PlannedFault } from "./faults.ts";
import type { Sandbox, SandboxPlace } from "./held-sandbox.ts";
import type { StandIn, StandInOptions, StartedStandIn, Told } from "./stand-in.ts";

export type {
  Alter,
  Fault,
  FaultOptions,
  Sandbox,
  SandboxAnswer,
  SandboxPlace,
  SandboxRequest,
  StandIn,
  StandInOptions,
  StartedStandIn,
  Told,
};

/** What a type's sandbox does with a request that meets no fault. A throw answers 500. */
export type Respond = (request: SandboxRequest) => SandboxAnswer | Promise<SandboxAnswer>;

const KEPT_REQUESTS = 1_000;

/** Starts a stand-in on 127.0.0.1. Rejects when the port is taken. */
export async function startSandbox(
  respond: Respond,
  { port = 0, onAnswered = () => undefined, delayMs = 0 }: SandboxPlace = {},
): Promise<Sandbox> {
  const requests: SandboxRequest[] = [];
  const faults = faultQueue();
  const arrivals = countUp();
  const hanging = openHanging();
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
    if (delayMs > 0) await setTimeout(delayMs);
    if (requests.push(request) > KEPT_REQUESTS) requests.shift();
    const planned = faults.next(request);
    const { what, answer } = await met(planned, respond, request);
    if (what === "hang") hanging.add(response);
    else write(response, what);
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
      hanging.release();
    },
    arrived: arrivals.reached,
    hung: (count = 1) => hanging.reached(count),
    idle: connections.idle,
    close: () => closeServer(server),
  };
}

/** What a request is answered with, and what the sandbox itself says to it: nothing where a fault keeps it from there. */
async function met(
  planned: PlannedFault | undefined,
  respond: Respond,
  request: SandboxRequest,
): Promise<{ readonly what: Exclude<Fault, Alter>; readonly answer: SandboxAnswer | undefined }> {
  const fault = planned?.fault;
  const takesEffect = planned === undefined || planned.applied || typeof fault === "function";
  const answer = takesEffect ? await answered(respond, request) : undefined;
  const what = typeof fault === "function" ? fault(answer ?? HTML, request) : (fault ?? answer ?? HTML);
  return { what, answer };
}

/** Requests that are left without an answer. */
function openHanging() {
  const responses = new Set<ServerResponse>();
  const hangs = countUp();
  return {
    add(response: ServerResponse): void {
      responses.add(response);
      hangs.add();
    },
    reached: hangs.reached,
    /** They are answered 503. */
    release(): void {
      for (const response of responses) write(response, { status: 503 });
      responses.clear();
    },
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
