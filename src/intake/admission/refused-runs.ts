/**
 * Requests that are refused one after the other, without one of the same app that is taken: a token that was changed in the
 * console only loses all of the app's callbacks, for Chat does not send them again. Each is a `warn` at most; that they go on is
 * an `error`, said ever more rarely, and `status` tells of it.
 */

import { type EverRarer, everRarer } from "../../basics/ever-rarer.ts";
import { time } from "../../basics/format.ts";
import type { Logger } from "../../connector.ts";
import type { RefusedRun } from "../../storage/contract/presence.ts";
import type { Refusal } from "./refusals.ts";

export interface RefusedRuns {
  refused(refusal: Refusal, now: number): void;
  /** A request of this app has a right sign, or needs none. */
  taken(app: string): void;
  /** Other settings are in force: what was refused by the former says nothing about them. */
  forget(): void;
  /** Those that go on. */
  all(): readonly RefusedRun[];
}

/** So few in a row may be anybody's. */
export const RUN_FROM = 3;

/** Of those who name an app that is not configured, and those from an address that may not: any app that is taken ends these. */
const ANYBODY = "";

export function openRefusedRuns(log: Logger): RefusedRuns {
  const runs = new Map<string, Run>();

  function end(key: string): void {
    const known = runs.get(key);
    if (known === undefined) return;
    runs.delete(key);
    const { app, count } = known.run;
    if (count >= RUN_FROM) log.info({ fact: "intake.taken_again", ...(app !== undefined && { app }), refused: count });
  }

  return {
    refused(refusal, now) {
      const part = partOf(refusal);
      if (part === undefined) return;
      const key = part.cause === "sign" ? part.app : ANYBODY;
      const { run: before, said } = runs.get(key) ?? {
        run: undefined,
        said: everRarer(),
      };
      const run = { ...part, count: (before?.count ?? 0) + 1, since: before?.since ?? now, at: now };
      runs.set(key, { run, said });
      if (run.count >= RUN_FROM && said.isDue(now)) sayRun(log, run);
    },
    taken(app) {
      if (runs.size === 0) return;
      end(app);
      end(ANYBODY);
    },
    forget: () => runs.clear(),
    all: () => [...runs.values()].map(({ run }) => run).filter(({ count }) => count >= RUN_FROM),
  };
}

interface Run {
  readonly run: RefusedRun;
  readonly said: EverRarer;
}

function sayRun(log: Logger, run: RefusedRun): void {
  const { cause, app, count, since } = run;
  const named = app === undefined ? {} : { app };
  log.error({ fact: "intake.all_refused", cause, ...named, count, since: time(since), ...refusedWords(run) });
}

type Part =
  | { readonly cause: "sign"; readonly app: string; readonly isSigned: boolean }
  | { readonly cause: "app"; readonly app: string }
  | { readonly cause: "address" };

/** Who names no app is no Chat; a stale request has a right sign, and an alarm of its own. */
function partOf(refusal: Refusal): Part | undefined {
  switch (refusal.tag) {
    case "unsigned":
    case "wrongSign":
      return { cause: "sign", app: refusal.app, isSigned: refusal.tag === "wrongSign" };
    case "unknownApp":
      return SDK_APP_ID.test(refusal.sdkAppId) ? { cause: "app", app: refusal.sdkAppId } : undefined;
    case "address":
      return { cause: "address" };
    case "stale":
      return undefined;
  }
}

const SDK_APP_ID = /^\d{1,20}$/;

/** What is wrong, and the way out, for a marketer. What was refused is lost, whichever it is. */
export function refusedWords({ cause, app, isSigned = true }: RefusedRun): {
  readonly reason: string;
  readonly todo: string;
} {
  switch (cause) {
    case "sign":
      return isSigned
        ? {
            reason: `every callback of app ${app} is refused: its sign does not fit the token`,
            todo: "write the token of the Chat console into chat.apps[].token, beside the old one while it is changed (a list takes both)",
          }
        : {
            reason: `every callback of app ${app} is refused: it carries no sign`,
            todo: "switch on callback authentication in the Chat console, with the token of chat.apps[].token",
          };
    case "app":
      return {
        reason: `every callback is refused: it names app ${app}, which is not configured`,
        todo: "add the app under chat.apps with its token, or correct its sdk_app_id",
      };
    case "address":
      return {
        reason: "every callback is refused: it comes from an address that chat.allow_from does not name",
        todo: "add the address (the log names it) to chat.allow_from; behind a proxy, name the proxy in server.trusted_proxies",
      };
  }
}
