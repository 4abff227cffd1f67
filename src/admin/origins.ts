/** What a browser says of the page that made it ask. Pure. */
import { isLoopback } from "../basics/loopback.ts";

/**
 * Whether a `Host` means this machine: `localhost:8081`, `127.0.0.1`, `[::1]:8081`. Any other is a name that somebody lets point
 * here, so that a page of theirs may read our answers (DNS rebinding).
 */
export function isOwnHost(host: string | null): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/.exec(host ?? "") ?? [];
  return isLoopback(bracketed ?? plain ?? "");
}

/**
 * Whether another site's page made the browser send this, for what changes something. Programs say neither, and show a token.
 * @param host as `Sender` has it
 */
export function isForeign({ method, headers }: Pick<Request, "method" | "headers">, host: string): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  return origin !== null && hostOf(origin) !== host.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
