/**
 * Settling what one connector's destination answered: one call of the store at a time. What is answered meanwhile, or shortly
 * after, is settled together, so that a destination which takes deliveries one by one does not cost a transaction for each.
 */
import { type AnsweredBatch, alike, isWorthWaiting, joinedBatch } from "./answered.ts";
import type { Company } from "./company.ts";
import { type JudgementOptions, openJudgement, type SettledTogether } from "./judgement.ts";

export interface SettlerOptions extends JudgementOptions {
  /** Few answers wait for others a little while; none does unless given. */
  readonly company?: Company | undefined;
  /** Whether other machines serve the same store: then a batch is under way until it is settled. */
  readonly isShared?: boolean;
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
  const { company, isShared = false } = options;
  const judgement = openJudgement(options);
  let queue: QueuedAnswer[] = [];
  let writing = false;
  const areFew = () => isWorthWaiting(queue, company?.isExpected() ?? false, isShared);

  async function writeAll(): Promise<void> {
    writing = true;
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (areFew()) await company?.gather(areFew);
      const group = alike(first, queue);
      queue = queue.filter((one) => !group.includes(one));
      await writeGroup(group);
    }
    writing = false;
  }

  async function writeGroup(group: readonly QueuedAnswer[]): Promise<void> {
    try {
      const taken = await judgement.once(joinedBatch(group));
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
        else company?.came();
      }),
    end: judgement.end,
  };
}
