/**
 * Large pieces of memory that are garbage. Bun's collector comes when the heap has doubled: until then dozens of bodies of
 * four megabytes may lie about that nobody holds any more. Deno counts them by itself.
 */

/** Tells of so many bytes that are garbage now. Each thread has a collector of its own. */
export type LetGo = (bytes: number) => void;

/** Collecting takes tens of milliseconds, in which nobody is answered: worth it for so many bytes. */
const WORTHWHILE = 8 * 1024 * 1024;
/** Smaller pieces go with everything else, when the collector comes by itself. */
export const LARGE = 64 * 1024;

/** Bytes of the large ones of these. */
export function largeIn(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => (length > LARGE ? sum + length : sum), 0);
}

export function openGarbage(collect: () => void, worthwhile = WORTHWHILE): LetGo {
  let garbage = 0;
  return (bytes) => {
    garbage += bytes;
    if (garbage < worthwhile) return;
    garbage = 0;
    // not within the call: whoever tells of it may still hold it
    setImmediate(collect);
  };
}

const { Bun: bun } = globalThis as { Bun?: { gc(now: boolean): void } };

/** This thread's. */
export const letGo: LetGo = openGarbage(() => bun?.gc(true));
