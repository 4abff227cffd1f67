/**
 * Settling what one connector's destination answered: one call of the store at a time. What is answered meanwhile, or shortly
 * after, is settled together, so that a destination which takes deliveries one by one does not cost a transaction for each.
 */
import { openSignal, type Signal } from "../../basics/signal.ts";
import { type AnsweredBatch, alike, isWorthWaiting, joined } from "./answered.ts";
import { type JudgementOptions, openJudgement, type SettledTogether } from "./judgement.ts";

export interface SettlerOptions extends JudgementOptions {
  /** How long a few answers wait for the others of their claim, in milliseconds. */
  readonly gatherMs: number;
}

export interface Settler {
  /** Resolves when the store has taken it; with undefined when the bridge could wait no longer. Never rejects. */
  write(answered: AnsweredBatch): Promise<SettledTogether | undefined>;
  /** Nothing more is settled. */
  end(): void;
}

interface QueuedAnswer extends AnsweredBatch {
  readonly resolve: (taken: SettledTogether | undefined) => void;
}

export function openSettler(options: SettlerOptions): Settler {
  const { gatherMs } = options;
  const judgement = openJudgement(options);
  let queue: QueuedAnswer[] = [];
  let writing = false;
  /** There while answers are gathered: sent when they are enough. */
  let gathering: Signal | undefined;

  async function writeAll(): Promise<void> {
    writing = true;
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (gatherMs > 0 && isWorthWaiting(first, queue)) await gather();
      const group = alike(first, queue);
      queue = queue.filter((one) => !group.includes(one));
      await writeGroup(group);
    }
    writing = false;
  }

  async function gather(): Promise<void> {
    gathering = openSignal();
    await gathering.wait(gatherMs);
    gathering = undefined;
  }

  async function writeGroup(group: readonly QueuedAnswer[]): Promise<void> {
    try {
      const taken = await judgement.once(joined(group));
      for (const { resolve } of group) resolve(taken);
    } catch {
      // should the store refuse one verdict and no other, the others must not be taken for it
      await Promise.all(group.map(async (one) => one.resolve(await judgement.untilTaken(one))));
    }
  }

  return {
    write: (answered) =>
      new Promise((resolve) => {
        const queued = { ...answered, resolve };
        queue.push(queued);
        if (!writing) void writeAll();
        else if (!isWorthWaiting(queued, queue)) gathering?.send();
      }),
    end: judgement.end,
  };
}
