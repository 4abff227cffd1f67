/** Writing a stand-in's answer, whole or as a fault spoils it. */
import type { ServerResponse } from "node:http";
import type { SandboxAnswer } from "./exchange.ts";
import type { Alter, Fault } from "./faults.ts";

/** A page of a network that wants a login first. */
export const HTML: SandboxAnswer = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><title>Sign in</title><p>Please sign in to the network.",
};

/** @param what an answer, or how it is spoilt */
export function write(response: ServerResponse, what: Exclude<Fault, "hang" | Alter>): void {
  if (what === "reset") reset(response);
  else if (what === "cut") cut(response);
  else send(response, what === "html" ? HTML : what);
}

function send(response: ServerResponse, { status, headers = {}, body }: SandboxAnswer): void {
  const isText = body === undefined || typeof body === "string";
  const text = isText ? (body ?? "") : JSON.stringify(body);
  const type = isText ? {} : { "content-type": "application/json" };
  response.writeHead(status, { ...type, ...headers });
  response.end(text);
}

function reset(response: ServerResponse): void {
  const { socket } = response;
  socket?.write("HTTP/1.1 200 OK\r\ncontent-type: appl", () => socket.destroy());
}

function cut(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
  response.write('{"success":', () => response.socket?.destroy());
}
