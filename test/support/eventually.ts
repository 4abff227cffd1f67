/** Waiting for what another process does: there is no signal from there, so look again after a short while. */
import { setTimeout as pause } from "node:timers/promises";

const LOOK_AGAIN_MS = 10;
/** What has not come by then will not come: no statement about speed, on a machine that does much else. */
export const NEVER_MS = 90_000;

/** Resolves with the first answer that is neither false nor undefined. Rejects after `limitMs`. */
export async function eventually<T>(
  look: () => T | false | undefined | Promise<T | false | undefined>,
  limitMs = NEVER_MS,
): Promise<T> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    await pause(LOOK_AGAIN_MS);
  }
  throw new Error(`not within ${limitMs / 1000} s: ${look}`);
}
