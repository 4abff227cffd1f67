/** How a comparison that somebody wanted has ended. */
import type { DryFound } from "../../reconcile/dry.ts";
import type { PassResult } from "../../reconcile/pass.ts";
import type { Pass } from "../../storage/contract/passes.ts";

export type RunEnd =
  /** Compared to its end. `why`: the missing are held, or wait for the next one. */
  | (Pick<Pass, "isBaseline" | "people" | "missing" | "held" | "healed"> & {
      readonly tag: "done";
      readonly why?: string;
    })
  | DryFound
  /** Not believed, or not begun. */
  | { readonly tag: "void" | "unbegun"; readonly why: string }
  | { readonly tag: "stopped" };

/** @param pass as it stands in the store, ended */
export function runEndOf(
  { state, why, isBaseline, people, missing, held, healed }: Pass,
  more: { why?: string } = {},
): RunEnd {
  if (state === "done") return { tag: "done", isBaseline, people, missing, held, healed, ...more };
  return { tag: "void", why: why ?? "" };
}

/** Of a pass of this process. @param pass the same in the store, where it came to its end */
export function endOfOwn(result: PassResult, pass: Pass | undefined): RunEnd {
  switch (result.tag) {
    case "dry":
      return result;
    case "done":
      return pass === undefined ? LOST : runEndOf(pass, result.why === undefined ? {} : { why: result.why });
    case "void":
      return { tag: "void", why: result.why };
    case "unasked":
      return { tag: "unbegun", why: result.why };
    case "taken":
      return { tag: "unbegun", why: `a pass of this account is under way (${result.holder})` };
    case "lost":
      return LOST;
    case "stopped":
      return { tag: "stopped" };
  }
}

const LOST: RunEnd = { tag: "void", why: "another has taken the account over" };

/** Compared to its end, and nobody need look or wait. */
export const isWhole = (end: RunEnd): boolean =>
  (end.tag === "done" || end.tag === "dry") && end.held === 0 && end.why === undefined;
