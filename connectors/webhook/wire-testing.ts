/** A receiver that answers byte by byte as a test says, over a plain connection or TLS, straight or through a proxy. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { selfSigned } from "../../test/support/certificate.ts";
import { type WebhookSurroundings, webhookIn } from "./index.ts";

/** How a receiver is reached. */
export interface Way {
  readonly words: string;
  readonly isSecure: boolean;
  readonly isProxied: boolean;
}

export const WAYS: readonly Way[] = [
  { words: "over a plain connection", isSecure: false, isProxied: false },
  { words: "over TLS", isSecure: true, isProxied: false },
  { words: "through a proxy", isSecure: false, isProxied: true },
  { words: "through a proxy, over TLS", isSecure: true, isProxied: true },
];

/** A connection as the receiver has it. */
export interface Line {
  readonly socket: Socket;
  /** Writes; resolves when it is written. */
  say(text: string): Promise<void>;
  /** Resolves once the other side has let go of it. */
  readonly closed: Promise<unknown>;
}

/** Answers one request; told once its last byte is there, or at its first byte where `atOnce` is set. */
export type Answer = (line: Line) => void | Promise<void>;

export interface Receiver {
  /** The connector type, in surroundings in which the receiver is found. */
  readonly type: ReturnType<typeof webhookIn>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Connections, oldest first. */
  readonly lines: readonly Line[];
  /** How the next requests are answered, one after another; the last one answers all that follow. */
  answerBy(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

const HOST = "partner.example";

export async function startReceiver({ isSecure, isProxied }: Way, { atOnce = false } = {}): Promise<Receiver> {
  const certificate = selfSigned(HOST);
  const { lines, answerBy, serve } = script(atOnce);
  const sockets = openSockets();
  const onConnection = (socket: Socket) => {
    sockets.keep(socket);
    serve(socket);
  };
  const server = isSecure ? createTlsServer({ ...certificate }, onConnection) : createServer(onConnection);
  const port = await listen(server);
  const proxy = createServer((client) => tunnel(client, port, sockets.keep));
  const proxyPort = await listen(proxy);
  const name = isSecure ? "HTTPS_PROXY" : "HTTP_PROXY";
  const surroundings: WebhookSurroundings = {
    env: isProxied ? { [name]: `http://127.0.0.1:${proxyPort}` } : {},
    resolve: async () => [{ address: "127.0.0.1", family: 4 }],
    authorities: certificate.cert,
  };
  return {
    type: webhookIn(surroundings),
    settings: {
      url: `${isSecure ? "https" : "http"}://${HOST}:${port}/hook`,
      allow_http: true,
      allow_private_network: true,
    },
    lines,
    answerBy,
    async close() {
      const closed = [server, proxy].map((each) => once(each, "close"));
      for (const each of [server, proxy]) each.close();
      sockets.destroy();
      await Promise.all(closed);
    },
  };
}

/** Answers one request after another, on whichever connection it comes. */
function script(atOnce: boolean) {
  const lines: Line[] = [];
  let answers: readonly Answer[] = [];
  return {
    lines,
    answerBy(...next: readonly Answer[]): void {
      answers = next;
    },
    serve(socket: Socket): void {
      const say = (text: string) => new Promise<void>((resolve) => socket.write(text, "latin1", () => resolve()));
      const line: Line = { socket, say, closed: new Promise((resolve) => socket.once("close", resolve)) };
      lines.push(line);
      // what is written is on its way at once
      socket.setNoDelay(true);
      let got = "";
      socket.on("data", (bytes: Buffer) => {
        got += bytes.toString("latin1");
        if (!atOnce && !isWhole(got)) return;
        got = "";
        const [answer, ...others] = answers;
        if (others.length > 0) answers = others;
        void answer?.(line);
      });
    },
  };
}

/** Those that are open. */
function openSockets() {
  const sockets = new Set<Socket>();
  return {
    keep(socket: Socket): void {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    },
    destroy(): void {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What a proxy does for CONNECT, whomever it is asked for: a tunnel to this port. */
function tunnel(client: Socket, port: number, keep: (socket: Socket) => void): void {
  keep(client);
  client.once("data", () => {
    const target = connect(port, "127.0.0.1");
    keep(target);
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    for (const [from, to] of [[client, target] as const, [target, client] as const]) {
      from.pipe(to);
      from.on("close", () => to.destroy());
    }
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function isWhole(request: string): boolean {
  const end = request.indexOf("\r\n\r\n");
  const [, length = "0"] = /\r\ncontent-length: (\d+)/i.exec(request) ?? [];
  return end !== -1 && request.length >= end + 4 + Number(length);
}
