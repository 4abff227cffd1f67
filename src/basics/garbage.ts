/**
 * Large pieces of memory that are garbage. Bun's collector comes when the heap has doubled: until then dozens of bodies of
 * four megabytes may lie about that nobody holds any more. Deno counts them by itself.
 */

/** Tells of so many bytes that are garbage now. Each thread has a collector of its own. */
export type LetGo = (bytes: number) => void;

/** Collecting takes milliseconds: worth it for so many bytes. */
const WORTHWHILE = 8 * 1024 * 1024;

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
