/** What is to be done in memory once a transaction is durable, or undone. */

export interface Aftermath {
  onCommit(act: () => void): void;
  onRollback(act: () => void): void;
  /** A transaction begins: what an earlier one has left is forgotten. */
  begin(): void;
  committed(): void;
  /** Undoes the last first. */
  undone(): void;
}

export function openAftermath(): Aftermath {
  let commits: (() => void)[] = [];
  let rollbacks: (() => void)[] = [];
  return {
    onCommit: (act) => void commits.push(act),
    onRollback: (act) => void rollbacks.push(act),
    begin() {
      commits = [];
      rollbacks = [];
    },
    committed() {
      for (const act of commits) act();
    },
    undone() {
      for (const act of rollbacks.reverse()) act();
    },
  };
}
