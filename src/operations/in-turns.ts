/** Long repairs go in steps, each one transaction, and give way between them. */
import { sleep } from "../basics/waiting.ts";

const LEAST_REST_MS = 5;

/** Resolves when others have had their time, after so many milliseconds of work. */
export type GiveWay = (workedMs: number) => Promise<unknown>;

/**
 * Does a step, and rests for as long as it took. Whoever waits for a SQLite store looks now and then whether it is free: steps
 * without a rest between them kept a bridge out until it took its callbacks to the spool.
 * @param giveWay where the bridge itself is at work beside
 */
export async function inTurns<T>(step: () => Promise<T>, giveWay?: GiveWay): Promise<T> {
  const began = performance.now();
  const result = await step();
  const tookMs = performance.now() - began;
  await Promise.all([sleep(Math.max(LEAST_REST_MS, tookMs)), giveWay?.(tookMs)]);
  return result;
}
