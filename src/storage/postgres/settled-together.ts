/** What several connectors settle within one turn of the event loop shares a transaction. */
import { perTurn } from "../../basics/per-turn.ts";
import type { SettleRequest, SettleResult } from "../contract/deliveries.ts";
import type { Operations } from "./context.ts";
import { Timeout } from "./trouble.ts";

export interface SettledTogetherOptions {
  /** In one transaction; an answer for each, in their order. */
  readonly settle: (requests: readonly SettleRequest[]) => Promise<readonly SettleResult[]>;
  /** Whether nothing else may share its transaction. */
  readonly goesAlone: (request: SettleRequest) => boolean;
}

/** A transaction costs about as much as so many deliveries: who has more needs no company, and keeps it waiting. */
const ENOUGH = 32;
/** Connectors in one transaction: it waits for all of their rows. */
const MOST = 16;

interface Asked {
  readonly request: SettleRequest;
  readonly resolve: (result: SettleResult | Promise<SettleResult>) => void;
  readonly reject: (error: unknown) => void;
}

export function settledTogether({ settle, goesAlone }: SettledTogetherOptions): Operations["settle"] {
  async function settleOne(request: SettleRequest): Promise<SettleResult> {
    const [result] = await settle([request]);
    if (result === undefined) throw new Error("nothing was answered");
    return result;
  }

  async function settleGroup(group: readonly Asked[]): Promise<void> {
    try {
      const results = await settle(group.map(({ request }) => request));
      for (const [place, { request, resolve }] of group.entries()) resolve(results[place] ?? settleOne(request));
    } catch (error) {
      // a fault of one must not fail the others; who has no time left has none for that either
      if (group.length === 1 || error instanceof Timeout) for (const { reject } of group) reject(error);
      else for (const { request, resolve } of group) resolve(settleOne(request));
    }
  }

  const ask = perTurn<Asked>((all) => {
    for (let from = 0; from < all.length; from += MOST) void settleGroup(all.slice(from, from + MOST));
  });

  return (request) => {
    if (goesAlone(request) || request.settlements.length >= ENOUGH) return settleOne(request);
    return new Promise((resolve, reject) => ask({ request, resolve, reject }));
  };
}
