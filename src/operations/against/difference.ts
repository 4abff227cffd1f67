/** Where two lists of requests differ. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { PreviewRequest } from "../../connector.ts";

/** One place; undefined: it is not there. */
export interface Difference {
  /** `body.data.user_id`; behind the number of the request, where there are several. */
  readonly path: string;
  readonly before: unknown;
  readonly now: unknown;
}

export function differencesOf(
  before: readonly PreviewRequest[],
  now: readonly PreviewRequest[],
): readonly Difference[] {
  const longest = Math.max(before.length, now.length);
  return Array.from({ length: longest }, (_, index) => {
    const path = longest === 1 ? "" : `request ${index + 1} `;
    return within(path, bare(before[index]), bare(now[index]));
  }).flat();
}

/** What is said about a request is no part of it. */
function bare(request: PreviewRequest | undefined): unknown {
  if (request === undefined) return undefined;
  const { note: _, ...sent } = request;
  return sent;
}

function within(path: string, before: unknown, now: unknown): readonly Difference[] {
  if (isDeepStrictEqual(before, now)) return [];
  if (!isTree(before) || !isTree(now) || Array.isArray(before) !== Array.isArray(now)) return [{ path, before, now }];
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].flatMap((name) => within(placeIn(path, name, Array.isArray(now)), before[name], now[name]));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

function placeIn(path: string, name: string, isList: boolean): string {
  if (isList) return `${path}[${name}]`;
  return path === "" || path.endsWith(" ") ? `${path}${name}` : `${path}.${name}`;
}
