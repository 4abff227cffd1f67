/** Opening a connection to a receiver: looked up, connected, tunnelled through a proxy and secured, all within one deadline. */
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { percentDecoded } from "../../basics/percent.ts";
import { headReader } from "./head-reader.ts";

export interface DialRoute {
  readonly url: URL;
  readonly lookup: LookupFunction;
  /** The proxy to tunnel through, by CONNECT. It looks the name up, so only its own policy guards the address. */
  readonly proxy: URL | undefined;
  /** Authorities (PEM) to trust instead of the system's and those of `NODE_EXTRA_CA_CERTS`. */
  readonly authorities: string | undefined;
}

/** Rejects with what went wrong; nothing is left open then. TLS is spoken with the receiver, not with the proxy. */
export async function dial({ url, lookup, proxy, authorities }: DialRoute, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const way = proxy === undefined ? connected(url, lookup, signal) : throughProxy(proxy, url, authorities, signal);
  const socket = await way;
  return url.protocol === "https:" ? secured(socket, url, authorities, signal) : socket;
}

/** `partner.example:443`: what a proxy is asked for. */
const authorityOf = (url: URL): string => `${url.hostname}:${portOf(url)}`;
const portOf = (url: URL): number => Number(url.port || (url.protocol === "https:" ? 443 : 80));
/** An IPv6 address stands in brackets in an URL, and nowhere else. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

function connected(url: URL, lookup: LookupFunction | undefined, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host: hostOf(url), port: portOf(url), ...(lookup !== undefined && { lookup }) });
  return opened(socket, "connect", signal);
}

function secured(socket: Socket, url: URL, authorities: string | undefined, signal: AbortSignal): Promise<Socket> {
  const host = hostOf(url);
  // an address is no server name (RFC 6066 3); the certificate is compared with it all the same
  const name = isIP(host) === 0 ? { servername: host } : {};
  const trust = authorities === undefined ? {} : { ca: authorities };
  const secure = tlsConnect({ socket, host, ...name, ...trust, ALPNProtocols: ["http/1.1"] });
  return opened(secure, "secureConnect", signal).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
}

async function throughProxy(
  proxy: URL,
  target: URL,
  authorities: string | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const blame = (error: unknown): never => {
    if (signal.aborted) throw new Error(`the proxy ${proxy.host} does not answer`, { cause: error });
    throw new Error(`the proxy ${proxy.host} cannot be used: ${error instanceof Error ? error.message : error}`);
  };
  let socket = await connected(proxy, undefined, signal).catch(blame);
  if (proxy.protocol === "https:") socket = await secured(socket, proxy, authorities, signal).catch(blame);
  const status = await askForTunnel(socket, proxy, authorityOf(target), signal).catch(blame);
  if (status >= 200 && status < 300) return socket;
  socket.destroy();
  throw new Error(`the proxy ${proxy.host} answered HTTP ${status}`);
}

/** The status of the proxy's answer to CONNECT; behind a 2xx begins the tunnel (RFC 9110 9.3.6). */
function askForTunnel(socket: Socket, proxy: URL, authority: string, signal: AbortSignal): Promise<number> {
  const { username, password } = proxy;
  const credentials = Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString("base64");
  const authorization = username + password === "" ? "" : `proxy-authorization: Basic ${credentials}\r\n`;
  const status = statusFrom(socket, signal);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`);
  return status;
}

/** Reads exactly a final head. Rejects, with the socket destroyed, when anything else comes, or comes too late. */
function statusFrom(socket: Socket, signal: AbortSignal): Promise<number> {
  const read = headReader();
  return aboutSocket(socket, signal, (resolve, reject) => {
    const onData = (bytes: Buffer) => {
      const found = read(bytes);
      if (found === undefined) return;
      if (found.tag === "fault") return reject(new Error(found.fault));
      const { status } = found.head;
      // nobody has asked the receiver for anything yet
      if (status < 300 && found.rest.length > 0) return reject(new Error("its answer goes on behind its head"));
      resolve(status);
    };
    socket.on("data", onData);
    return () => {
      socket.pause();
      socket.off("data", onData);
    };
  });
}

function opened<S extends Socket>(socket: S, event: "connect" | "secureConnect", signal: AbortSignal): Promise<S> {
  return aboutSocket(socket, signal, (resolve) => {
    const onOpen = () => resolve(socket);
    socket.once(event, onOpen);
    return () => socket.off(event, onOpen);
  });
}

/**
 * A promise about a socket: it rejects, and the socket is destroyed, when that fails or ends, or the signal aborts.
 * @param start says when it resolves; returns how to stop listening
 */
function aboutSocket<T>(
  socket: Socket,
  signal: AbortSignal,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: unknown) => {
      end();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    const onEnd = () => fail(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
    const stop = start((value) => {
      end();
      resolve(value);
    }, fail);
    function end(): void {
      stop();
      signal.removeEventListener("abort", onAbort);
      for (const event of ["end", "close"]) socket.off(event, onEnd);
      socket.off("error", fail);
      // what comes too late has nobody to hear it
      socket.on("error", () => undefined);
    }
    signal.addEventListener("abort", onAbort, { once: true });
    for (const event of ["end", "close"]) socket.once(event, onEnd);
    socket.once("error", fail);
  });
}
