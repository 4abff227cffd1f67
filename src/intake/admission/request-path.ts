/** The path of a request, whatever it was: `new URL` throws on what strangers send. */

/**
 * The path of a request's URL, without its query: of one without a usable host (`/path`, as Bun gives it then) and of a
 * target that is no path at all (`*`, `host:80`) as well. Never throws.
 */
export function pathOf(url: string): string {
  const scheme = url.startsWith("/") ? -1 : url.indexOf("://");
  const start = scheme === -1 ? 0 : url.indexOf("/", scheme + 3);
  if (start === -1) return "/";
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}

/** Routers take a slash at the end for nothing. */
export function isSamePath(path: string, route: string): boolean {
  return path === route || path === `${route}/` || `${path}/` === route;
}
