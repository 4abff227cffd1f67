/** A wire in front of a stand-in: hands requests on, and answers those that a test names byte by byte. */
import { once } from "node:events";
import { request as ask } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** An answer as it came from the stand-in. */
export interface Right {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Writes what it wants, in the place of the right answer. */
export type Odd = (socket: Socket, right: Right) => void;

export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

export interface Wire {
  readonly url: string;
  /** Which requests are answered oddly from now on; the others are handed on. */
  answer(odd: Odd, when: (asked: Asked) => boolean): void;
  /** All are handed on from now on. */
  heal(): void;
  close(): Promise<void>;
}

/** @param target address of the stand-in */
export async function startWire(target: string): Promise<Wire> {
  let planned: { readonly odd: Odd; readonly when: (asked: Asked) => boolean } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    let got = Buffer.alloc(0);
    socket.on("data", (bytes: Buffer) => {
      got = Buffer.concat([got, bytes]);
      const request = wholeRequest(got);
      if (request === undefined) return;
      got = Buffer.alloc(0);
      void serve(socket, request);
    });
  });

  async function serve(socket: Socket, request: Request): Promise<void> {
    const plan = planned;
    const right = await handOn(target, request);
    if (plan?.when(request)) plan.odd(socket, right);
    else socket.write(wholeAnswer(right));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer(odd, when) {
      planned = { odd, when };
    },
    heal() {
      planned = undefined;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export function wholeAnswer({ status, type, body }: Right): Buffer {
  const head = `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

interface Request extends Asked {
  /** Path and query. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function wholeRequest(bytes: Buffer): Request | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [line = "", ...fields] = bytes.toString("latin1", 0, end).split("\r\n");
  const [method = "", target = ""] = line.split(" ");
  const [path = ""] = target.split("?");
  const headers = Object.fromEntries(
    fields.map((field) => {
      const [name = "", ...value] = field.split(":");
      return [name.toLowerCase(), value.join(":").trim()];
    }),
  );
  const body = bytes.subarray(end + 4);
  return body.length < Number(headers["content-length"] ?? 0) ? undefined : { method, path, target, headers, body };
}

function handOn(standIn: string, { method, target, headers, body }: Request): Promise<Right> {
  return new Promise((resolve, reject) => {
    const { "accept-encoding": _, connection: __, ...others } = headers;
    const asked = ask(`${standIn}${target}`, { method, headers: others, agent: false }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const type = response.headers["content-type"] ?? "text/plain";
      resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(parts) });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
