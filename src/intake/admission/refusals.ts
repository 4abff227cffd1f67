/** What a refused request is answered, counted as and logged. Neither `Sign` nor a token is in any of it. */
import { MINUTE_MS } from "../../basics/once-a-minute.ts";
import { STALE_FAULT } from "../../callback.ts";
import type { Logger } from "../../connector.ts";
import type { CounterName } from "../counters.ts";
import type { Authenticity } from "./authenticity.ts";

export type Refusal =
  | Exclude<Authenticity, { tag: "authentic" }>
  | { readonly tag: "address"; readonly address: string };

/** Characters of foreign text that are shown. */
const LONGEST_SHOWN = 64;

/** Our words for the sender: `ErrorInfo`. */
export function wordsFor(refusal: Refusal): string {
  switch (refusal.tag) {
    case "address":
      return "callbacks are not taken from this address";
    case "unknownApp":
      return refusal.sdkAppId === ""
        ? "SdkAppid is missing"
        : `SdkAppid ${refusal.sdkAppId.slice(0, LONGEST_SHOWN)} is not one of the configured apps`;
    case "unsigned":
      return "Sign is missing";
    case "wrongSign":
      return "Sign is wrong";
    case "stale":
      return STALE_FAULT;
  }
}

const COUNTERS: Readonly<Record<Refusal["tag"], CounterName>> = {
  address: "refused_address",
  unknownApp: "refused_app",
  unsigned: "refused_sign",
  wrongSign: "refused_sign",
  stale: "refused_clock",
};

export function counterFor(refusal: Refusal): CounterName {
  return COUNTERS[refusal.tag];
}

/** Logs refusals: one line a minute for each app and kind, with how many there were since the last one. */
export function refusalLog(log: Logger): (refusal: Refusal, now: number) => void {
  const kinds = new Map<string, { loggedAt: number; unlogged: number }>();
  return (refusal, now) => {
    const key = `${refusal.tag} ${"app" in refusal ? refusal.app : ""}`;
    const kind = kinds.get(key) ?? { loggedAt: Number.NEGATIVE_INFINITY, unlogged: 0 };
    kinds.set(key, kind);
    kind.unlogged += 1;
    // a clock that was set back must not keep it silent
    if (now >= kind.loggedAt && now - kind.loggedAt < MINUTE_MS) return;
    log.warn({ fact: "intake.refused", reason: wordsFor(refusal), count: kind.unlogged, ...detailsOf(refusal) });
    kind.loggedAt = now;
    kind.unlogged = 0;
  };
}

function detailsOf(refusal: Refusal): Record<string, unknown> {
  switch (refusal.tag) {
    case "address":
      return { address: refusal.address.slice(0, LONGEST_SHOWN) };
    case "unknownApp":
      return {};
    case "unsigned":
    case "wrongSign":
      return { app: refusal.app };
    case "stale":
      // positive: Chat's clock is ahead of ours
      return { app: refusal.app, clock_difference_seconds: Math.round(refusal.aheadMs / 1000) };
  }
}
