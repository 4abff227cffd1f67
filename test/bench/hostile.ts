/**
 * Destinations whose answers are an attack: little that becomes a lot, JSON without a bottom, bodies without an end. What each of the
 * three sends is named by the environment: HUBSPOT, SEGMENT, WEBHOOK, each `gzip`, `deep` or `endless`. Prints where they are.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

const MIB = 1024 * 1024;
const BOMB = gzipSync(Buffer.alloc(200 * MIB, " "));
const DEEP = "[".repeat(200_000);
const PIECE = Buffer.alloc(MIB, " ");

const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  gzip(response) {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(BOMB);
  },
  deep(response) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(DEEP);
  },
  endless(response) {
    response.writeHead(200, { "content-type": "application/json" });
    const go = () => {
      while (response.write(PIECE));
    };
    response.on("drain", go);
    go();
  },
};

async function start(kind = "endless"): Promise<string> {
  const answer = ANSWERS[kind];
  if (answer === undefined) throw new Error(`there is no attack "${kind}"`);
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    request.resume();
    request.on("end", () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { HUBSPOT, SEGMENT, WEBHOOK } = process.env;
const [hubspot, segment, webhook] = await Promise.all([start(HUBSPOT), start(SEGMENT), start(WEBHOOK)]);
console.log(JSON.stringify({ hubspot, segment, webhook }));
