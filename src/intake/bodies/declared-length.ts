/** How long a request says that its body is. */

/**
 * Bytes; undefined where it says nothing. One that is said twice is both of them to the runtimes, `12, 12`: they refuse two that differ, and
 * let these through (https://www.rfc-editor.org/rfc/rfc9110#section-8.6).
 */
export function declaredLength(headers: Pick<Headers, "get">): number | undefined {
  const said = headers.get("content-length");
  if (said === null) return undefined;
  const length = Number(said);
  return Number.isNaN(length) ? Number(said.split(",", 1)[0]) : length;
}
