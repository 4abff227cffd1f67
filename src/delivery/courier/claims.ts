/**
 * Claims of one connector's deliveries, taken and given back so that none is held by nobody: a take whose answer was lost may
 * have claimed, and what it claimed would wait for the end of its lease, and every later event of these persons with it.
 */
import { randomUUID } from "node:crypto";
import { type Countdown, countdown } from "../../basics/countdown.ts";
import { keepTrying } from "../../basics/retrying.ts";
import type { Logger } from "../../connector.ts";
import type { ConnectorFacts } from "../../facts/connector-facts.ts";
import type { Claim, TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import type { CourierLimits } from "./limits.ts";

export interface ClaimsOptions {
  readonly name: string;
  readonly storage: Pick<Storage, "take" | "release">;
  readonly log: Logger;
  readonly facts: Pick<ConnectorFacts, "endings">;
  readonly limits: Pick<CourierLimits, "probe" | "leaseMs" | "callMs">;
  /** Most deliveries of a claim that is taken now. */
  readonly largestClaim: () => number;
  /** Called each time when the store does not take back what it must. */
  readonly onStoreTrouble: (during: string, error: unknown) => void;
  /** Aborts when the bridge can wait no longer. */
  readonly signal: AbortSignal;
}

export interface Claimed {
  readonly claim: Claim;
  /** From then on no call is begun on it. */
  readonly lastCall: Countdown;
}

export interface Claims {
  /** Claims what may go; one at a time. Rejects when the store does not answer. */
  take(): Promise<Claimed>;
  /** So many of this claim's deliveries are settled. */
  settled(claim: Claim, count: number): void;
  /** Gives these back. Insists as long as it may: only a lease, or the end of the process, would free them otherwise. */
  giveBack(claim: Claim, deliveries: readonly TakenDelivery[]): Promise<void>;
  /** Gives back what was claimed without our hearing of it, as often as it may. */
  end(): Promise<void>;
}

export function openClaims(options: ClaimsOptions): Claims {
  const { name, storage, log, facts, limits, onStoreTrouble, signal } = options;
  const id = randomUUID();
  let taken = 0;
  /** By token: how many deliveries of a claim are neither settled nor given back. */
  const held = new Map<string, number>();
  /** The token of a take that was not answered. */
  let unheard: string | undefined;

  async function take(): Promise<Claim> {
    const token = `${id} ${++taken}`;
    unheard = token;
    const holder = { id, tokens: [...held.keys()] };
    const claim = await storage.take(name, options.largestClaim(), limits.probe, limits.leaseMs, token, holder);
    unheard = undefined;
    if (claim.deliveries.length > 0) held.set(token, claim.deliveries.length);
    return claim;
  }

  function settled({ token }: Claim, count: number): void {
    const left = (held.get(token) ?? 0) - count;
    if (left > 0) held.set(token, left);
    else held.delete(token);
  }

  async function release(token: string, events?: readonly number[]): Promise<void> {
    const onTrouble = async (error: unknown) => onStoreTrouble("release", error);
    await keepTrying(() => storage.release(name, token, events), { signal, onTrouble });
  }

  return {
    async take() {
      // from before the claim: the lease began a little later
      const lastCall = countdown(limits.callMs);
      const claim = await take();
      facts.endings.superseded += claim.superseded;
      if (claim.superseded > 0) log.info({ fact: "delivery.superseded", connector: name, count: claim.superseded });
      return { claim, lastCall };
    },
    settled,
    async giveBack(claim, deliveries) {
      const events = deliveries.map(({ event }) => event.seq);
      if (events.length > 0) await release(claim.token, events);
      settled(claim, events.length);
    },
    async end() {
      if (unheard !== undefined) await release(unheard);
    },
  };
}
