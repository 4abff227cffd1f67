/**
 * Opens the socket of one session, in plain or in TLS, before the driver speaks on it: the driver's own way does not tell
 * `verify-ca` from `verify-full`, and goes on when a server has no TLS.
 *
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
 */
import { Buffer } from "node:buffer";
import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from "node:tls";
import type { Host } from "../../basics/postgres-url.ts";
import type { Tls } from "../../basics/postgres-url-parameters.ts";
import { contentOf } from "../../config/files/read-text.ts";

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const YES = 0x53;

/**
 * @param limitMs how long it may take, in milliseconds
 * @returns a socket on which the driver may begin a session
 */
export async function dialServer(host: Host, tls: Tls, limitMs: number): Promise<Socket> {
  const isFolder = host.host.startsWith("/");
  const opened = isFolder
    ? connect(`${host.host}/.s.PGSQL.${host.port}`)
    : connect({ host: host.host, port: host.port });
  // while certificates are read nobody else listens: a reset then must not end the process
  opened.on("error", () => undefined);
  let current: Socket = opened;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Silent(`${host.host}:${host.port} does not answer`)), limitMs);
  try {
    await Promise.race([event(opened, "connect"), late]);
    // nobody listens on a socket of this machine
    if (isFolder || tls.demand === "none") return opened;
    if (!tls.direct && !(await Promise.race([offersTls(opened), late]))) {
      if (tls.demand === "prefer") return opened;
      throw new NoTls(`${host.host} offers no TLS, and storage.url demands it (sslmode)`);
    }
    const secure = connectTls({ ...(await optionsOf(host, tls)), socket: opened });
    current = secure;
    await Promise.race([event(secure, "secureConnect"), late]);
    return secure;
  } catch (error) {
    current.on("error", () => undefined).destroy();
    opened.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Both ends of a connection, each as address and port. */
export type Ends = readonly [own: string, server: string];

/** As this machine sees them; undefined where it cannot tell, as of a socket in a folder. */
export function endsOf(socket: Socket): Ends | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (localAddress === undefined || remoteAddress === undefined) return undefined;
  return [`${plain(localAddress)} ${localPort}`, `${plain(remoteAddress)} ${remotePort}`];
}

/** An address of IPv4 may be written as one of IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:/i, "");

/** Whoever is asked has no TLS. */
export class NoTls extends Error {}
/** Nobody has answered in time. */
export class Silent extends Error {}

/** The server says yes or no in one byte. What else came with it was put there by somebody in between. */
async function offersTls(socket: Socket): Promise<boolean> {
  socket.write(SSL_REQUEST);
  const [answer] = await event(socket, "data");
  if (!(answer instanceof Uint8Array) || answer.length !== 1) throw new Error("this is no PostgreSQL server");
  return answer[0] === YES;
}

async function optionsOf({ host }: Host, tls: Tls): Promise<ConnectionOptions> {
  const read = async (name: "ca" | "cert" | "key") => {
    const path = tls.files[name];
    return path === undefined ? {} : { [name]: await contentOf(path) };
  };
  return {
    ...(await read("ca")),
    ...(await read("cert")),
    ...(await read("key")),
    ...(tls.passphrase !== undefined && { passphrase: tls.passphrase }),
    // an address has no name to ask for
    ...(isIP(host) === 0 && tls.namesHost !== false && { servername: host }),
    ...(tls.direct && { ALPNProtocols: ["postgresql"] }),
    rejectUnauthorized: tls.demand === "authority" || tls.demand === "name",
    checkServerIdentity: (_, certificate) =>
      tls.demand === "name" ? checkServerIdentity(host, certificate) : undefined,
  };
}

/** Resolves with what an event brings; rejects when the socket fails or ends first. */
function event(socket: Socket, name: "connect" | "secureConnect" | "data"): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const done = (act: () => void) => {
      socket.off(name, onEvent);
      socket.off("error", onError);
      socket.off("close", onClose);
      act();
    };
    const onEvent = (...args: unknown[]) => done(() => resolve(args));
    const onError = (error: Error) => done(() => reject(error));
    const onClose = () => done(() => reject(new Error("the connection to PostgreSQL was lost")));
    socket.on(name, onEvent);
    socket.on("error", onError);
    socket.on("close", onClose);
  });
}
