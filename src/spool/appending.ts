/** Appends that overlap share one write. */
import type { Intake } from "../storage/contract/callbacks.ts";

/** Resolves when the intake is on disk. */
export type Append = (intake: Intake) => Promise<void>;

export interface AppendingOptions {
  /** Runs what changes the file, one after the other. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** Brings them to disk, in one write. Rejects with words for people: then none of them is taken for written. */
  readonly write: (group: readonly Intake[]) => Promise<void>;
}

interface QueuedAppend {
  readonly intake: Intake;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function appending({ alone, write }: AppendingOptions): Append {
  let queue: QueuedAppend[] = [];

  async function writeGroup(): Promise<void> {
    const group = queue;
    queue = [];
    try {
      await write(group.map(({ intake }) => intake));
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  return (intake) =>
    new Promise((resolve, reject) => {
      queue.push({ intake, resolve, reject });
      // the first one writes for all that join before its turn
      if (queue.length === 1) void alone(writeGroup);
    });
}
