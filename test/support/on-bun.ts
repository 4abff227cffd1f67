/**
 * For `skip`. All tests have twenty minutes on both runtimes. What costs minutes and is not about the runtime is tried once: how a
 * database plans and what settings it stands, a pure function a thousand times, and what commands do to a store, one process for
 * each of hundreds; that commands run, print, ask and read files is tried on both, and so is the store.
 */
export const ON_BUN_ALONE: string | false =
  "Deno" in globalThis && "costly, and not about the runtime: tried on Bun alone";

/** How many random cases are tried here: on Bun all, on Deno a tenth of them, which shows that they can be played there as well. */
export const timesHere = (usual: number): number =>
  ON_BUN_ALONE === false ? usual : Math.max(1, Math.ceil(usual / 10));
