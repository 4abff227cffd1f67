/** Waiting for what another process does: there is no signal from there, so look again after a short while. */
import { setTimeout as pause } from "node:timers/promises";

const LOOK_AGAIN_MS = 10;
/** A look that costs much (a command, a scrape) is had less often: it takes its time from what is waited for. */
const LOOKING_SHARE = 0.25;
const LONGEST_PAUSE_MS = 250;
/** What has not come by then will not come: no statement about speed, on a machine that does much else. */
export const NEVER_MS = 90_000;

/** Resolves with the first answer that is neither false nor undefined. Rejects after `limitMs`. */
export async function eventually<T>(
  look: () => T | false | undefined | Promise<T | false | undefined>,
  limitMs = NEVER_MS,
): Promise<T> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const begun = performance.now();
    const found = await look();
    if (found !== false && found !== undefined) return found;
    await pause(pauseAfter(performance.now() - begun));
  }
  throw new Error(`not within ${limitMs / 1000} s: ${look}`);
}

const pauseAfter = (tookMs: number): number =>
  Math.max(LOOK_AGAIN_MS, Math.min(tookMs * (1 / LOOKING_SHARE - 1), LONGEST_PAUSE_MS));
