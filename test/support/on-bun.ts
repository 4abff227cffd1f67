/**
 * For `skip`: what asks a database how it plans and what it stands, or a pure function a thousand times, has one answer on both
 * runtimes. It is costly, and all tests have twenty minutes for both.
 */
export const ON_BUN_ALONE: string | false =
  "Deno" in globalThis && "costly, and not about the runtime: tried on Bun alone";
