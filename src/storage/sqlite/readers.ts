/**
 * Those who read a store in the process that serves it, and how they are held up for a moment: `-wal` can only be begun anew
 * while nobody reads what is in it, and questions that follow one another closely may never leave such a moment.
 */

/** Two numbers that threads share: whether readers are to wait, and how many there are. */
export type ReadersShared = SharedArrayBuffer;

const WAIT = 0;
const COUNT = 1;
/** Who waits goes on after so long (milliseconds): whoever asked for it may have died. */
const LONGEST_WAIT_MS = 2_000;

const known = new Map<string, ReadersShared>();

/** In the main thread, which starts all others: what those of one path share. */
export function readersOf(path: string): ReadersShared {
  const shared = known.get(path) ?? new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  known.set(path, shared);
  return shared;
}

/** How the store's thread sees them. */
export interface Readers {
  /** Asks them to wait before they read on. False where there are none. */
  hold(): boolean;
  letGo(): void;
}

export function pausingReaders(shared: ReadersShared): Readers {
  const numbers = new Int32Array(shared);
  return {
    hold() {
      if (Atomics.load(numbers, COUNT) === 0) return false;
      Atomics.store(numbers, WAIT, 1);
      return true;
    },
    letGo() {
      Atomics.store(numbers, WAIT, 0);
      Atomics.notify(numbers, WAIT);
    },
  };
}

/** How one of them sees it. */
export interface Reader {
  /** Before a statement: waits as long as it is asked to. Blocks its thread. */
  await(): void;
  /** It reads no more. */
  end(): void;
}

export function joinReaders(shared: ReadersShared): Reader {
  const numbers = new Int32Array(shared);
  Atomics.add(numbers, COUNT, 1);
  return {
    await: () => void Atomics.wait(numbers, WAIT, 1, LONGEST_WAIT_MS),
    end: () => void Atomics.sub(numbers, COUNT, 1),
  };
}
