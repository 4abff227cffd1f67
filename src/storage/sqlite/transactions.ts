/** One transaction after the other: all or nothing, and what it takes to trust the database again after trouble. */
import { errorWords } from "../../basics/error-words.ts";
import type { Aftermath } from "./aftermath.ts";
import type { Guard } from "./guard/guard.ts";
import type { Handle } from "./handle.ts";
import { rollBack } from "./in-transaction.ts";

/** The database is busy, full, or its disk fails: says nothing about what was to be written. */
export class StoreTrouble extends Error {}

export interface Transactions {
  /** As `Connection.transact`. */
  transact<T>(act: () => T, sync?: boolean): T;
}

export interface TransactionsOptions {
  readonly handle: Handle;
  readonly guard: Pick<Guard, "doubts" | "resolve" | "reopened" | "afterCommit"> | undefined;
  readonly aftermath: Aftermath;
  /** False where a database that is opened anew would be empty. */
  readonly canReopen: boolean;
}

export function openTransactions(options: TransactionsOptions): Transactions {
  const { handle, guard, aftermath } = options;
  const trust = openTrust(options);

  function begin(sync: boolean): void {
    aftermath.begin();
    try {
      trust.regain();
      handle.syncCommits(sync);
      handle.db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      // whoever holds it may do so for long: the event loop, and Chat behind it, stands still but once for that
      handle.waitForOthers(false);
      throw troubleOf(error);
    }
    handle.waitForOthers(true);
  }

  function commit(sync: boolean): void {
    try {
      handle.db.exec("COMMIT");
    } catch (error) {
      trust.lose();
      undo();
      throw troubleOf(error);
    }
    aftermath.committed();
    asTrouble(() => guard?.afterCommit(handle.db, sync));
  }

  function undo(): void {
    rollBack(handle.db);
    aftermath.undone();
  }

  return {
    transact(act, sync = true) {
      begin(sync);
      let result: ReturnType<typeof act>;
      try {
        result = act();
      } catch (error) {
        undo();
        throw error;
      }
      commit(sync);
      return result;
    },
  };
}

interface Trust {
  /** Nobody knows any more what is on disk, or at the path. */
  lose(): void;
  /** Before anything begins: opens the database anew where trust was lost. Throws when it cannot be trusted. */
  regain(): void;
}

function openTrust({ handle, guard, canReopen }: TransactionsOptions): Trust {
  let isLost = false;
  return {
    lose() {
      isLost = true;
    },
    regain() {
      if (guard?.doubts) {
        guard.resolve(handle.db);
        isLost = true;
      }
      if (!isLost || !canReopen) return;
      handle.reopen();
      guard?.reopened();
      handle.prove();
      isLost = false;
    },
  };
}

/** What the guard finds is trouble of the store. */
export function asTrouble(look: () => void): void {
  try {
    look();
  } catch (error) {
    throw troubleOf(error);
  }
}

function troubleOf(error: unknown): StoreTrouble {
  return new StoreTrouble(errorWords(error), { cause: error });
}
