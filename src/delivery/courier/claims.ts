/**
 * Claims of one connector's deliveries, taken and given back so that none is held by nobody: a take whose answer was lost may
 * have claimed, and what it claimed would wait for the end of its lease, and every later event of these persons with it.
 */
import { randomUUID } from "node:crypto";
import type { Claim, Storage } from "../../storage/contract.ts";
import { keepTrying } from "../settlement/retrying.ts";

export interface ClaimsOptions {
  readonly name: string;
  readonly storage: Pick<Storage, "take" | "release">;
  /** Called each time when the store does not take back what it must. */
  readonly onStoreTrouble: (during: string, error: unknown) => void;
  /** Aborts when the bridge can wait no longer. */
  readonly signal: AbortSignal;
}

export interface Claims {
  /** Claims what may go; one at a time. Rejects when the store does not answer. */
  take(limit: number, probeLimit: number, leaseMs: number): Promise<Claim>;
  /** So many of this claim's deliveries are settled. */
  settled(claim: Claim, count: number): void;
  /** Gives these back. Insists as long as it may: only a lease, or the end of the process, would free them otherwise. */
  giveBack(claim: Claim, events: readonly number[]): Promise<void>;
  /** Gives back what was claimed without our hearing of it, as often as it may. */
  end(): Promise<void>;
}

export function openClaims({ name, storage, onStoreTrouble, signal }: ClaimsOptions): Claims {
  const id = randomUUID();
  let taken = 0;
  /** By token: how many deliveries of a claim are neither settled nor given back. */
  const held = new Map<string, number>();
  /** The token of a take that was not answered. */
  let unheard: string | undefined;

  function settled({ token }: Claim, count: number): void {
    const left = (held.get(token) ?? 0) - count;
    if (left > 0) held.set(token, left);
    else held.delete(token);
  }

  async function insist(release: () => Promise<void>): Promise<void> {
    await keepTrying(release, { signal, onTrouble: async (error) => onStoreTrouble("release", error) });
  }

  return {
    async take(limit, probeLimit, leaseMs) {
      const token = `${id} ${++taken}`;
      unheard = token;
      const claim = await storage.take(name, limit, probeLimit, leaseMs, token, { id, tokens: [...held.keys()] });
      unheard = undefined;
      if (claim.deliveries.length > 0) held.set(token, claim.deliveries.length);
      return claim;
    },
    settled,
    async giveBack(claim, events) {
      if (events.length > 0) await insist(() => storage.release(name, claim.token, events));
      settled(claim, events.length);
    },
    async end() {
      const token = unheard;
      if (token !== undefined) await insist(() => storage.release(name, token));
    },
  };
}
