/** One request for a page: who asks, in which language and time zone, and what may be asked for them. */

import type { Identity } from "../admin/identity.ts";
import type { AdminRequest, Link } from "../admin/route.ts";
import { percentDecoded } from "../basics/percent.ts";
import type { Typed } from "../basics/typed.ts";
import type { Config, LoadResult } from "../config/checked-config.ts";
import type { ExchangeStep } from "../delivery/following/exchanges.ts";
import type { Checks } from "../operations/checks/remembered.ts";
import type { InBackground, PlanRuns } from "../operations/deliveries/plan-runs.ts";
import type { Operations } from "../operations/operations.ts";
import { type Language, languageOf } from "./words/languages.ts";
import { writerOf } from "./words/zones.ts";

/** What the pages stand on. */
export interface ConsoleOptions {
  /** What is asked of the store and done to it, in the name of whoever asks. */
  readonly operations: (who: Identity) => Operations;
  /** The settings in force. */
  readonly config: () => Config;
  /** Of this program. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Plans that are worked off here, whoever looks. */
  readonly runs: PlanRuns;
  /** What destinations say of their settings. */
  readonly checks: Checks;
  /** Commands as they are typed where the bridge runs. */
  readonly typed: Typed;
  /** Told why a page could not be shown. */
  readonly onUnanswered: (path: string, error: unknown) => void;
  readonly inBackground: InBackground;
  readonly exchanges: ExchangesOf;
  /** What the configuration's file says by now. */
  readonly load: () => Promise<LoadResult>;
  /** Variables of this process, for proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves when callbacks have had their time, after so many milliseconds of work. */
  readonly giveWay: (workedMs: number) => Promise<unknown>;
}

/**
 * The latest requests about a person, and their answers, oldest first: those that are kept in memory.
 * @param isFollowed from now on they are kept, for as long as somebody asks so
 */
export type ExchangesOf = (user: string, isFollowed: boolean) => readonly ExchangeStep[];

export interface Visit {
  readonly identity: Identity;
  readonly language: Language;
  /** As `Intl` knows it: `Europe/Berlin`; `UTC` where the browser has said none. */
  readonly zone: string;
  readonly now: number;
  readonly link: Link;
  /** What stands behind `?`. */
  readonly query: URLSearchParams;
  /** The page's path below the base path. */
  readonly path: string;
  /** Parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>;
  readonly operations: Operations;
  readonly inBackground: InBackground;
  readonly exchanges: ExchangesOf;
  readonly runs: PlanRuns;
  readonly checks: Checks;
  readonly config: Config;
  readonly version: string;
  readonly typed: Typed;
  /** Whether a page is wanted, and not what programs read. */
  readonly isBrowser: boolean;
  /** Whether they may repair. */
  readonly isOperator: boolean;
}

/** Cookies of the pages; they name nobody. */
export const LANGUAGE_COOKIE = "unsub_bridge_language";
export const ZONE_COOKIE = "unsub_bridge_zone";

export function visitOf(
  { identity, url, params, headers, link }: AdminRequest & { readonly identity: Identity },
  { operations, config, clock, ...rest }: ConsoleOptions,
): Visit {
  const { version, typed, inBackground, exchanges, runs, checks } = rest;
  const cookies = cookiesIn(headers.get("cookie"));
  return {
    ...{ identity, params, link, version, typed, inBackground, exchanges, runs, checks },
    ...{ now: clock(), config: config() },
    operations: operations(identity),
    query: url.searchParams,
    path: url.pathname.slice(link("").length) || "/",
    language: languageOf(cookies.get(LANGUAGE_COOKIE), headers.get("accept-language")),
    zone: zoneOf(cookies.get(ZONE_COOKIE)),
    isBrowser: /\btext\/html\b/.test(headers.get("accept") ?? ""),
    isOperator: identity.role === "operator",
  };
}

export function cookiesIn(header: string | null): ReadonlyMap<string, string> {
  const pairs = (header ?? "").split(/;\s*/).map((pair) => /^([^=]+)=(.*)$/.exec(pair));
  return new Map(pairs.flatMap((found) => (found === null ? [] : [[found[1] ?? "", percentDecoded(found[2] ?? "")]])));
}

/** A browser may say anything. */
function zoneOf(said: string | undefined): string {
  try {
    return writerOf("en", said ?? "UTC").resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
