/** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as curl and most others read them. Pure. */

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
