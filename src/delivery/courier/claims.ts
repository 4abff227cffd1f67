/**
 * Claims of one connector's deliveries, taken and given back so that none is held by nobody: a take whose answer was lost may
 * have claimed, and what it claimed would wait for the end of its lease, and every later event of these persons with it.
 */
import { randomUUID } from "node:crypto";
import { type Countdown, countdown } from "../../basics/countdown.ts";
import { keepTrying } from "../../basics/retrying.ts";
import type { Logger } from "../../connector.ts";
import type { ConnectorFacts } from "../../facts/connector-facts.ts";
import type { AskedTake, Claim, TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { takeArgs } from "../../storage/rules/carrying.ts";
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

/** A take that somebody else asks of the store, along with what it asks itself. */
export interface Asking {
  readonly asked: AskedTake;
  /** It was answered. */
  claimed(claim: Claim): Claimed;
  /** It was not done. */
  notAsked(): undefined;
}

export interface Claims {
  /** What a take would ask now; nothing else may be taken until its answer is told. */
  ask(): Asking;
  /** Claims what may go; one at a time. Rejects when the store does not answer. */
  take(): Promise<Claimed>;
  /** So many of this claim's deliveries are settled. */
  settled(claim: Claim, count: number): void;
  /** Gives these back. Insists as long as it may: only a lease, or the end of the process, would free them otherwise. */
  giveBack(claim: Claim, deliveries: readonly TakenDelivery[]): Promise<void>;
  /** Gives back what was claimed without our hearing of it, as often as it may. */
  end(): Promise<void>;
}

/** Claims of which some deliveries are neither settled nor given back, by their tokens. */
function openHeld() {
  const held = new Map<string, number>();
  return {
    tokens: () => [...held.keys()],
    add({ token, deliveries }: Claim): void {
      if (deliveries.length > 0) held.set(token, deliveries.length);
    },
    settled({ token }: Claim, count: number): void {
      const left = (held.get(token) ?? 0) - count;
      if (left > 0) held.set(token, left);
      else held.delete(token);
    },
  };
}

export function openClaims(options: ClaimsOptions): Claims {
  const { name, storage, log, facts, limits, onStoreTrouble, signal } = options;
  const id = randomUUID();
  let taken = 0;
  const held = openHeld();
  /** The token of a take that was not answered. */
  let unheard: string | undefined;

  function ask(): Asking {
    const token = `${id} ${++taken}`;
    unheard = token;
    // from before the claim: the lease began a little later
    const lastCall = countdown(limits.callMs);
    return {
      asked: {
        ...{ connector: name, limit: options.largestClaim(), probeLimit: limits.probe, leaseMs: limits.leaseMs },
        ...{ token, holder: { id, tokens: held.tokens() } },
      },
      claimed(claim) {
        unheard = undefined;
        note(claim);
        return { claim, lastCall };
      },
      notAsked() {
        unheard = undefined;
        return undefined;
      },
    };
  }

  function note(claim: Claim): void {
    const { superseded } = claim;
    held.add(claim);
    facts.endings.superseded += superseded;
    if (superseded > 0) log.info({ fact: "delivery.superseded", connector: name, count: superseded });
  }

  async function release(token: string, events?: readonly number[]): Promise<void> {
    const onTrouble = async (error: unknown) => onStoreTrouble("release", error);
    await keepTrying(() => storage.release(name, token, events), { signal, onTrouble });
  }

  return {
    ask,
    async take() {
      const { asked, claimed } = ask();
      return claimed(await storage.take(...takeArgs(asked)));
    },
    settled: held.settled,
    async giveBack(claim, deliveries) {
      const events = deliveries.map(({ event }) => event.seq);
      if (events.length > 0) await release(claim.token, events);
      held.settled(claim, events.length);
    },
    async end() {
      if (unheard !== undefined) await release(unheard);
    },
  };
}
