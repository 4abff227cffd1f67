/**
 * Settling what one connector's destination answered: one call of the store at a time. What is answered meanwhile, or shortly
 * after, is settled together, so that a destination which takes deliveries one by one does not cost a transaction for each.
 */

import { openSignal, type Signal } from "../../basics/signal.ts";
import type { Logger } from "../../connector.ts";
import type { Claim, ConnectorRow, SettleResult, Storage, TakenDelivery } from "../../storage/contract.ts";
import type { Answer } from "../attempt/answer.ts";
import type { Verdict } from "../verdict/batch.ts";
import { judge } from "../verdict/judge.ts";
import type { RetryPolicy } from "../verdict/settlement.ts";
import { openBatchLog } from "./batch-log.ts";
import { type Written, writeUntilTaken } from "./retrying.ts";

export interface SettlerOptions {
  readonly name: string;
  readonly storage: Pick<Storage, "settle">;
  readonly log: Logger;
  readonly policy: RetryPolicy;
  /** Of the connector's settings. */
  readonly fingerprint: string;
  /** Called after verdicts of death: there is something for the dead-letter file. */
  readonly onDead?: () => void;
  readonly random?: () => number;
  /** Called each time when the store does not take what it must. */
  readonly onStoreTrouble: (during: string, error: unknown) => void;
  /** How long a few answers wait for the others of their claim, in milliseconds. */
  readonly gatherMs: number;
  /** Aborts when the bridge can wait no longer. */
  readonly signal: AbortSignal;
}

/** A transaction costs about as much as so many deliveries: these wait for no others. */
const ENOUGH = 32;

/** Deliveries of one claim, and what their destination said. */
export interface Answered {
  readonly claim: Claim;
  readonly batch: readonly TakenDelivery[];
  readonly result: Answer;
}

/** How the store took answers: those that were settled together share it. */
export type SettledTogether = Extract<SettleResult, { tag: "settled" }>;

export interface Settler {
  /** Resolves when the store has taken it; with undefined when the bridge could wait no longer. Never rejects. */
  settle(answered: Answered): Promise<SettledTogether | undefined>;
  /** Nothing more is settled. */
  end(): void;
}

interface QueuedAnswer extends Answered {
  readonly resolve: (taken: SettledTogether | undefined) => void;
}

/** Writes a verdict on what a claim's token holds. */
type Write = (verdict: Verdict, token: string) => Promise<Written | undefined>;

export function openSettler(options: SettlerOptions): Settler {
  const { name, storage, log, policy, fingerprint, signal, gatherMs, onStoreTrouble } = options;
  const batchLog = openBatchLog(log, name);
  let queue: QueuedAnswer[] = [];
  let settling = false;
  /** There while answers are gathered: sent when they are enough. */
  let gathering: Signal | undefined;
  /** The connector as the last settlement left it: one claim's answers must not be judged by how it was before them. */
  let latest: ConnectorRow | undefined;

  async function settleAll(): Promise<void> {
    settling = true;
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (gatherMs > 0 && isWorthWaiting(first)) await gather();
      const group = alike(first, queue);
      queue = queue.filter((one) => !group.includes(one));
      await settleGroup(group);
    }
    settling = false;
  }

  /** Whether so few have been answered that the rest of their claim should come along. */
  function isWorthWaiting({ claim }: QueuedAnswer): boolean {
    return countOf(queue) < Math.min(ENOUGH, claim.deliveries.length);
  }

  async function gather(): Promise<void> {
    gathering = openSignal();
    await gathering.wait(gatherMs);
    gathering = undefined;
  }

  async function settleGroup(group: readonly QueuedAnswer[]): Promise<void> {
    try {
      const taken = await settleBy(once, joined(group));
      for (const { resolve } of group) resolve(taken);
    } catch {
      // should the store refuse one verdict and no other, the others must not be taken for it
      await Promise.all(group.map(async (one) => one.resolve(await settleBy(insistently, one))));
    }
  }

  async function settleBy(write: Write, { claim, batch, result }: Answered): Promise<SettledTogether | undefined> {
    let connector = latest !== undefined && latest.version > claim.connector.version ? latest : claim.connector;
    while (true) {
      const moment = { clock: connector.clock, random: options.random ?? Math.random };
      const verdict = judge({ connector, deliveries: batch, probe: claim.probe, fingerprint }, result, policy, moment);
      const settled = await write(verdict, claim.token);
      if (settled === undefined) return undefined;
      const { result: taken } = settled;
      const before = connector.state;
      connector = taken.connector;
      if (taken.tag === "stale") continue;
      latest = connector;
      batchLog.add({ batch, before, verdict: settled.verdict, lost: taken.lost });
      if (buries(settled.verdict)) options.onDead?.();
      return taken;
    }
  }

  const written = (verdict: Verdict, token: string) => storage.settle({ connector: name, token, ...verdict });

  async function once(verdict: Verdict, token: string): Promise<Written> {
    return { verdict, result: await written(verdict, token) };
  }

  /** The destination has answered, and only this step may be repeated. */
  function insistently(verdict: Verdict, token: string): Promise<Written | undefined> {
    return writeUntilTaken(verdict, {
      write: (wanted) => written(wanted, token),
      onTrouble: (error) => onStoreTrouble("settle", error),
      onRefused: (error) => log.error({ fact: "verdict.refused", connector: name, reason: String(error) }),
      signal,
    });
  }

  return {
    settle: (answered) =>
      new Promise((resolve) => {
        const waiting = { ...answered, resolve };
        queue.push(waiting);
        if (!settling) void settleAll();
        else if (!isWorthWaiting(waiting)) gathering?.send();
      }),
    end: batchLog.end,
  };
}

function countOf(answered: readonly Answered[]): number {
  return answered.reduce((sum, { batch }) => sum + batch.length, 0);
}

/** Those that can be settled as if they had been one batch: of one claim, each delivery with an outcome of its own. */
function alike(first: QueuedAnswer, queue: readonly QueuedAnswer[]): readonly QueuedAnswer[] {
  if (first.result.tag !== "outcomes") return [first];
  return queue.filter(({ claim, result }) => claim.token === first.claim.token && result.tag === "outcomes");
}

function joined(group: readonly QueuedAnswer[]): Answered {
  const [first] = group;
  if (first === undefined) throw new Error("there is nothing to settle");
  if (group.length === 1) return first;
  const outcomes = new Map(group.flatMap(({ result }) => ("outcomes" in result ? [...result.outcomes] : [])));
  return {
    claim: first.claim,
    batch: group.flatMap(({ batch }) => batch),
    result: { tag: "outcomes", outcomes },
  };
}

function buries({ settlements, decided }: Verdict): boolean {
  return [...settlements, ...decided].some(({ to }) => to === "dead");
}
