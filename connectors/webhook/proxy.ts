/** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as curl and most others read them, and the tunnel through such a proxy. */
import { type Agent, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for an URL; undefined for none. The lower-case name wins. Throws when it is no URL, without showing it: it may hold a password. */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const proxy = env[name] || env[name.toUpperCase()];
  if (!proxy || isExempt(url, env.no_proxy || env.NO_PROXY || "")) return undefined;
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (!URL.canParse(address)) throw new Error(`the environment variable ${name.toUpperCase()} is no web address`);
  return new URL(address);
}

/** `NO_PROXY`: names with everything below them, with or without a leading dot, a port if need be; `*` is all. */
function isExempt(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, name = "", onlyPort] = /^\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === "" || (onlyPort !== undefined && onlyPort !== port)) return false;
    return url.hostname === name || url.hostname.endsWith(`.${name}`);
  });
}

/** Lets an agent make its connections through a proxy, by CONNECT. TLS is spoken with the receiver, not with the proxy. */
export function tunnelling(agent: Agent, proxy: URL, timeoutMs: number): Agent {
  const createConnection = (
    options: { host?: string; port?: number | string; servername?: string; protocol?: string | null },
    callback: (error: Error | null, socket?: Socket) => void,
  ) => {
    const authority = `${options.host}:${options.port}`;
    openTunnel(proxy, authority, timeoutMs).then((socket) => {
      if (options.protocol !== "https:") return callback(null, socket);
      const servername = options.servername || options.host || "";
      const secure = tlsConnect({ socket, servername });
      secure.once("secureConnect", () => callback(null, secure));
      secure.once("error", (error) => callback(error));
    }, callback);
  };
  return Object.assign(agent, { createConnection });
}

function openTunnel(proxy: URL, authority: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const authorization =
      credentials === ":" ? {} : { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
    const connecting = (proxy.protocol === "https:" ? tlsRequest : plainRequest)({
      hostname: proxy.hostname,
      port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...authorization },
      timeout: timeoutMs,
    });
    connecting.on("connect", (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered HTTP ${answer.statusCode}`));
    });
    connecting.on("timeout", () => connecting.destroy(new Error(`the proxy ${proxy.host} does not answer`)));
    connecting.on("error", (error) => reject(new Error(`the proxy ${proxy.host} cannot be used: ${error.message}`)));
    connecting.end();
  });
}
